"""An id belongs to the run once its record is read back, not because the answer to its creation says so."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.sandbox.ownership import Contradiction, Kind, NotOurs, Ownership

PROJECT, THEIRS = 500, 7
TITLE = "ZZZ_CONFORMANCE_RUN_1"
OURS = {"id": PROJECT, "title": TITLE, "dates": {"created": "2026-06-15T09:30:00.000000Z"}}


def exchange(
    method: str, path: str, data: object, status: int = 200, sent: Mapping[str, object] | None = None, **rest: object
) -> Exchange:
    """Return a recorded exchange that answered some data."""
    body = json.dumps({"data": data, **rest}).encode()
    form = urlencode(sent).encode() if sent else None
    kind = "application/x-www-form-urlencoded" if sent else None
    return Exchange(1, "", method, path, "", AuthVariant.OURS, kind, form, status, {}, body, 0.0)


def made(data: object = OURS, status: int = 201) -> Exchange:
    """Return the answer to the creation of a project."""
    return exchange("POST", "/projects", data, status, {"project_title": TITLE})


def shown(records: Mapping[tuple[Kind, int], Any]) -> Callable[[Kind, int], Exchange]:
    """Return a deployment that shows these records, and 404 for all others."""

    def read(kind: Kind, identifier: int) -> Exchange:
        record = records.get((kind, identifier))
        status = 404 if record is None else 200
        return exchange("GET", f"/{kind}s/{identifier}", record, status)

    return read


def owner(records: Mapping[tuple[Kind, int], Any] | None = None) -> Ownership:
    """Return the ownership at the beginning of a run on such a deployment."""
    return Ownership("RUN", read=shown(records or {}), list_ids=lambda kind, parent: set())


def with_project(records: Mapping[tuple[Kind, int], Any]) -> Ownership:
    """Return the ownership once a project was made and read."""
    ownership = owner({(Kind.PROJECT, PROJECT): OURS, **records})
    ownership.learn(made())
    ownership.require(Kind.PROJECT, PROJECT)
    return ownership


def test_a_project_is_ours_once_reading_it_shows_our_title() -> None:
    ownership = owner({(Kind.PROJECT, PROJECT): OURS})
    with pytest.raises(NotOurs):
        ownership.require(Kind.PROJECT, PROJECT)
    ownership.learn(made())

    ownership.require(Kind.PROJECT, PROJECT)


@pytest.mark.parametrize("record", [None, {}, {"id": PROJECT}, {"id": 8, "title": TITLE}, {**OURS, "title": None}])
def test_a_project_that_is_not_shown_whole_is_not_ours(record: object) -> None:
    ownership = owner({(Kind.PROJECT, PROJECT): record})
    ownership.learn(made())

    with pytest.raises(NotOurs, match="was not shown to belong to this run"):
        ownership.require(Kind.PROJECT, PROJECT)


@pytest.mark.parametrize(
    "record",
    [
        {**OURS, "title": "Website redesign"},
        {**OURS, "title": "ZZZ_CONFORMANCE_OTHER_1"},
        {**OURS, "dates": {"created": "2025-01-01T00:00:00.000000Z"}},
    ],
)
def test_an_answer_that_names_somebody_elses_project_is_a_contradiction(record: object) -> None:
    ownership = owner({(Kind.PROJECT, PROJECT): record})
    ownership.learn(made())

    with pytest.raises(Contradiction):
        ownership.require(Kind.PROJECT, PROJECT)
    assert "POST /projects → 201" in ownership.contradiction
    assert f"GET /projects/{PROJECT} → 200" in ownership.contradiction


def test_an_id_that_was_shown_before_it_was_made_is_a_contradiction() -> None:
    ownership = owner({(Kind.PROJECT, PROJECT): OURS})
    ownership.learn(exchange("GET", "/projects", [{"id": PROJECT, "title": "Website redesign"}]))

    with pytest.raises(Contradiction, match="was there before"):
        ownership.learn(made())


@pytest.mark.parametrize("identifier", ["500", 500.0, " 500 "])
def test_an_id_that_is_written_in_another_type_is_not_lost(identifier: object) -> None:
    ownership = owner({(Kind.PROJECT, PROJECT): {**OURS, "id": identifier}})
    ownership.learn(made({**OURS, "id": identifier}))

    ownership.require(Kind.PROJECT, PROJECT)
    assert ownership.open_projects == {PROJECT}


@pytest.mark.parametrize(
    "answer", [made(None), made({"title": TITLE}), made(OURS, 500), made({"id": -1}), made([], 202), made(OURS, 422)]
)
def test_a_title_whose_project_has_no_id_is_kept_in_mind(answer: Exchange) -> None:
    ownership = owner()
    ownership.announce(TITLE)
    ownership.learn(answer)

    assert list(ownership.unanswered) == [TITLE]


@pytest.mark.parametrize("kind", [Kind.MILESTONE, Kind.TASK])
def test_what_is_in_a_project_is_ours_once_reading_it_shows_that_project(kind: Kind) -> None:
    record = {"id": 1, "title": "x", "project_id": PROJECT, "project": {"id": PROJECT}}
    ownership = with_project({(kind, 1): record})
    ownership.learn(exchange("POST", f"/{kind}s", record, 201, {f"{kind}_title": "x"}))

    assert 1 not in ownership.ours[kind]
    ownership.require(kind, 1)
    assert 1 in ownership.ours[kind]


@pytest.mark.parametrize("kind", [Kind.MILESTONE, Kind.TASK])
def test_what_reading_shows_in_another_project_is_a_contradiction(kind: Kind) -> None:
    claimed = {"id": 1, "title": "x", "project_id": PROJECT, "project": {"id": PROJECT}}
    true = claimed | {"project_id": THEIRS, "project": {"id": THEIRS}}
    ownership = with_project({(kind, 1): true})
    ownership.learn(exchange("POST", f"/{kind}s", claimed, 201, {f"{kind}_title": "x"}))

    with pytest.raises(Contradiction, match=f"is in project {THEIRS}"):
        ownership.require(kind, 1)


def test_a_list_alone_makes_nothing_ours() -> None:
    rows = [{"id": 1, "project_id": PROJECT}, {"id": 2, "project_id": THEIRS}, {"id": 3}, 4, {"id": "5"}]
    ownership = with_project({(Kind.MILESTONE, 1): {"id": 1, "project_id": THEIRS}})
    ownership.learn(exchange("GET", "/milestones", rows))

    assert ownership.ours[Kind.MILESTONE] == set()
    with pytest.raises(Contradiction):
        ownership.require(Kind.MILESTONE, 1)


def test_a_title_that_nobody_sent_needs_the_list_of_the_project_to_bear_it_out() -> None:
    record = {"id": 1, "title": "cut", "project_id": PROJECT}
    ownership = with_project({(Kind.MILESTONE, 1): record})
    ownership.learn(exchange("POST", "/milestones", {**record, "title": "whole"}, 201, {"milestone_title": "whole"}))

    with pytest.raises(NotOurs):
        ownership.require(Kind.MILESTONE, 1)

    ownership = with_project({(Kind.MILESTONE, 1): record})
    ownership.list_ids = lambda kind, parent: {1}
    ownership.learn(exchange("POST", "/milestones", {**record, "title": "whole"}, 201, {"milestone_title": "whole"}))
    ownership.require(Kind.MILESTONE, 1)


def test_a_comment_is_ours_once_it_was_added_and_is_listed() -> None:
    ownership = with_project({})
    with pytest.raises(NotOurs):
        ownership.require_comment(3, 9)
    ownership.learn(exchange("POST", "/tasks/3/comments", {"id": 9}, 201))
    with pytest.raises(NotOurs, match="not listed"):
        ownership.require_comment(3, 9)
    ownership.list_ids = lambda kind, parent: {9}

    ownership.require_comment(3, 9)


def milestone(number: int, project: int = PROJECT) -> dict[str, object]:
    """Return a milestone as answers show it."""
    return {"id": number, "title": "Phase", "project_id": project}


def made_and_deleted(ownership: Ownership, number: int) -> None:
    """Let a milestone be made and go again."""
    ownership.learn(exchange("POST", "/milestones", milestone(number), 201, {"milestone_title": "Phase"}))
    ownership.learn(exchange("DELETE", f"/milestones/{number}", {"id": number}))


def test_what_we_deleted_may_be_written_to_where_ids_are_given_once() -> None:
    ownership = with_project({(Kind.MILESTONE, 12): milestone(12, THEIRS)})
    made_and_deleted(ownership, 12)

    ownership.require(Kind.MILESTONE, 12)


@pytest.mark.parametrize(("number", "is_free"), [(12, False), (13, True), (14, True)])
def test_once_an_id_was_given_again_deleted_ones_are_read_before_they_are_written_to(
    number: int, is_free: bool
) -> None:
    ownership = with_project(
        {
            (Kind.MILESTONE, 11): milestone(11),
            (Kind.MILESTONE, 12): milestone(12, THEIRS),
            (Kind.MILESTONE, 14): milestone(14),
        }
    )
    for deleted in (12, 13, 14, 11):
        made_and_deleted(ownership, deleted)
    ownership.learn(exchange("POST", "/milestones", milestone(11), 201, {"milestone_title": "Phase"}))

    assert ownership.reuses_ids
    if is_free:
        ownership.require(Kind.MILESTONE, number)
        return
    with pytest.raises(NotOurs, match="may be in use again"):
        ownership.require(Kind.MILESTONE, number)


def test_a_project_is_open_until_it_was_seen_to_go() -> None:
    ownership = with_project({})
    ownership.learn(exchange("DELETE", f"/projects/{PROJECT}", None, 502))
    assert ownership.open_projects == {PROJECT}
    ownership.learn(exchange("DELETE", f"/projects/{PROJECT}", {"id": PROJECT}))

    assert ownership.open_projects == set()
