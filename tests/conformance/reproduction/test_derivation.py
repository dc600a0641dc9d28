"""Ids are referred to where they were first shown; what is no id is left as it is."""

from typing import Literal

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.http.client import FORM, JSON
from conformance.reproduction.derivation import KnownIds, derive
from conformance.reproduction.program import Prerequisite, Ref
from conformance.target import Prerequisites


@pytest.mark.parametrize("text", ["a title", "(748, ('a title', 'success'))", "", "-1", "1.5"])
def test_a_text_that_is_no_number_refers_to_no_id(text: str) -> None:
    ids = KnownIds({("milestones", "748"): Ref(1, "data.id")})

    assert ids.find("milestones", text) is None


def test_a_number_far_above_an_id_refers_to_it_with_an_offset() -> None:
    ids = KnownIds({("milestones", "748"): Ref(1, "data.id")})

    assert ids.find("milestones", "748") == Ref(1, "data.id")
    assert ids.find("milestones", "900000748") == Ref(1, "data.id", 900_000_000)


@pytest.mark.parametrize(("text", "lacks"), [("48", "first"), ("74", "last")])
def test_an_id_that_lacks_a_digit_refers_to_the_whole_one_in_reads_alone(
    text: str, lacks: Literal["first", "last"]
) -> None:
    ids = KnownIds({("milestones", "748"): Ref(1, "data.id")})
    cut = ids.find("milestones", text)

    assert cut == Ref(1, "data.id", lacks=lacks)
    assert cut.of("1209") == {"first": "209", "last": "120"}[lacks]
    assert ids.find("milestones", text, is_read=False) is None


@pytest.mark.parametrize(
    ("field", "usual", "other", "name"),
    [
        ("status", 4, 8, "other_status_id"),
        ("status", 4, 9, "other_status_id_2"),
        ("priority", 2, 7, "other_priority_id"),
    ],
)
def test_a_lent_record_beside_the_usual_one_is_a_prerequisite_of_its_own(
    field: str, usual: int, other: int, name: str
) -> None:
    prerequisites = Prerequisites(1, 2, status_id=4, priority_id=2, other_status_ids=[8, 9], other_priority_ids=[7])
    sent = b'{"task_%s": %d}'
    log = [
        Exchange(number, "", "POST", "/tasks", "", AuthVariant.OURS, JSON, body, 201, {}, b"", 0.0)
        for number, body in enumerate((sent % (field.encode(), value) for value in (usual, other)), 1)
    ]
    program = derive(log, 2, prerequisites)

    bodies = [[part for part in step.body or () if isinstance(part, Prerequisite)] for step in program.steps]
    assert bodies == [[Prerequisite(f"{field}_id")], [Prerequisite(name)]]


@pytest.mark.parametrize(
    ("kind", "sent"), [(FORM, b"milestone_title=General&x=1"), (JSON, b'{"milestone_title": "General"}')]
)
def test_the_title_of_a_default_refers_to_where_it_was_shown(kind: str, sent: bytes) -> None:
    shown = b'{"data": [{"id": 1, "type": "uncategorised", "title": "General"}, {"id": 2, "type": "categorised"}]}'
    log = [
        Exchange(1, "listMilestones", "GET", "/milestones", "", AuthVariant.OURS, None, None, 200, {}, shown, 0.0),
        Exchange(2, "createMilestone", "POST", "/milestones", "", AuthVariant.OURS, kind, sent, 201, {}, b"", 0.0),
    ]

    assert Ref(1, "data[type=uncategorised].title") in (
        derive(log, 2, Prerequisites(1, 2, None, None)).steps[1].body or ()
    )
