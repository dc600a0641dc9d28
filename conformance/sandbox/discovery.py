"""Before the first write: is this the API, does the key open it, and what does it lend us?"""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract import Contract
from conformance.exchange import Exchange, Json, NotJson
from conformance.http.client import Client
from conformance.http.transport import ForbiddenWrite, NoAnswer, OutgoingRequest, Transport
from conformance.models import rows_of
from conformance.options import Limits
from conformance.target import Prerequisites, RunError, Target

DISCOVERY_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class IdOverrides:
    """Ids that the user names, where the deployment does not show them or others are wanted."""

    client_id: int | None = None
    category_id: int | None = None
    status_id: int | None = None
    priority_id: int | None = None


def explore(
    contract: Contract, target: Target, id_overrides: IdOverrides, transport: Transport | None = None
) -> Prerequisites:
    """Asks a target for a project and for tasks, and answers what ours can hang on.

    Raises RunError for a target that cannot be reached, is no Milestones API, refuses the key, or shows neither client
    nor category.
    """
    client = Client(contract, transport or _looking_only(target))
    projects = _records(_answer(client, target), target)
    tasks = rows_of(_listed_tasks(client))
    project = projects[0] if projects else None
    client_id = id_overrides.client_id or _first(projects, "client")
    category_id = id_overrides.category_id or _first(projects, "category")
    missing = [f"--{name}-id" for name, one in (("client", client_id), ("category", category_id)) if one is None]
    if client_id is None or category_id is None:
        raise RunError(
            f"{target.url} shows no project to take a client and a category from; name existing ones with "
            f"{' and '.join(missing)}."
        )
    statuses = [one for row in tasks if (one := _id_of(row, "status")) is not None]
    status_id = id_overrides.status_id or next(iter(statuses), None)
    return Prerequisites(
        client_id=client_id,
        category_id=category_id,
        status_id=status_id,
        priority_id=id_overrides.priority_id or _first(tasks, "priority"),
        other_status_ids=sorted(set(statuses) - {status_id}),
        project_id=_own_id(project),
        existing_project_ids=frozenset(one for row in projects if (one := _own_id(row)) is not None),
    )


def _looking_only(target: Target) -> Transport:
    def forbid(call: OutgoingRequest) -> None:
        raise ForbiddenWrite(f"{call.method} {call.path} before the run has begun")

    return Transport(target, Limits(timeout=DISCOVERY_TIMEOUT), guard=forbid, read_only=True)


def _answer(client: Client, target: Target) -> Exchange:
    try:
        answer = client.list_projects({"limit": 100})
    except NoAnswer as silence:
        why = silence.exchange.error or "it answers 429 for as long as we waited"
        raise RunError(f"{target.url} gives no answer: {why}; check the address and that the server runs.") from silence
    if answer.status in (401, 403):
        raise RunError(f"{target.url} refuses the key ({answer.status}); give a valid one with MILESTONES_API_KEY.")
    if isinstance(answer.json, NotJson):
        kind = answer.headers.get("content-type", "no content type")
        raise RunError(
            f"{target.url} is no Milestones API: GET /projects answers {answer.status} with {kind}; "
            "--target is the base URL with /api at its end."
        )
    if not answer.ok:
        raise RunError(
            f"{target.url} answers GET /projects with {answer.status}; --target is the base URL with /api at its end."
        )
    return answer


def _records(answer: Exchange, target: Target) -> list[Json]:
    if not isinstance(answer.envelope.get("data"), list):
        raise RunError(
            f"{target.url} is no Milestones API: its list of projects has no data; "
            "--target is the base URL with /api at its end."
        )
    return rows_of(answer)


def _listed_tasks(client: Client) -> Exchange:
    try:
        return client.list_tasks({"limit": 100})
    except NoAnswer as silence:
        return silence.exchange


def _first(rows: list[Json], name: str) -> int | None:
    return next((one for row in rows if (one := _id_of(row, name)) is not None), None)


def _id_of(row: Json, name: str) -> int | None:
    return _own_id(row.get(name)) if isinstance(row, Mapping) else None


def _own_id(row: Json) -> int | None:
    identifier = row.get("id") if isinstance(row, Mapping) else None
    return identifier if isinstance(identifier, int) else None
