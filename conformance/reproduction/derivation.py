"""Derive a program from recorded exchanges: each id becomes a reference to the answer that first showed it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from conformance.exchange import Exchange
from conformance.reproduction.answers import Answer
from conformance.reproduction.program import Label, Part, Prerequisite, Program, ProgramStep, Ref, Template
from conformance.sandbox.ownership import LABEL
from conformance.target import Prerequisites

OTHER_STATUSES = ("other_status_id", "other_status_id_2", "other_status_id_3")
OTHER_PRIORITIES = ("other_priority_id", "other_priority_id_2", "other_priority_id_3")
"""Statuses and priorities other than the first; where there are more, the names stand for them in turn."""
FIELD_KINDS = {
    "project_id": "projects",
    "milestone_projectid": "projects",
    "task_projectid": "projects",
    "milestone_id": "milestones",
    "task_milestoneid": "milestones",
    "milestones": "milestones",
    "task_id": "tasks",
}
"""The collections of the records that fields of requests and answers name."""
PREREQUISITE_FIELDS = {
    "project_clientid": ("client_id",),
    "project_categoryid": ("category_id",),
    "task_status": ("status_id", *OTHER_STATUSES),
    "status": ("status_id", *OTHER_STATUSES),
    "task_priority": ("priority_id", *OTHER_PRIORITIES),
}

_PATH_ID = re.compile(r"(?<=/)(?P<kind>projects|milestones|tasks|comments)/-?(?P<id>\d+)")
_JSON_FIELD = re.compile(r'"(?P<name>\w+)":\s*(?P<value>\[[^\[\]{}]*\]|"[A-Za-z0-9]+"|\d+)')
_NUMBER = re.compile(r"\d+")
_PLAIN = re.compile("[A-Za-z0-9]+")
"""Titles that are written alike in every encoding."""
_LABEL = re.compile(rf"{LABEL}[A-Z0-9]+_(?P<number>\d+)")


@dataclass
class KnownIds:
    """The place where each id was first shown, by collection and text, and where each title of a default was last."""

    places: dict[tuple[str, str], Ref] = field(default_factory=dict)
    titles: dict[str, Ref] = field(default_factory=dict)

    def learn(self, answer: Answer) -> None:
        """Add the ids of an answer; a known id keeps its first place."""
        for path, leaf in answer.flat.items():
            if leaf.type in ("number", "string") and (kind := kind_at(answer.exchange, path)):
                self.places.setdefault((kind, leaf.text), Ref(answer.exchange.number, selected(answer, path)))
            if leaf.text == "uncategorised" and path.endswith(".type"):
                place = f"{path.removesuffix('.type')}.title"
                self.titles[answer.at(place).text] = Ref(answer.exchange.number, selected(answer, place))

    def find(self, kind: str, text: str, *, is_read: bool = True) -> Ref | None:
        """Return where an id was shown, or a reference to one that is far below it.

        What is only read may also have all digits but one of a known id; that may be the id of anybody's record.
        """
        if place := self.places.get((kind, text)):
            return place
        if not text.isdecimal():
            return None
        for (owner, identifier), place in reversed(self.places.items()):
            if owner == kind and identifier.isdigit() and is_round(offset := int(text) - int(identifier)):
                return Ref(place.step, place.path, offset)
            if is_read and owner == kind and len(text) > 1 and text in (identifier[1:], identifier[:-1]):
                return Ref(place.step, place.path, lacks="first" if text == identifier[1:] else "last")
        return None


def ids_in_path(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield the ids in the path of a request, each with its collection."""
    for match in _PATH_ID.finditer(exchange.path):
        yield match["kind"], match["id"]


def kind_at(exchange: Exchange, path: str) -> str:
    """Return the collection of the id at a path of an answer; empty if it is no id of a record that the run makes."""
    parts = path.split(".")
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    if parts[-1] in FIELD_KINDS:
        return FIELD_KINDS[parts[-1]]
    if parts[-1] != "id":
        return ""
    owner = next((part for part in reversed(parts[:-1]) if not part.isdigit()), "")
    if owner in ("project", "milestone", "task"):
        return f"{owner}s"
    collections = [part for part in exchange.path.split("/") if part in ("projects", "milestones", "tasks", "comments")]
    return collections[-1] if owner == "data" and collections and "timers" not in exchange.path else ""


def derive(log: Iterable[Exchange], last: int, prerequisites: Prerequisites) -> Program:
    """Return the program of all exchanges up to a number."""
    ids, steps = KnownIds(), []
    named = prerequisite_ids(prerequisites)
    further = {
        name: [str(identifier) for identifier in others[place :: len(names)]]
        for _, names, others in _others(prerequisites)
        for place, name in enumerate(names)
    }
    for exchange in sorted(log, key=lambda exchange: exchange.number):
        if exchange.number > last:
            break
        steps.append(_Reader(ids, named, further, exchange.method in ("GET", "HEAD")).step(exchange))
        ids.learn(Answer.of(exchange))
    return Program(steps, named)


def prerequisite_ids(prerequisites: Prerequisites) -> dict[str, int]:
    """Return the ids of existing records that a program refers to, by name."""
    ids = {
        entry.name: value
        for entry in fields(prerequisites)
        if entry.name.endswith("_id") and isinstance(value := getattr(prerequisites, entry.name), int)
    }
    for usual, names, others in _others(prerequisites):
        # Where there are fewer others, a name stands for one that another name stands for, too.
        ids |= {name: next(iter(others[place :: len(names)] or others), usual) for place, name in enumerate(names)}
    return ids


