"""Intersection of type schemas."""

from dataclasses import replace
from fractions import Fraction
from math import lcm

from gate.subschema.normal_form import Array, Branch, Number, Object, String, TypeSchema, all_of, lower


def intersect(left: TypeSchema, right: TypeSchema) -> TypeSchema | None:
    """Return the intersection of two type schemas other than enumerations; None if it is empty."""
    match left, right:
        case Number(), Number():
            common: TypeSchema | None = intersect_numbers(left, right)
        case String(), String():
            common = intersect_strings(left, right)
        case Array(), Array():
            common = intersect_arrays(left, right)
        case Object(), Object():
            common = intersect_objects(left, right)
        case _:
            return None
    return None if common is None else with_origin(common, left, right)


def with_origin(common: TypeSchema, left: TypeSchema, right: TypeSchema) -> TypeSchema:
    """Return a type schema with the opaque constraints, sources and branches of two others."""
    branch = left.branch or right.branch
    if left.branch is not None and right.branch is not None:
        component = ", ".join(filter(None, (left.branch.component, right.branch.component)))
        branch = Branch(component, f"{left.branch.meaning} {right.branch.meaning}")
    sources = {**right.sources, **left.sources} if right.sources else left.sources
    return replace(common, opaque=left.opaque | right.opaque, sources=sources, branch=branch)


def intersect_numbers(left: Number, right: Number) -> Number | None:
    """Return the intersection of two number schemas."""
    low, low_open = max(_bounds(left.low, left.low_open, right.low, right.low_open), default=(None, False))
    highs = [(high, not opened) for high, opened in _bounds(left.high, left.high_open, right.high, right.high_open)]
    high, closed = min(highs, default=(None, True))
    steps = [step for step in (left.step, right.step) if step is not None]
    common = Number(
        low=low,
        low_open=low_open,
        high=high,
        high_open=not closed,
        integer=left.integer or right.integer,
        step=common_multiple(steps),
    )
    return tightened(common)


def _bounds(
    left: Fraction | None, left_open: bool, right: Fraction | None, right_open: bool
) -> list[tuple[Fraction, bool]]:
    return [(bound, opened) for bound, opened in ((left, left_open), (right, right_open)) if bound is not None]


def common_multiple(steps: list[Fraction]) -> Fraction | None:
    """Return the least common multiple of steps; None if there are none."""
    if not steps:
        return None
    denominator = lcm(*(step.denominator for step in steps))
    return Fraction(lcm(*(step.numerator * denominator // step.denominator for step in steps)), denominator)


def tightened(number: Number) -> Number | None:
    """Return an equal number schema with the tightest bounds; None if it accepts no number.

    `minimum: 1` and `exclusiveMinimum: 0` are one bound for whole numbers.
    """
    low, high, step = number.low, number.high, number.step
    if number.integer:
        step = common_multiple([Fraction(1), step]) if step else Fraction(1)
    if step is not None:
        if low is not None:
            count = -(-low // step)
            low = step * (count + 1 if number.low_open and count * step == low else count)
        if high is not None:
            count = high // step
            high = step * (count - 1 if number.high_open and count * step == high else count)
        number = replace(
            number, low=low, high=high, low_open=False, high_open=False, step=step, integer=step.denominator == 1
        )
    if low is None or high is None or low < high:
        return number
    return number if low == high and not (number.low_open or number.high_open) else None


def intersect_strings(left: String, right: String) -> String | None:
    """Return the intersection of two string schemas."""
    common = String(
        min_length=max(left.min_length, right.min_length),
        max_length=lower(left.max_length, right.max_length),
        patterns=left.patterns | right.patterns,
        formats=left.formats | right.formats,
    )
    return None if common.max_length is not None and common.min_length > common.max_length else common


def intersect_arrays(left: Array, right: Array) -> Array | None:
    """Return the intersection of two array schemas."""
    common = Array(
        min_items=max(left.min_items, right.min_items),
        max_items=lower(left.max_items, right.max_items),
        items=all_of(left.items, right.items),
        unique=left.unique or right.unique,
    )
    return None if common.max_items is not None and common.min_items > common.max_items else common


def intersect_objects(left: Object, right: Object) -> Object | None:
    """Return the intersection of two object schemas."""
    hidden = left.hidden | right.hidden
    names = [name for name in dict.fromkeys([*left.properties, *right.properties]) if name not in hidden]
    common = Object(
        properties={name: all_of(left.schemas_of(name), right.schemas_of(name)) for name in names},
        additional=all_of(left.additional, right.additional),
        required=(left.required | right.required) - hidden,
        hidden=hidden,
        min_properties=max(left.min_properties, right.min_properties),
        max_properties=lower(left.max_properties, right.max_properties),
    )
    if common.max_properties is not None and max(common.min_properties, len(common.required)) > common.max_properties:
        return None
    return common
