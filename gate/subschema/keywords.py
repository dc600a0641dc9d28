"""Keywords of numbers, strings and arrays, and enumerated values."""

from fractions import Fraction

from gate.source.document import Json, Node
from gate.subschema.intersection import intersect
from gate.subschema.normal_form import ANYTHING, Array, Number, String, canonical_json
from gate.subschema.patterns import is_supported

INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1)}
# int64 is how integers are usually stored, password how a field is shown: neither keeps a value out.
WITHOUT_EFFECT = frozenset({"int64", "password", "double", "float"})
# OpenAPI 3.1 has no formats of its own for these.
RENAMED = {"byte": "base64", "binary": "application/octet-stream"}


def number_schema(node: Node, *, integer: bool) -> Number:
    """Return the numbers that the keywords of a schema allow."""
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
    """Return the strings that the keywords of a schema allow, as far as its pattern is supported."""
    formats = {node.text(keyword) for keyword in ("format", "contentEncoding", "contentMediaType")}
    pattern = node.text("pattern")
    return String(
        min_length=count(node, "minLength") or 0,
        max_length=count(node, "maxLength"),
        patterns=frozenset({pattern} if pattern and is_supported(pattern) else ()),
        formats=frozenset({RENAMED.get(name, name) for name in formats} - {""} - WITHOUT_EFFECT),
    )


def array_schema(node: Node) -> Array:
    """Return the arrays that the keywords of a schema allow."""
    items = node.get("items")
    is_general = items is None or allows_anything(items.value) or node.get("prefixItems") is not None
    return Array(
        min_items=count(node, "minItems") or 0,
        max_items=count(node, "maxItems"),
        items=ANYTHING if items is None or is_general else (items,),
        unique=node.flag("uniqueItems"),
    )


def number_of(node: Node, keyword: str) -> Fraction | None:
    """Return the value of a keyword as an exact number; None for what is no number."""
    child = node.get_resolved(keyword)
    if child is None or isinstance(child.value, bool) or not isinstance(child.value, int | float):
        return None
    return Fraction(str(child.value))


def count(node: Node, keyword: str) -> int | None:
    """Return the value of a keyword that bounds a length."""
    value = number_of(node, keyword)
    return None if value is None else int(value)


def enumerated_values(node: Node) -> list[Json] | None:
    """Return the values that enum and const allow together; None where neither is there."""
    enum, const = node.get("enum"), node.get("const")
    values = enum.value if enum is not None and isinstance(enum.value, list) else None
    if const is None:
        return values
    sole = canonical_json(const.value)
    return [const.value] if values is None or any(canonical_json(value) == sole for value in values) else []


def allows_anything(value: Json) -> bool:
    """Test whether a schema is one of the two that allow everything."""
    return value is True or value == {}
