"""A run's coverage is told in the contract's own names, and nothing else is."""

from collections.abc import Mapping

import pytest

from conformance.contract import load
from conformance.exchange import AuthVariant, Exchange
from conformance.results.coverage import Coverage, Covered

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def exchange(operation: str, query: str = "", content_type: str | None = None, sent: bytes | None = None) -> Exchange:
    """Return an exchange that was answered with 200."""
    headers: Mapping[str, str] = {}
    return Exchange(1, operation, "GET", "/", query, AuthVariant.OURS, content_type, sent, 200, headers, b"", 0.1)


def covered(*exchanges: Exchange) -> list[Covered]:
    """Return the rows of a run with these exchanges."""
    coverage = Coverage(load().operations)
    for exchange in exchanges:
        coverage.note(exchange)
    return list(coverage.rows())


def test_documented_parameters_are_named_and_others_are_not() -> None:
    (row,) = covered(exchange("listMilestones", "sort=&limit=5&wild=1"), exchange("listMilestones", "page=2"))
    assert (row.exchanges, row.parameters, row.fields) == (2, ("limit", "page", "sort"), ())


def test_a_parameter_in_the_path_is_sent_with_every_call() -> None:
    (row,) = covered(exchange("getMilestone"))
    assert row.parameters == ("id",)


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [(FORM, b"milestones[]=1&milestones[]=2&more=3"), (FORM, b"milestones%5B0%5D=1"), (JSON, b'{"milestones": [1]}')],
)
def test_fields_are_named_as_json_names_them_in_either_encoding(content_type: str, sent: bytes) -> None:
    (row,) = covered(exchange("reorderMilestones", content_type=content_type, sent=sent))
    assert row.fields == ("milestones",)


@pytest.mark.parametrize("sent", [b"{", b"[" * 100_000, b'["milestones"]', b"5", b"\xff"])
def test_a_body_that_cannot_be_read_has_no_fields(sent: bytes) -> None:
    (row,) = covered(exchange("reorderMilestones", content_type=JSON, sent=sent))
    assert row.fields == ()
