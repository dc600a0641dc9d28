"""Load YAML and JSON as OpenAPI requires: by the core schema of YAML 1.2, with line numbers, within limits."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import yaml

from gate.errors import GateError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Pointer: TypeAlias = tuple[str, ...]

LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
# No contract written by people comes near these limits; files beyond them are made to stall their reader.
DEEPEST = 100
LARGEST = 1_000_000

CORE = "tag:yaml.org,2002:"
CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
DECIMAL = re.compile(r"[-+]?((\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)")
BASES = {"0o": 8, "0x": 16}
# Beyond this, a number is infinite for parsers that read it as a double, as most do.
LONGEST_NUMBER = 308
TAGGED: Mapping[str, tuple[type, ...]] = {
    "!!null": (type(None),),
    "!!bool": (bool,),
    "!!int": (int,),
    "!!float": (int, float),
}
# Of a character that JSON writes as two escapes.
ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# Either a character that JSON writes as two escapes, or another escape.
ESCAPED = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PositionedValue:
    """A value, its line, counted from 1, and the values within it."""

    value: Json
    line: int
    within: Mapping[str, "PositionedValue"] = field(default_factory=dict)
    size: int = 1
    """The number of nodes after expanding aliases."""

    def nearest(self, pointer: Pointer) -> tuple[int, int]:
        """Return how many steps of a pointer exist, and the line of the last one."""
        node = self
        for steps, name in enumerate(pointer):
            if name not in node.within:
                return steps, node.line
            node = node.within[name]
        return len(pointer), node.line


def read(text: str, name: str) -> PositionedValue:
    """Read a document called `name`; raise GateError for invalid YAML, or YAML without an equivalent in JSON."""
    try:
        return _Composer(name, yaml.parse(as_yaml(text), Loader=LOADER)).document()
    except yaml.YAMLError as error:
        raise GateError(f"{name}: is not YAML ({' '.join(str(error).split())}).") from error


def read_json(text: str) -> Json:
    """Read a document that is plain JSON, which is fast; raise ValueError for one that `read` has to parse."""
    if not text.lstrip().startswith("{") or ESCAPED_HALF.search(text) is not None:
        raise ValueError("Not plain JSON.")
    try:
        value: Json = json.loads(text, parse_float=parse_finite, parse_int=parse_short, parse_constant=parse_finite)
    except RecursionError as error:
        raise ValueError("Nested too deeply.") from error
    if is_within_bounds(value):
        return value
    raise ValueError("Beyond the limits.")


def parse_finite(text: str) -> float:
    """Parse a number; raise ValueError for an infinite one, or for no number."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def parse_short(text: str) -> int:
    """Parse a whole number; raise ValueError for one that is too long."""
    if len(text) >= LONGEST_NUMBER:
        raise ValueError(text)
    return int(text)


def is_within_bounds(value: Json) -> bool:
    """Return whether a value is neither nested too deeply nor too large."""
    level, size = [value], 1
    for _ in range(DEEPEST + 1):
        inner: list[Json] = []
        for outer in level:
            if isinstance(outer, dict):
                inner += outer.values()
            elif isinstance(outer, list):
                inner += outer
        level, size = inner, size + len(inner)
        if not level or size > LARGEST:
            return size <= LARGEST
    return False


def as_yaml(text: str) -> str:
    """Return JSON that YAML can read: two escapes that make one character, such as 😀, become that character."""
    if ESCAPED.search(text) is None:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return ESCAPED.sub(lambda match: join_surrogates(*match.groups()) if match[1] else match[0], text)


def join_surrogates(high: str, low: str) -> str:
    """Return the escape of the character that two escapes of JSON stand for."""
    return f"\\U{0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00:08X}"