def _others(prerequisites: Prerequisites) -> Iterator[tuple[int, Sequence[str], Sequence[int]]]:
    """Yield the usual id, the names that stand for further ids, and these, of statuses and of priorities."""
    yield prerequisites.status_id or 0, OTHER_STATUSES, prerequisites.other_status_ids
    yield prerequisites.priority_id or 0, OTHER_PRIORITIES, prerequisites.other_priority_ids


@dataclass(frozen=True)
class _Reader:
    """Parses the texts of a request into templates."""

    ids: KnownIds
    prerequisites: Mapping[str, int]
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The ids that a name stands for."""
    is_read: bool = True

    def step(self, exchange: Exchange) -> ProgramStep:
        """Return the step that repeats an exchange."""
        return ProgramStep(
            number=exchange.number,
            operation=exchange.operation,
            method=exchange.method,
            path=_joined(self._path(exchange.path)),
            query=_joined(self._form(exchange.query)),
            body=None if exchange.sent is None else self._body(exchange),
            content_type=exchange.content_type,
            key=exchange.key,
            headers=exchange.sent_headers,
            concurrent=exchange.concurrent,
            paused=exchange.paused,
        )

    def _path(self, path: str) -> Iterator[Part]:
        place = 0
        for match in _PATH_ID.finditer(path):
            yield path[place : match.start("id")]
            yield self._id(match["kind"], match["id"])
            place = match.end()
        yield path[place:]

    def _body(self, exchange: Exchange) -> Template:
        try:
            text = (exchange.sent or b"").decode()
        except UnicodeDecodeError:
            # A body that is not UTF-8 is kept as it is, without references.
            return ((exchange.sent or b"").decode("latin-1"),)
        is_json = "json" in (exchange.content_type or "")
        return _joined(self._json(text) if is_json else self._form(text))

    def _form(self, text: str) -> Iterator[Part]:
        for index, pair in enumerate(text.split("&") if text else ()):
            name, equals, value = pair.partition("=")
            yield ("&" if index else "") + name + equals
            yield from self._value(re.split(r"\[|%5[Bb]", name)[0], value)

    def _json(self, text: str) -> Iterator[Part]:
        place = 0
        for match in _JSON_FIELD.finditer(text):
            yield from self._labels(text[place : match.start("value")])
            yield from self._value(match["name"], match["value"])
            place = match.end()
        yield from self._labels(text[place:])

    def _value(self, name: str, value: str) -> Iterator[Part]:
        title = value.strip('"')
        if name == "milestone_title" and _PLAIN.fullmatch(title) and (shown := self.ids.titles.get(title)):
            # A default has another title elsewhere, and may keep it where it was renamed here.
            quote = value[: value.index(title)]
            yield from (quote, shown, quote)
            return
        if name not in FIELD_KINDS and name not in PREREQUISITE_FIELDS:
            yield from self._labels(value)
            return
        place = 0
        for match in _NUMBER.finditer(value):
            yield value[place : match.start()]
            if name in FIELD_KINDS:
                yield self._id(FIELD_KINDS[name], match.group())
            else:
                yield self._prerequisite(PREREQUISITE_FIELDS[name], match.group())
            place = match.end()
        yield value[place:]

    def _labels(self, text: str) -> Iterator[Part]:
        return label_parts(text)

    def _id(self, kind: str, text: str) -> Part:
        if kind == "projects" and text == str(self.prerequisites.get("project_id")):
            return Prerequisite("project_id")
        return self.ids.find(kind, text, is_read=self.is_read) or text

    def _prerequisite(self, names: Sequence[str], text: str) -> Part:
        if further_name := next((name for name in names if text in self.others.get(name, ())), ""):
            return Prerequisite(further_name)
        return next((Prerequisite(name) for name in names if str(self.prerequisites.get(name)) == text), text)


def labels_in(exchange: Exchange) -> dict[int, str]:
    """Return the titles of the run's projects in a request, by number."""
    text = exchange.query + (exchange.sent or b"").decode("utf-8", "replace")
    return {int(match["number"]): match.group() for match in _LABEL.finditer(text)}


def label_parts(text: str, numbers: Mapping[str, int] | None = None) -> Iterator[Part]:
    """Yield the parts of a text, with titles of the run's projects as labels.

    `numbers` are those of the titles, where they are not in the titles themselves.
    """
    place = 0
    for match in _LABEL.finditer(text):
        yield text[place : match.start()]
        yield Label((numbers or {}).get(match.group(), int(match["number"])))
        place = match.end()
    yield text[place:]


def _joined(parts: Iterable[Part]) -> Template:
    """Join adjacent texts and drop empty ones."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined)


def selected(answer: Answer, path: str) -> str:
    """Return a path that selects a row by a unique value, since its index may change."""
    parts = path.split(".")
    if len(parts) < 3 or parts[0] != "data" or not parts[1].isdigit():
        return path
    column = ".".join(parts[2:])
    for key in ("type", "title", "description"):
        value = answer.at(f"data.{parts[1]}.{key}").text
        if key == "type" and value != "uncategorised":
            continue
        rows = answer.count("data")
        bearers = [row for row in range(rows) if answer.at(f"data.{row}.{key}").text == value]
        if value and len(bearers) == 1:
            return f"data[{key}={value}].{column}"
    return path


def is_round(offset: int) -> bool:
    return offset >= 10_000 and (offset & (offset - 1) == 0 or offset % 100_000_000 == 0)
