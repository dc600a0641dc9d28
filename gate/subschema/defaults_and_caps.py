"""Compare the defaults and caps of request schemas, which do not restrict values."""

from collections.abc import Callable, Iterator

from gate.source.document import Json, Node
from gate.subschema.check_context import CheckContext
from gate.subschema.difference import Difference, DifferenceKind, Direction
from gate.subschema.instances import as_text
from gate.subschema.normal_form import Schema, canonical_json, displayed
from gate.subschema.openapi_dialect import keyword_value


def default_and_cap_differences(check: CheckContext, left: Schema, right: Schema) -> Iterator[Difference]:
    """Yield the defaults and caps of the left request schema that the right one lacks."""
    if not check.direction.is_request:
        return
    is_narrowed = check.direction is Direction.REQUEST_NARROWED
    nodes = _values(check, left, right, "default")
    yield from default_differences(*nodes, as_text if check.as_text else canonical_json, is_narrowed=is_narrowed)
    own, counterpart = _values(check, left, right, "x-cap")
    high, low = cap_of(own), cap_of(counterpart)
    if low is not None and (high is None or low < high):
        before, after = (high, low) if is_narrowed else (low, high)
        text = f"{'no' if before is None else before}, then {'none' if after is None else after}"
        yield Difference((), DifferenceKind.CAP, text, own, counterpart, proven=True, by_rule=True)


def _values(check: CheckContext, left: Schema, right: Schema, keyword: str) -> tuple[Node | None, Node | None]:
    return (
        keyword_value(left, keyword, old=check.left.old),
        keyword_value(right, keyword, old=check.right.old),
    )


def default_differences(
    left: Node | None, right: Node | None, written: Callable[[Json], str], *, is_narrowed: bool
) -> Iterator[Difference]:
    """Yield the difference of two defaults."""
    kind = DifferenceKind.DEFAULT
    if is_narrowed and left is not None and (right is None or written(left.value) != written(right.value)):
        now = "none" if right is None else displayed(right.value)
        yield Difference((), kind, f"{displayed(left.value)}, now {now}", left, right, proven=True, by_rule=True)
    elif not is_narrowed and left is not None and right is None:
        yield Difference((), kind, f"none, now {displayed(left.value)}", left, right, proven=True, by_rule=True)


def cap_of(node: Node | None) -> int | None:
    """Return the value of a cap."""
    value = None if node is None else node.value
    return int(value) if isinstance(value, int | float) else None