class _Composer:
    """Builds a document from the events of a YAML parser, which has no limits of its own."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.name = name
        self.events = events
        self.anchored: dict[str, PositionedValue | None] = {}

    def document(self) -> PositionedValue:
        """Return the only document."""
        event = self._next_of_document()
        if isinstance(event, yaml.StreamEndEvent):
            return PositionedValue(None, 1)
        root = self._node(next(self.events), 0)
        following = self._next_of_document()
        if not isinstance(following, yaml.StreamEndEvent):
            raise self._problem(following, "a second document begins; write only one contract in a file")
        return root

    def _next_of_document(self) -> Any:
        passed = (yaml.StreamStartEvent, yaml.DocumentEndEvent)
        return next(event for event in self.events if not isinstance(event, passed))

    def _node(self, event: Any, depth: int) -> PositionedValue:
        if depth > DEEPEST:
            raise self._problem(event, f"this is nested more than {DEEPEST} deep; name its parts and refer to them")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.anchor is not None:
            self.anchored[event.anchor] = None
        match event:
            case yaml.MappingStartEvent():
                made = self._mapping(event, depth)
            case yaml.SequenceStartEvent():
                made = self._sequence(event, depth)
            case _:
                made = PositionedValue(self._scalar(event), line_of(event))
        if made.size > LARGEST:
            raise self._problem(event, f"this has more than {LARGEST:,} nodes with its aliases written out; split it")
        if event.anchor is not None:
            self.anchored[event.anchor] = made
        return made

    def _alias(self, event: yaml.AliasEvent) -> PositionedValue:
        if event.anchor not in self.anchored:
            raise self._problem(event, f"nothing is called &{event.anchor}; define it further up")
        target = self.anchored[event.anchor]
        if target is None:
            raise self._problem(event, f"*{event.anchor} contains itself, which only a $ref may do")
        return replace(target, line=line_of(event))

    def _sequence(self, start: yaml.SequenceStartEvent, depth: int) -> PositionedValue:
        self._check_kind(start, "seq")
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        within = {str(number): item for number, item in enumerate(items)}
        return PositionedValue(
            [item.value for item in items], line_of(start), within, 1 + sum(item.size for item in items)
        )

    def _mapping(self, start: yaml.MappingStartEvent, depth: int) -> PositionedValue:
        self._check_kind(start, "map")
        own: dict[str, PositionedValue] = {}
        merged: dict[str, PositionedValue] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise self._problem(key, "JSON has no key like this; make it a text")
            value = self._node(next(self.events), depth + 1)
            if key.value == "<<" and key.implicit[0]:
                merged = {**self._merged(key, value), **merged}
            else:
                own[key.value] = replace(value, line=line_of(key))
        within = {**merged, **own}
        data = {name: inner.value for name, inner in within.items()}
        return PositionedValue(data, line_of(start), within, 1 + sum(inner.size for inner in within.values()))

    def _merged(self, key: yaml.ScalarEvent, value: PositionedValue) -> dict[str, PositionedValue]:
        """Return the members that a mapping merges from others; the first one with a key counts."""
        sources = list(value.within.values()) if isinstance(value.value, list) else [value]
        if not all(isinstance(source.value, dict) for source in sources):
            raise self._problem(key, "only mappings can be merged with <<")
        return {name: inner for source in reversed(sources) for name, inner in source.within.items()}

    def _check_kind(self, start: yaml.CollectionStartEvent, kind: str) -> None:
        if start.tag not in (None, "!", f"{CORE}{kind}"):
            raise self._problem(start, f"JSON has no value for the tag {tag_of(start)}; leave it out")

    def _scalar(self, event: yaml.ScalarEvent) -> Json:
        text = str(event.value)
        tag = tag_of(event) if event.tag is not None else "" if event.implicit[0] else "!!str"
        if tag in ("!", "!!str"):
            return text
        value = resolved(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise self._problem(
                event, f"JSON has no number such as {text[:12]}; leave out a bound that is not a number"
            )
        if tag and tag not in TAGGED:
            raise self._problem(event, f"JSON has no value for the tag {tag}; leave it out")
        if tag and type(value) not in TAGGED[tag]:
            raise self._problem(event, f"{text[:12]} is no {tag}; correct it, or leave the tag out")
        return float(value) if tag == "!!float" and isinstance(value, int) else value

    def _problem(self, event: Any, problem: str) -> GateError:
        return GateError(f"{self.name}:{line_of(event)}: {problem}.")


def resolved(text: str) -> bool | int | float | str | None:
    """Return the value of an unquoted text: `yes`, `on` and `1:30` are texts, `012` is twelve, `1e3` is a number."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if WHOLE.fullmatch(text):
        return int(text, BASES.get(text[:2], 10)) if len(text) < LONGEST_NUMBER else math.inf
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan")) if DECIMAL.fullmatch(text) else text


def line_of(event: Any) -> int:
    """Return the line of an event, counted from 1."""
    return int(event.start_mark.line) + 1


def tag_of(event: Any) -> str:
    """Return the tag of an event, as it is written."""
    return str(event.tag).replace(CORE, "!!")
