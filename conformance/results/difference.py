"""Show only the fields and members in which two values differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that should be another one.

    `place` names the field or index, `record` the id of the object it belongs to. `kind` is `value`, or, for members
    of a collection, `missing` (`actual` is None) or `extra` (`expected` is None).
    """

    place: str
    actual: object
    expected: object
    record: object = None
    kind: str = "value"


@dataclass(frozen=True, slots=True)
class Basis:
    """The evidence of a judgement: an exchange by its number, or two values.

    Of an exchange either the status was judged (`allowed` lists the patterns, such as `2??`) or what is at `path`.
    Of two instants, `actual` may be `slack` seconds before `expected`.
    `alternatives` are the orders of ids of which the last list must show one.
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
"""The documented statuses of an operation that is there, and finds what it is asked for."""
NOTHING_MORE = Basis()
"""The basis of a judgement that says nothing of it."""


def differences(actual: object, expected: object, place: str = "", record: object = None) -> Iterator[Difference]:
    """Yield what differs, down to single fields and members."""
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
    """Return two texts, expected and actual, that hold only what differs."""
    unequal = list(differences(actual, expected))
    if not any(difference.place for difference in unequal) and not any(
        difference.kind != "value" for difference in unequal
    ):
        return repr(expected), repr(actual)
    wanted: list[str] = []
    came: list[str] = []
    for difference in unequal:
        at = f"{difference.place} " if difference.place else ""
        match difference.kind:
            case "missing":
                wanted.append(f"with {difference.expected!r}")
                came.append(f"without {difference.expected!r}")
            case "extra":
                wanted.append(f"without {difference.actual!r}")
                came.append(f"with {difference.actual!r}")
            case _:
                wanted.append(f"{at}{difference.expected!r}")
                came.append(f"{at}{difference.actual!r}")
    return ", ".join(wanted), ", ".join(came)


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
    """Tell if two lists of one length are compared place by place: numbers and records are, ids are not."""
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
