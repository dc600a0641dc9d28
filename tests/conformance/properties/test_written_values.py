"""The answer to a creation or an update shows the values that were sent."""

import json

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.properties import load_all
from conformance.results.passive_checks import Finding, check_exchange
from tests.faulty_mocks.run_suite import read_contracts

SENT = {"milestone_projectid": 159, "milestone_title": "Phase 1", "milestone_color": "success"}
SHOWN = {"id": 7, "title": "Phase 1", "project_id": 159, "type": "categorised", "color": "success"}
CREATED = {
    "title": "create/keeps-the-title",
    "project_id": "create/keeps-the-project",
    "color": "create/keeps-the-color",
    "type": "create/type-is-categorised",
}
UPDATED = {"title": "update/changes-the-title", "color": "update/changes-the-color"}


def violated(
    operation: str, sent: dict[str, object], shown: dict[str, object], *, status: int = 201, concurrent: bool = False
) -> set[str]:
    """Return the requirements that an answer violates."""
    load_all()
    exchange = Exchange(
        number=1,
        operation=operation,
        method="POST",
        path="/milestones",
        query="",
        key=AuthVariant.OURS,
        content_type="application/json",
        sent=json.dumps(sent).encode(),
        status=status,
        headers={},
        received=json.dumps({"data": shown}).encode(),
        seconds=0.0,
        concurrent=concurrent,
    )
    judged = {*CREATED.values(), *UPDATED.values()}
    results = check_exchange(read_contracts()[1], exchange, judged)
    return {requirement for requirement, finding in results if isinstance(finding, Finding)}


@pytest.mark.parametrize(("operation", "named"), [("createMilestone", CREATED), ("updateMilestone", UPDATED)])
def test_an_answer_that_shows_what_was_sent_is_right_and_any_other_is_not(
    operation: str, named: dict[str, str]
) -> None:
    others = {"title": "Phase 2", "project_id": 160, "color": "danger", "type": "uncategorised"}

    assert violated(operation, SENT, SHOWN) == set()
    for field, requirement in named.items():
        assert violated(operation, SENT, SHOWN | {field: others[field]}) == {requirement}


@pytest.mark.parametrize("title", [" Phase 1", "Phase  1", "<b>1</b>", "x" * 300, "İstanbul", "12 ", "?"])
def test_titles_that_a_deployment_may_store_in_another_way_are_not_judged(title: str) -> None:
    assert violated("createMilestone", SENT | {"milestone_title": title}, SHOWN) == set()


def test_nothing_is_judged_that_was_refused_raced_or_not_shown() -> None:
    wrong = SHOWN | {"title": "Phase 2"}

    assert violated("createMilestone", SENT, wrong, status=422) == set()
    assert violated("createMilestone", SENT, wrong, concurrent=True) == set()
    assert violated("createMilestone", SENT, {"id": 7}) == set()
    assert violated("createMilestone", SENT | {"milestone_color": "puce"}, SHOWN) == set()
    assert violated("createMilestone", SENT | {"milestone_projectid": "0159"}, SHOWN) == set()
