"""Parameter serialization, represented by a sample for each kind of value."""

import json
from dataclasses import dataclass
from enum import StrEnum

from gate.source.document import Json, Node
from gate.subschema.normal_form import TypeSchema, kind

STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# For each style: the prefix, the separator of exploded items, and whether names are included (RFC 6570).
MARKS = {
    "simple": ("", ",", False),
    "label": (".", ".", False),
    "matrix": (";", ";", True),
    "form": ("", "&", True),
    "spaceDelimited": ("", "&", True),
    "pipeDelimited": ("", "&", True),
}
BETWEEN = {"spaceDelimited": "%20", "pipeDelimited": "|"}


class ValueKind(StrEnum):
    """The kind of a value, as far as serialization depends on it."""

    SCALAR = "word"
    STRING = "text"
    ARRAY = "list"
    OBJECT = "object"

    @property
    def sample(self) -> Json:
        """Return a value of the kind."""
        samples: dict[ValueKind, Json] = {
            ValueKind.SCALAR: 1,
            ValueKind.STRING: "t",
            ValueKind.ARRAY: [1, 2],
            ValueKind.OBJECT: {"k": 1, "l": 2},
        }
        return samples[self]


def value_kind(type_schema: TypeSchema) -> ValueKind:
    """Return the kind of a type schema's values; numbers are serialized alike everywhere, strings may be quoted."""
    match kind(type_schema):
        case "array":
            return ValueKind.ARRAY
        case "object":
            return ValueKind.OBJECT
        case "number" | "boolean":
            return ValueKind.SCALAR
        case _:
            return ValueKind.STRING


@dataclass(frozen=True, slots=True)
class Serialization:
    """The serialization of a value: in a style or, if `encoding` is set, as a document of its own."""

    name: str
    style: str
    explode: bool
    encoding: str = ""

    def of(self, kind: ValueKind) -> str:
        """Return the serialized sample of a kind of value."""
        if self.encoding.endswith("json"):
            return self._led(json.dumps(kind.sample, separators=(",", ":")))
        if self.encoding and (self.encoding != "text/plain" or kind is ValueKind.OBJECT):
            return self._led(f"<{self.encoding}>")
        match kind.sample:
            case dict() as fields:
                return self._object({name: str(value) for name, value in fields.items()})
            case list() as items:
                return self._list([str(item) for item in items])
            case single:
                return self._led(str(single))

    @property
    def _marks(self) -> tuple[str, str, bool]:
        return MARKS.get(self.style, (f"{self.style}:", f"{self.style}:", True))

    def _led(self, text: str) -> str:
        first, _, named = self._marks
        return f"{first}{self.name}={text}" if named else f"{first}{text}"

    def _list(self, items: list[str]) -> str:
        first, between, named = self._marks
        if self.explode:
            return first + between.join(f"{self.name}={item}" if named else item for item in items)
        return self._led(BETWEEN.get(self.style, ",").join(items))

    def _object(self, fields: dict[str, str]) -> str:
        first, between, _ = self._marks
        if self.style == "deepObject":
            return "&".join(f"{self.name}[{name}]={value}" for name, value in fields.items())
        if self.explode:
            return first + between.join(f"{name}={value}" for name, value in fields.items())
        return self._led(BETWEEN.get(self.style, ",").join(part for field in fields.items() for part in field))


def serialization(node: Node, name: str, usual: str, encoding: str = "") -> Serialization:
    """Return the serialization of a node with `style` and `explode`."""
    style = node.text("style", usual)
    return Serialization(name, style, node.flag("explode", default=style == "form"), encoding)
