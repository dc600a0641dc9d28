"""When two titles are the same."""

import pytest

from mock_server.contract import Contract
from mock_server.profile import Profile
from mock_server.titles import identify

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
    assert identify(first, same) == identify(second, same)
    assert identify(first, Profile.of(contract)) != identify(second, Profile.of(contract))


@pytest.mark.parametrize(("first", "second"), [("Phase 1", "Phase 2"), ("🚀", "🚀🚀"), ("A  B", "A B")])
def test_other_titles_are_never_the_same(contract: Contract, first: str, second: str) -> None:
    same = Profile.of(contract, ALL_SAME)
    assert identify(first, same) != identify(second, same)
