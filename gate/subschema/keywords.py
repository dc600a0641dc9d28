"""Type schemas of numbers, strings, arrays and enumerated values, from the keywords of a schema."""

from fractions import Fraction

from gate.source.document import Json, Node
from gate.subschema.intersection import intersect
from gate.subschema.normal_form import ANYTHING, Array, Number, String, canonical_json
from gate.subschema.patterns import is_supported

INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1)}
# int64 is the usual storage of integers, password a hint for display: neither excludes a value.
WITHOUT_EFFECT = frozenset({"int64", "password", "double", "float"})
# OpenAPI 3.1 has no formats of its own for these.
RENAMED = {"byte": "base64", "binary": "application/octet-stream"}


def number_schema(node: Node, *, integer: bool) -> Number:
    """Return the number schema for the keywords of a schema."""
    low, high = number_of(node, "minimum"), number_of(node, "maximum")
    above, below = number_of(node, "exclusiveMinimum"), number_of(node, "exclusiveMaximum")
    low_open, high_open = node.flag("exclusiveMinimum"), node.flag("exclusiveMaximum")
    if above is not None and (low is None or above >= low):
        low, low_open = above, True
    if below is not None and (high is None or below <= high):
        high, high_open = below, True
    step = number_of(node, "multipleOf")
    number = Number(low=low, low_open=low_open, high=high, high_open=high_open, integer=integer, step=step or None)
    smallest, largest = INTEGER_FORMATS.get(node.text("format"), (None, None))
    if smallest is None or largest is None or not integer:
        return number
    common = intersect(number, Number(low=Fraction(smallest), high=Fraction(largest)))
    return common if isinstance(common, Number) else number


def string_schema(node: Node) -> String:
    """Return the string schema for the keywords of a schema, without an unsupported pattern."""
    formats = {node.text(keyword) for keyword in ("format", "contentEncoding", "contentMediaType")}
    pattern = node.text("pattern")
    return String(
        min_length=count(node, "minLength") or 0,
        max_length=count(node, "maxLength"),
        patterns=frozenset({pattern} if pattern and is_supported(pattern) else ()),
        formats=frozenset({RENAMED.get(name, name) for name in formats} - {""} - WITHOUT_EFFECT),
    )


def array_schema(node: Node) -> Array:
    """Return the array schema for the keywords of a schema."""
    items = node.get("items")
    is_general = items is None or allows_anything(items.value) or node.get("prefixItems") is not None
    return Array(
        min_items=count(node, "minItems") or 0,
        max_items=count(node, "maxItems"),
        items=ANYTHING if items is None or is_general else (items,),
        unique=node.flag("uniqueItems"),
    )


def number_of(node: Node, keyword: str) -> Fraction | None:
    """Return the value of a keyword as an exact number; None if it is no number."""
    child = node.get_resolved(keyword)
    if child is None or isinstance(child.value, bool) or not isinstance(child.value, int | float):
        return None
    return Fraction(str(child.value))


def count(node: Node, keyword: str) -> int | None:
    """Return the value of a keyword that limits a length."""
    value = number_of(node, keyword)
    return None if value is None else int(value)


def enumerated_values(node: Node) -> list[Json] | None:
    """Return the values that both enum and const allow; None if the schema has neither."""
    enum, const = node.get("enum"), node.get("const")
    values = enum.value if enum is not None and isinstance(enum.value, list) else None
    if const is None:
        return values
    sole = canonical_json(const.value)
    return [const.value] if values is None or any(canonical_json(value) == sole for value in values) else []


def allows_anything(value: Json) -> bool:
    """Return whether a schema is one of the two that allow every value."""
    return value is True or value == {}
