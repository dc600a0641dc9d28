"""Check the target before the first write, and find existing ids: client, category, status, priority and users."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from conformance.contract import Contract
from conformance.exchange import Exchange, Json
from conformance.http.client import Client
from conformance.http.request import ForbiddenWrite, NoAnswer, OutgoingRequest, OutOfRequests, Throttled
from conformance.http.transport import DEFAULT_LIMITS, Transport
from conformance.options import IdOverrides, Limits
from conformance.records import meta_of, rows_of
from conformance.sandbox.first_answer import NotReady, require_projects
from conformance.sandbox.identity import read_id
from conformance.sandbox.ownership import is_label
from conformance.target import Prerequisites, RunError, Target

DISCOVERY_TIMEOUT = 10.0
PAGE = 100
MAX_PAGES = 100
MAIN_ADMINISTRATOR = 1
"""The user that every key acts as (Authentication)."""


def explore(
    contract: Contract, target: Target, id_overrides: IdOverrides, transport: Transport | None = None
) -> Prerequisites:
    """Check a target, and return the ids of existing records: those to refer to, and those never to write to.

    Raises RunError for a target that cannot be reached, is no Milestones API, refuses the key, or shows neither client
    nor category.
    """
    transport = transport or looking_only(target)
    try:
        return _explore(contract, target, id_overrides, transport)
    except OutOfRequests as limit:
        raise RunError(f"{limit}, before it could begin; raise --max-requests.") from limit


def _explore(contract: Contract, target: Target, id_overrides: IdOverrides, transport: Transport) -> Prerequisites:
    client = Client(contract, transport)
    first = _answer(client, target)
    projects = rows_of(first)
    tasks = rows_of(listed_tasks(client))
    project = projects[0] if projects else None
    client_id = id_overrides.client_id or _first(projects, "client")
    category_id = id_overrides.category_id or _first(projects, "category")
    missing = [
        f"--{name}-id" for name, identifier in (("client", client_id), ("category", category_id)) if identifier is None
    ]
    if client_id is None or category_id is None:
        raise RunError(
            f"{target.url} shows no project to take a client and a category from; name existing ones with "
            f"{' and '.join(missing)}."
        )
    status_id, other_statuses = _lent(id_overrides.status_id, tasks, "status")
    priority_id, other_priorities = _lent(id_overrides.priority_id, tasks, "priority")
    everything = [*projects, *further_projects(client, first)]
    return Prerequisites(
        client_id=client_id,
        category_id=category_id,
        status_id=status_id,
        priority_id=priority_id,
        other_status_ids=other_statuses,
        other_priority_ids=other_priorities,
        user_ids=[MAIN_ADMINISTRATOR, *sorted(_users([*projects, *tasks]) - {MAIN_ADMINISTRATOR})],
        project_id=read_id(project),
        project_fields=id_overrides.project_fields,
        task_fields=id_overrides.task_fields,
        existing_project_ids=_ids(everything) | _ids(_parts(tasks, "project")),
        existing_milestone_ids=_ids(_parts(tasks, "milestone")),
        existing_task_ids=_ids(tasks),
        leftover_project_ids=_ids(row for row in everything if is_label(row)),
        requests=transport.sent,
    )


def further_projects(client: Client, first: Exchange) -> Iterator[Json]:
    """Yield the projects on all pages but the first: they exist already, whatever later answers say."""
    page, answer = 1, first
    while page < MAX_PAGES and (len(rows_of(answer)) >= PAGE or page < meta_of(answer).get("last_page", 1)):
        page += 1
        try:
            answer = client.list_projects({"limit": PAGE, "page": page})
        except NoAnswer:
            return
        if not rows_of(answer):
            return
        yield from rows_of(answer)


def _ids(rows: Iterable[Json]) -> frozenset[int]:
    return frozenset(identifier for row in rows if (identifier := read_id(row)) is not None)


def _parts(rows: Iterable[Json], name: str) -> Iterator[Json]:
    yield from (row.get(name) for row in rows if isinstance(row, Mapping))


def _users(rows: Iterable[Json]) -> set[int]:
    """Return the ids of users who are assigned to or manage something."""
    lists = (row.get(name) for row in rows if isinstance(row, Mapping) for name in ("assigned", "managers"))
    users = [user for listed in lists if isinstance(listed, list) for user in listed]
    return {identifier for user in users if (identifier := read_id(user)) is not None}


def looking_only(target: Target, limits: Limits = DEFAULT_LIMITS) -> Transport:
    """Return a transport that sends no write and has short time limits."""

    def forbid(call: OutgoingRequest) -> None:
        raise ForbiddenWrite(f"{call.method} {call.path} before the run has begun")

    patience = replace(limits, timeout=min(limits.timeout, DISCOVERY_TIMEOUT))
    return Transport(target, patience, guard=forbid, read_only=True)


def _answer(client: Client, target: Target) -> Exchange:
    try:
        answer = client.list_projects({"limit": PAGE})
    except Throttled as silence:
        answer = silence.exchange
    except NoAnswer as silence:
        raise NotReady(
            f"{target.url} gives no answer: {silence.exchange.error}; check the address and that the server runs."
        ) from silence
    require_projects(answer, target)
    return answer


def listed_tasks(client: Client) -> Exchange:
    try:
        return client.list_tasks({"limit": PAGE})
    except NoAnswer as silence:
        return silence.exchange


def _first(rows: list[Json], name: str) -> int | None:
    return next(_named(rows, name), None)


def _lent(override: int | None, rows: list[Json], name: str) -> tuple[int | None, list[int]]:
    """Return the given id, or else the first one shown, and all other ids shown."""
    chosen = override or _first(rows, name)
    return chosen, sorted({*_named(rows, name)} - {chosen})


def _named(rows: list[Json], name: str) -> Iterator[int]:
    yield from (identifier for row in rows if (identifier := id_of(row, name)) is not None)


def id_of(row: Json, name: str) -> int | None:
    return read_id(row.get(name)) if isinstance(row, Mapping) else None
