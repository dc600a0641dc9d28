"""Parse the records in answers (milestones, tasks) leniently: one wrong field must only affect one verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.exchange import Exchange, Json


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone object; a field that is missing or has a wrong type is None (Milestones, The milestone object)."""

    id: int
    title: str | None
    project_id: int | None
    type: str | None
    color: str | None
    position: int | None
    creator_id: int | None
    tasks_count: int | None
    created: str | None
    updated: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task object, with the fields that the suite needs (Tasks, The task object)."""

    id: int
    title: str | None
    status_id: int | None
    active_state: str | None
    project_id: int | None
    milestone_id: int | None
    milestone_name: str | None
    priority_id: int | None = None
    description: str | None = None
    client_visibility: str | None = None
    billable: str | None = None
    due: str | None = None
    created: str | None = None
    assigned: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


def milestone_of(value: Json) -> Milestone | None:
    """Return the milestone in a value of an answer; None if it has no id."""
    node = _object(value)
    identifier = _integer(node.get("id"))
    if identifier is None:
        return None
    dates = _object(node.get("dates"))
    return Milestone(
        id=identifier,
        title=_text(node.get("title")),
        project_id=_integer(node.get("project_id")),
        type=_text(node.get("type")),
        color=_text(node.get("color")),
        position=_integer(node.get("position")),
        creator_id=_integer(node.get("creator_id")),
        tasks_count=_integer(node.get("tasks_count")),
        created=_text(dates.get("created")),
        updated=_text(dates.get("updated")),
    )


def task_of(value: Json) -> Task | None:
    """Return the task in a value of an answer; None if it has no id."""
    node = _object(value)
    identifier = _integer(node.get("id"))
    if identifier is None:
        return None
    milestone = _object(node.get("milestone"))
    return Task(
        id=identifier,
        title=_text(node.get("title")),
        status_id=_integer(_object(node.get("status")).get("id")),
        active_state=_text(node.get("active_state")),
        project_id=_integer(_object(node.get("project")).get("id")),
        milestone_id=_integer(milestone.get("id")),
        milestone_name=_text(milestone.get("name")),
        priority_id=_integer(_object(node.get("priority")).get("id")),
        description=_text(node.get("description")),
        client_visibility=_text(node.get("client_visibility")),
        billable=_text(node.get("billable")),
        due=_text(_object(node.get("dates")).get("due")),
        created=_text(_object(node.get("dates")).get("created")),
        assigned=tuple(
            sorted(user_id for row in _list(node.get("assigned")) if (user_id := _integer(_object(row).get("id"))))
        ),
        tags=tuple(sorted(tag for row in _list(node.get("tags")) if (tag := _text(row)))),
    )


def by_position(milestones: Mapping[int, Milestone]) -> list[int]:
    """Return the ids ordered by position, and by id for equal positions."""
    return sorted(milestones, key=lambda identifier: (milestones[identifier].position or 0, identifier))


def rows_of(exchange: Exchange) -> list[Json]:
    """Return the array in data; empty if there is none."""
    data = exchange.envelope.get("data")
    return list(data) if isinstance(data, list) else []


def records_of(exchange: Exchange) -> list[Mapping[str, Json]]:
    """Return the objects in the array in data."""
    return [row for row in rows_of(exchange) if isinstance(row, Mapping)]


def id_in(exchange: Exchange) -> int | None:
    """Return the id in data; None if there is none."""
    return _integer(_object(exchange.envelope.get("data")).get("id"))


def meta_of(exchange: Exchange) -> Mapping[str, int]:
    """Return the integers in meta."""
    meta = _object(exchange.envelope.get("meta"))
    return {name: value for name, value in meta.items() if isinstance(value, int) and not isinstance(value, bool)}


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _integer(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else ()


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
