"""Answers as flat tables of paths, alike in Python and in the shell scripts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.exchange import Exchange, Json, NotJson

ESCAPES = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
SELECTOR = re.compile(r"(?P<list>[^\[]*)\[(?P<key>[^=]+)=(?P<value>.*)\]\.(?P<column>[^\]]+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A JSON value: its type (`string`, `number`, `boolean`, `null`, `array`, `object`) and its text.

    The text of an array or object is the number of its members.
    """

    type: str
    text: str


NOTHING = Leaf("", "")
Flat: TypeAlias = Mapping[str, Leaf]


@dataclass(frozen=True)
class Answer:
    """An exchange with its body as a table."""

    exchange: Exchange
    flat: Flat = field(repr=False)

    @classmethod
    def of(cls, exchange: Exchange) -> "Answer":
        """Flatten the body of an exchange; a body that is not JSON has no paths."""
        body = exchange.json
        return cls(exchange, {} if isinstance(body, NotJson) else dict(flatten(body)))

    @property
    def is_json(self) -> bool:
        """Return whether the body is JSON."""
        return not isinstance(self.exchange.json, NotJson)

    def count(self, path: str) -> int:
        """Return the length of the array at a path; 0 if there is none."""
        leaf = self.flat.get(path, NOTHING)
        return int(leaf.text) if leaf.type == "array" else 0

    def at(self, path: str) -> Leaf:
        """Return the value at a path; NOTHING where there is none.

        A path is a sequence of keys and indexes (`data.0.id`), or selects a row of a list by one of its values
        (`data[type=uncategorised].id`).
        """
        selector = SELECTOR.match(path)
        if selector is None:
            return self.flat.get(path, NOTHING)
        for row in range(self.count(selector["list"])):
            prefix = f"{selector['list']}.{row}."
            if self.flat.get(prefix + selector["key"], NOTHING).text == selector["value"]:
                return self.flat.get(prefix + selector["column"], NOTHING)
        return NOTHING


def flatten(value: Json, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield each value in a body with its path; the body itself has the path `.`."""
    leaf = to_leaf(value)
    yield path or ".", leaf
    prefix = f"{path}." if path else ""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from flatten(member, prefix + escaped(key))
    elif leaf.type == "array" and not isinstance(value, str | int | float | None):
        for index, member in enumerate(value):
            yield from flatten(member, f"{prefix}{index}")


def to_leaf(value: Json) -> Leaf:
    """Return the type and the text of a value."""
    match value:
        case None:
            return Leaf("null", "null")
        case bool():
            return Leaf("boolean", str(value).lower())
        case int() | float():
            return Leaf("number", str(int(value)) if isinstance(value, int) else repr(value))
        case str():
            return Leaf("string", escaped(value))
        case Mapping():
            return Leaf("object", str(len(value)))
        case _:
            return Leaf("array", str(len(value)))


def escaped(text: str) -> str:
    """Escape backslashes and control codes as in JSON; keep everything else."""
    return "".join(ESCAPES.get(sign) or (f"\\u{ord(sign):04x}" if sign < " " else sign) for sign in text)
