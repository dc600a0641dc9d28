"""Expected and actual say what differs, and nothing else."""

from dataclasses import dataclass

import pytest

from conformance.results.difference import describe


@dataclass(frozen=True)
class Row:
    """A record, as an answer shows it."""

    id: int
    title: str
    color: str


@pytest.mark.parametrize(
    ("actual", "expected", "sentences"),
    [
        (3, 4, ("4", "3")),
        (Row(1, "a", "red"), Row(1, "a", "green"), ("color 'green'", "color 'red'")),
        ([1, 2], [1, 2, 3], ("with 3", "without 3")),
        ([1, 2, 9], [1, 2], ("without 9", "with 9")),
        ([2, 1, 3], [1, 2, 3], ("[0] 1, [1] 2", "[0] 2, [1] 1")),
        ({5: Row(5, "a", "red")}, {5: Row(5, "b", "red")}, ("[5].title 'b'", "[5].title 'a'")),
        ({}, {7: Row(7, "a", "red")}, ("with 7", "without 7")),
    ],
)
def test_only_what_differs_is_said(actual: object, expected: object, sentences: tuple[str, str]) -> None:
    assert describe(actual, expected) == sentences
