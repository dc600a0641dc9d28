"""Differences of two values, down to the fields and members that differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs from the expected one.

    `place` names the field or index, and `record` is the id of the object it belongs to. `kind` is `value` or, for
    members of a collection, `missing` (`actual` is None) or `extra` (`expected` is None).
    """

    place: str
    actual: object
    expected: object
    record: object = None
    kind: str = "value"


@dataclass(frozen=True, slots=True)
class Basis:
    """The evidence of a judgement: an exchange by its number, or two values.

    Of an exchange, either the status was judged (`allowed` lists the patterns, such as `2??`) or the value at `path`.
    Of two instants, `actual` may be up to `slack` seconds before `expected`. `alternatives` are the orders of ids of
    which the last list must show one.
    """

    exchange: int | None = None
    allowed: tuple[str, ...] = ()
    path: str = ""
    actual: object = None
    expected: object = None
    subject: str = ""
    alternatives: tuple[Sequence[int], ...] = ()
    slack: int = 0


THERE = ("2??", "401", "409", "422")
"""The documented statuses of an operation that exists and finds the ids it is given."""
NOTHING_MORE = Basis()
"""The basis of a judgement that names none."""


def differences(actual: object, expected: object, place: str = "", record: object = None) -> Iterator[Difference]:
    """Yield the differences of two values, down to single fields and members."""
    if actual == expected:
        return
    if is_dataclass(actual) and is_dataclass(expected) and type(actual) is type(expected):
        owner = getattr(expected, "id", record)
        for entry in fields(expected):
            name = f"{place}.{entry.name}" if place else entry.name
            yield from differences(getattr(actual, entry.name), getattr(expected, entry.name), name, owner)
    elif isinstance(actual, Mapping) and isinstance(expected, Mapping):
        yield from _members(list(actual), list(expected), place)
        for key in expected.keys() & actual.keys():
            yield from differences(actual[key], expected[key], f"{place}[{key}]", key)
    elif is_list(actual) and is_list(expected):
        yield from list_differences(list(actual), list(expected), place, record)  # type: ignore[call-overload]
    else:
        yield Difference(place, actual, expected, record)


def describe(actual: object, expected: object) -> tuple[str, str]:
    """Return the expected and the actual value as texts that contain only the differences."""
    unequal = list(differences(actual, expected))
    if not any(difference.place for difference in unequal) and not any(
        difference.kind != "value" for difference in unequal
    ):
        return repr(expected), repr(actual)
    expected_texts: list[str] = []
    actual_texts: list[str] = []
    for difference in unequal:
        at = f"{difference.place} " if difference.place else ""
        match difference.kind:
            case "missing":
                expected_texts.append(f"with {difference.expected!r}")
                actual_texts.append(f"without {difference.expected!r}")
            case "extra":
                expected_texts.append(f"without {difference.actual!r}")
                actual_texts.append(f"with {difference.actual!r}")
            case _:
                expected_texts.append(f"{at}{difference.expected!r}")
                actual_texts.append(f"{at}{difference.actual!r}")
    return ", ".join(expected_texts), ", ".join(actual_texts)


def list_differences(
    actual: Sequence[object], expected: Sequence[object], place: str, record: object
) -> Iterator[Difference]:
    membership = list(_members(actual, expected, place))
    if len(actual) != len(expected) or (membership and not aligned(actual, expected)):
        yield from membership
        return
    for index, (left, right) in enumerate(zip(actual, expected, strict=True)):
        yield from differences(left, right, f"{place}[{index}]", record)


def aligned(actual: Sequence[object], expected: Sequence[object]) -> bool:
    """Return whether two lists of one length are compared by position: numbers and records are, ids are not."""
    agreeing = sum(left == right for left, right in zip(actual, expected, strict=True))
    return agreeing > 0 or len(actual) < 4 or any(is_dataclass(member) for member in actual)


def _members(actual: Sequence[object], expected: Sequence[object], place: str) -> Iterator[Difference]:
    for member in expected:
        if member not in actual:
            yield Difference(place, None, member, kind="missing")
    for member in actual:
        if member not in expected:
            yield Difference(place, member, None, kind="extra")


def is_list(value: object) -> bool:
    return isinstance(value, list | tuple)
