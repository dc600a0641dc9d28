"""What the keywords of a schema say of numbers, texts and arrays, and which values they list."""

from fractions import Fraction

from gate.source.document import Json, Node
from gate.subschema.normal_form import ANYTHING, Array, Number, String, intersect, lower, same
from gate.subschema.regex_languages import is_supported

INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1)}
# int64 is how integers are usually stored, password how a field is shown: neither keeps a value out.
WITHOUT_EFFECT = frozenset({"int64", "password", "double", "float"})
# OpenAPI 3.1 has no formats of its own for these.
RENAMED = {"byte": "base64", "binary": "application/octet-stream"}


def number_of(node: Node, *, integer: bool) -> Number:
    """The numbers that a schema takes."""
    low, high = _fraction(node, "minimum"), _fraction(node, "maximum")
    above, below = _fraction(node, "exclusiveMinimum"), _fraction(node, "exclusiveMaximum")
    low_open, high_open = node.flag("exclusiveMinimum"), node.flag("exclusiveMaximum")
    if above is not None and (low is None or above >= low):
        low, low_open = above, True
    if below is not None and (high is None or below <= high):
        high, high_open = below, True
    step = _fraction(node, "multipleOf")
    number = Number(low=low, low_open=low_open, high=high, high_open=high_open, integer=integer, step=step)
    smallest, largest = INTEGER_FORMATS.get(node.text("format"), (None, None))
    if smallest is None or largest is None or not integer:
        return number
    met = intersect(number, Number(low=Fraction(smallest), high=Fraction(largest)))
    return met if isinstance(met, Number) else number


def text_of(node: Node) -> String:
    """The texts that a schema takes, as far as its pattern can be read."""
    own = {node.text(keyword) for keyword in ("format", "contentEncoding", "contentMediaType")}
    return String(
        shortest=count(node, "minLength") or 0,
        longest=count(node, "maxLength"),
        patterns=frozenset(one for one in (node.text("pattern"),) if one and is_supported(one)),
        formats=frozenset({RENAMED.get(one, one) for one in own} - {""} - WITHOUT_EFFECT),
    )


def array_of(node: Node) -> Array:
    """The arrays that a schema takes."""
    items = node.get("items")
    prefix = tuple((one,) for one in node.raw_elements("prefixItems"))
    closed = items is not None and items.value is False
    return Array(
        shortest=count(node, "minItems") or 0,
        longest=lower(count(node, "maxItems"), len(prefix) if closed else None),
        prefix=prefix,
        rest=ANYTHING if items is None or takes_all(items.value) else (items,),
        unique=node.flag("uniqueItems"),
    )


def _fraction(node: Node, keyword: str) -> Fraction | None:
    child = node.get_resolved(keyword)
    if child is None or isinstance(child.value, bool) or not isinstance(child.value, int | float):
        return None
    return Fraction(str(child.value))


def count(node: Node, keyword: str) -> int | None:
    """A bound of lengths."""
    found = _fraction(node, keyword)
    return None if found is None else int(found)


def fixed(node: Node) -> list[Json] | None:
    """The values that enum and const leave, in a form that equal values share; none where neither stands."""
    enum, const = node.get("enum"), node.get("const")
    values = enum.value if enum is not None and isinstance(enum.value, list) else None
    if const is not None:
        values = [const.value] if values is None or any(same(const.value, one) for one in values) else []
    return values


def takes_all(value: Json) -> bool:
    """Whether a schema is one of those that take everything."""
    return value is True or value == {}
