"""When two titles are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.contract import Contract
from mock_server.contract.profile import Profile
from mock_server.operations.titles import title_key
from mock_server.storage import text_folding

ALL_SAME = {"create/title-letter-case": "same", "create/title-accents": "same", "create/title-emoji": "same"}
PAIRS = [
    ("Phase", "PHASE"),
    ("Éclair", "eclair"),
    ("🚀", "🎉"),
    ("Launch ✅", "launch 🚀"),
    ("👩‍🚀 on board", "👋🏽 on board"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_what_is_the_same_depends_on_the_profile(contract: Contract, first: str, second: str) -> None:
    same = Profile.of(contract, ALL_SAME)
    assert title_key(first, same) == title_key(second, same)
    assert title_key(first, Profile.of(contract)) != title_key(second, Profile.of(contract))


@pytest.mark.parametrize(("first", "second"), [("Phase 1", "Phase 2"), ("🚀", "🚀🚀"), ("A  B", "A B")])
def test_other_titles_are_never_the_same(contract: Contract, first: str, second: str) -> None:
    same = Profile.of(contract, ALL_SAME)
    assert title_key(first, same) != title_key(second, same)


@given(st.text(max_size=8), st.data())
def test_titles_that_may_be_the_same_are_found_under_one_key(title: str, data: st.DataObject) -> None:
    change = data.draw(
        st.sampled_from([str.casefold, str.upper, text_folding.strip_accents, text_folding.replace_emoji])
    )
    other = change(title)
    if other.casefold() == title.casefold() or change is not str.upper:
        assert text_folding.fold(other) == text_folding.fold(title)
