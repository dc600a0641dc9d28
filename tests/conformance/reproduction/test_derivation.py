"""Ids are referred to where they were first shown; what is no id is left as it is."""

import pytest

from conformance.reproduction.derivation import KnownIds
from conformance.reproduction.program import Ref


@pytest.mark.parametrize("text", ["a title", "(748, ('a title', 'success'))", "", "-1", "1.5"])
def test_a_text_that_is_no_number_refers_to_no_id(text: str) -> None:
    ids = KnownIds({("milestones", "748"): Ref(1, "data.id")})

    assert ids.find("milestones", text) is None


def test_a_number_far_above_an_id_refers_to_it_with_an_offset() -> None:
    ids = KnownIds({("milestones", "748"): Ref(1, "data.id")})

    assert ids.find("milestones", "748") == Ref(1, "data.id")
    assert ids.find("milestones", "900000748") == Ref(1, "data.id", 900_000_000)
