"""Between two writes, a record must look the same wherever it is shown."""

import json
from collections import Counter
from typing import Any

import pytest

from conformance.context.views import Views
from conformance.exchange import AuthVariant, Exchange
from conformance.results.expect import Expectation, Violation

MILESTONE: dict[str, Any] = {
    "id": 7,
    "title": "Phase",
    "project_id": 5,
    "type": "categorised",
    "color": "success",
    "position": 2,
}
MILESTONE |= {"creator_id": 1, "tasks_count": 0, "dates": {"created": "2026-06-15T09:30:00Z", "updated": ""}}
METHODS = {"create": "POST", "update": "PATCH"}
REQUIREMENTS = frozenset(
    (
        *("create/is-read-back", "update/is-read-back", "list/rows-equal-the-milestones"),
        "count/is-the-same-in-list-and-get",
    )
)


def answer(operation: str, changes: dict[str, Any], query: str = "", status: int = 200) -> Exchange:
    """Return an answer that shows the milestone, changed."""
    data: Any = MILESTONE | changes
    body = json.dumps({"data": [data] if operation.startswith("list") else data}).encode()
    method = METHODS.get(operation[:6], "GET")
    return Exchange(1, operation, method, "/milestones", query, AuthVariant.OURS, None, None, status, {}, body, 0.0)


def views() -> Views:
    """Return the views of an example that is judged by everything."""
    return Views(lambda requirement: Expectation(requirement, Counter(), REQUIREMENTS))


@pytest.mark.parametrize(
    ("first", "then", "changes", "requirement"),
    [
        ("createMilestone", "getMilestone", {"title": "phase"}, "create/is-read-back"),
        ("updateMilestone", "getMilestone", {"color": "danger"}, "update/is-read-back"),
        ("getMilestone", "listMilestones", {"title": "&amp;"}, "list/rows-equal-the-milestones"),
        ("listMilestones", "listMilestones", {"position": 3}, "list/rows-equal-the-milestones"),
        ("listMilestones", "getMilestone", {"type": "uncategorised"}, "list/rows-equal-the-milestones"),
        ("getMilestone", "listMilestones", {"tasks_count": 1}, "count/is-the-same-in-list-and-get"),
    ],
)
def test_a_record_that_is_shown_differently_is_a_violation(
    first: str, then: str, changes: dict[str, Any], requirement: str
) -> None:
    ledger = views()
    ledger.take(answer(first, {}))

    with pytest.raises(Violation) as violation:
        ledger.take(answer(then, changes))
    assert violation.value.requirement == requirement


@pytest.mark.parametrize(
    "between",
    [
        [answer("updateMilestone", {"title": "Other"}, status=409)],
        [answer("updateMilestone", {"title": "Other"})],
    ],
)
def test_after_a_write_records_may_look_otherwise(between: list[Exchange]) -> None:
    ledger = views()
    for exchange in [answer("getMilestone", {}), *between, answer("listMilestones", {"title": "Other"})]:
        ledger.take(exchange)


@pytest.mark.parametrize(
    "latter",
    [
        answer("listMilestones", {"tasks_count": "0"}),
        answer("listMilestones", {"dates": {"created": "2026-06-15T09:30:00.000000Z", "updated": ""}}),
        answer("listMilestones", {"project_id": 6}, query="project_id=5"),
        answer("listMilestones", {"title": "Other"}, status=500),
    ],
    ids=["another type", "a date with more digits", "another project", "no success"],
)
def test_matters_of_other_requirements_are_none_of_this(latter: Exchange) -> None:
    ledger = views()
    ledger.take(answer("getMilestone", {}))
    ledger.take(latter)
