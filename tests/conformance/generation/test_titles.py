"""Unusual titles are used equally often, and not at all if a deployment refuses them."""

from collections import Counter
from random import Random
from threading import Lock
from typing import SupportsIndex
from urllib.parse import urlencode

from conformance.exchange import AuthVariant, Exchange
from conformance.generation.strategies import has_q
from conformance.generation.titles import ENDS, LONG_TITLES, ODD_TITLES, around_a_title
from conformance.generation.variation import Choices, Variation
from conformance.http.client import FORM


def creation(title: str) -> Exchange:
    """Return the call that made a milestone."""
    sent = urlencode({"milestone_title": title}).encode()
    ours = AuthVariant.OURS
    return Exchange(1, "createMilestone", "POST", "/milestones", "", ours, FORM, sent, 201, {}, b"{}", 0.0)


def test_no_end_is_forgotten_in_a_quick_run() -> None:
    chance, coming = Random(1), list[str]()
    ends = [around_a_title(chance, coming, ())[1] for _ in range(80)]
    times = Counter(end for end in ENDS for whole in ends if end in whole)

    assert min(times[end] for end in ENDS) > 0


def test_words_of_a_run_are_in_no_odd_title() -> None:
    chance = Random(1)

    assert not any(has_q("".join(around_a_title(chance, [], ()))) for _ in range(300))


def test_kinds_that_are_refused_are_not_sent_again() -> None:
    chance = Random(1)

    assert max(len("".join(around_a_title(chance, [], {LONG_TITLES}))) for _ in range(100)) < 50
    assert {around_a_title(chance, [], {LONG_TITLES, ODD_TITLES}) for _ in range(100)} == {("", "")}


class Watched(list[str]):
    """A stock of ends that asserts that the lock is held whenever one is taken."""

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self.lock = lock

    def pop(self, index: SupportsIndex = -1) -> str:
        """Take an end."""
        assert self.lock.locked()
        return super().pop(index)


def test_jobs_use_up_the_same_ends_one_after_the_other() -> None:
    choices = Choices(Random(1))
    choices.ends = Watched(choices.lock)
    titles = {Variation(choices).title("word") for _ in range(40)}

    assert any(title.endswith(ENDS) for title in titles)


def test_an_example_that_is_repeated_has_the_titles_of_its_calls_again() -> None:
    variation = Variation(Choices(Random(1)))
    titles = [variation.title("word") for _ in range(9)]
    again = variation.repeated([creation(title) for title in titles[3:]])

    assert [again.title("word") for _ in range(7)] == [*titles[3:], "word"]
