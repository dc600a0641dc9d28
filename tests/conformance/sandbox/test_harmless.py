"""Whatever a deployment answers, no write reaches a record that the run did not make, and what is left is named.

By hand with more lies: `HARMLESS_EXAMPLES=5000 pytest tests/conformance/sandbox/test_harmless.py`.
"""

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from conformance.http.transport import Transport
from conformance.leftovers import remove_left_behind
from conformance.options import Depth, IdOverrides, Limits, Options
from conformance.runner.run import open_run
from conformance.runner.scheduler import Scheduler
from conformance.sandbox.discovery import explore
from conformance.target import RunError, Target
from mock_server.app import App
from mock_server.messages import Request
from mock_server.scenarios.loader import Scenario, load_scenario
from tests.conformance.sandbox.lies import TAMPERS
from tests.conformance.sandbox.lying_proxy import LABEL, STEPS, Lie, LyingProxy, records
from tests.faulty_mocks.in_process import InProcess
from tests.faulty_mocks.run_suite import read_contracts

pytestmark = pytest.mark.zoo

SHARDS = 4
EXAMPLES = int(os.environ.get("HARMLESS_EXAMPLES", "150"))
TARGET = Target("http://mock/api", "test-key")
GROUPS = ("project/*", "delete/*", "update/*", "reorder/*", "task/*", "count/*", "create/*", "race/*", "auth/*")
FOREIGN_PROJECTS = 110


@cache
def crowded() -> Scenario:
    """Return the shipped scenario with more projects than a page of any list holds."""
    app = App(read_contracts()[0], scenario=load_scenario("default"))
    for number in range(FOREIGN_PROJECTS):
        body = f"project_clientid=12&project_title=Client+{number}&project_date_start=2026-01-01&project_categoryid=1"
        form = {"authorization": "Bearer test-key", "content-type": "application/x-www-form-urlencoded"}
        assert app.handle(Request("POST", "/api/projects", "", form, body.encode())).status == 201
    account = app.accounts.find("test-key")
    assert account is not None
    return Scenario("crowded", account.store)


@dataclass
class Outcome:
    """The result of a run with lies; `leftovers` are those that it named, or that cleaning up later named."""

    proxy: LyingProxy
    leftovers: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    contradiction: str = ""
    contradiction_at: int = 0
    began: float = field(default_factory=time.time)

    def unnamed(self) -> list[tuple[int, str]]:
        """Return the projects that are left without having been named."""
        return [
            (identifier, title)
            for identifier, title in self.proxy.remaining()
            if not any(_names(leftover, identifier, title) for leftover in self.leftovers)
        ]


def _names(leftover: str, identifier: int, title: str) -> bool:
    """Tell if a line of a report names a project: by its id, by its title, or by how the titles of its run begin."""
    beginnings = (f"{title.rpartition('_')[0]}_…", f"{LABEL}…")
    named = (f"project {identifier} ", f"titled {title} ", *(f"titled {beginning}" for beginning in beginnings))
    return any(name in leftover for name in named)


def open_proxy(plan: list[Lie]) -> LyingProxy:
    """Open a proxy in front of a mock that is full of other people's records."""
    app = App(read_contracts()[0], scenario=crowded())
    app.handle(Request("GET", "/api/projects", "", {"authorization": "Bearer test-key"}))
    account = app.accounts.find("test-key")
    assert account is not None
    return LyingProxy(app.handle, account.store, plan, TAMPERS)


def run_among(plan: list[Lie], only: tuple[str, ...], jobs: int = 1) -> Outcome:
    """Run the suite on a deployment that lies by a plan, from its first request to its clean-up."""
    proxy = open_proxy(plan)
    outcome = Outcome(proxy)
    options = Options(depth=Depth.QUICK, only=only, jobs=jobs, limits=Limits(max_requests=260))

    def adapter() -> InProcess:
        return InProcess(proxy)

    try:
        looking = Transport(TARGET, guard=print, read_only=True, adapter=adapter, sleep=lambda _: None)
        prerequisites = explore(read_contracts()[1], TARGET, IdOverrides(), looking)
    except RunError:
        return outcome
    run = open_run(read_contracts()[1], TARGET, prerequisites, options, adapter=adapter, sleep=lambda _: None)
    run.clean_up.keep_journal(prerequisites)
    try:
        Scheduler(run).run_all()
    except KeyboardInterrupt:
        outcome.contradiction = run.sandbox.ownership.contradiction
        outcome.contradiction_at = len(proxy.writes)
        assert outcome.contradiction
    run.clean_up.finish()
    outcome.leftovers = list(run.clean_up.leftovers)
    outcome.errors = dict(run.results.errors)
    outcome.contradiction = run.sandbox.ownership.contradiction
    return outcome


def clean_up_later(outcome: Outcome) -> None:
    """Remove what a run left, as a later process would."""
    try:
        removal = remove_left_behind(None, TARGET, adapter=lambda: InProcess(outcome.proxy), sleep=lambda _: None)
    except RunError as reason:
        outcome.leftovers = str(reason).splitlines()
    else:
        outcome.leftovers = list(removal.leftovers)


LIES = st.builds(
    Lie,
    step=st.sampled_from(STEPS),
    tamper=st.sampled_from(sorted(TAMPERS)),
    first=st.one_of(st.integers(0, 4), st.integers(0, 60)),
    times=st.sampled_from([1, 1, 1, 2, 3, 10, 1000]),
    variant=st.integers(0, 24),
)
PLANS = st.lists(LIES, min_size=1, max_size=4)
SELECTIONS = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True).map(tuple)

TOLD: Counter[str] = Counter()


@pytest.fixture(autouse=True, scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the journals of these runs in a folder of their own, and yield it."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder / "milestones-check"
    logging.getLogger(__name__).warning("%d lies told: %s", sum(TOLD.values()), dict(TOLD))


def assert_harmless(outcome: Outcome) -> None:
    """Assert that no record of anybody else was named in a write, or changed."""
    assert outcome.proxy.foreign_writes == []
    assert outcome.proxy.foreign_changes() == set()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_lie_makes_a_run_write_to_what_it_did_not_make_or_leave_what_it_does_not_name(shard: int) -> None:
    @seed(shard)
    @settings(
        max_examples=EXAMPLES // SHARDS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(plan=PLANS, later=PLANS, only=SELECTIONS, lying_later=st.booleans())
    def test(plan: list[Lie], later: list[Lie], only: tuple[str, ...], lying_later: bool) -> None:
        note(f"plan = {plan}")
        note(f"later = {later}")
        note(f"only = {only}")
        note(f"lying_later = {lying_later}")
        outcome = run_among(plan, only)
        assert_harmless(outcome)
        assert outcome.unnamed() == []
        assert outcome.errors == {}

        outcome.proxy.plan, outcome.proxy.lying = later, lying_later
        clean_up_later(outcome)
        TOLD.update(outcome.proxy.lies_told)
        assert_harmless(outcome)
        assert outcome.unnamed() == []

    test()


EVERYTHING = 100_000
SEEN = {
    "the search shows foreign rows under our title": [Lie("list projects", "foreign_rows_as_ours", 1, EVERYTHING)],
    "a creation answers the id of a project beyond the first page": [Lie("create project", "foreign_id", 0, 1, 105)],
    "a creation answers the id of somebody else's milestone": [Lie("create milestone", "foreign_id", 5, 4, 5)],
    "every milestone bears a foreign id in its answer and in lists": [
        Lie("create milestone", "foreign_id", 0, EVERYTHING, 5),
        Lie("list milestones", "foreign_id", 0, EVERYTHING, 5),
    ],
    "a deletion is answered and not done": [Lie("delete project", "not_delivered_and_confirmed", 0, EVERYTHING)],
    "the key expires": [Lie("any", "not_delivered_and_refused", 60, EVERYTHING, 0)],
    "a gateway answers for a while": [Lie("any", "not_delivered_and_refused", 60, 20, 6)],
    "a challenge page comes in between": [Lie("any", "html", 60, EVERYTHING, 1)],
    "the search finds nothing": [Lie("list projects", "no_rows_by_the_count", 1, EVERYTHING)],
    "a list lacks rows": [Lie("list projects", "rows_dropped", 1, EVERYTHING, 1)],
    "every second creation gets no answer": [Lie("create project", "cut_after_delivery", 0, EVERYTHING)],
}


@pytest.mark.parametrize("name", SEEN)
def test_a_lie_that_was_seen_harms_nobody_and_hides_nothing(name: str) -> None:
    outcome = run_among(SEEN[name], ("project/*", "reorder/*"))

    assert_harmless(outcome)
    assert outcome.unnamed() == []
    outcome.proxy.lying = False
    clean_up_later(outcome)
    assert_harmless(outcome)
    assert outcome.proxy.remaining() == []
    assert outcome.leftovers == []


@pytest.mark.parametrize("name", list(SEEN)[1:4])
def test_a_contradiction_shows_both_answers_and_ends_all_writing(name: str) -> None:
    outcome = run_among(SEEN[name], ("reorder/*",))

    assert " → 20" in outcome.contradiction
    assert outcome.proxy.writes[outcome.contradiction_at :] == []


@pytest.mark.parametrize("tamper", ["string_id", "odd_id"])
def test_ids_of_another_type_are_cleaned_up(tamper: str) -> None:
    variant = 3 if tamper == "odd_id" else 0
    outcome = run_among([Lie("any", tamper, 0, EVERYTHING, variant)], ("project/*", "task/*"))

    assert outcome.leftovers == []
    assert outcome.proxy.remaining() == []


def test_an_honest_deployment_is_left_as_it_was(journals: Path) -> None:
    outcome = run_among([], ("project/*", "delete/*"), jobs=4)

    assert outcome.leftovers == []
    assert records(outcome.proxy.store) == outcome.proxy.before
    assert not [path for path in journals.glob("*.jsonl") if path.stat().st_mtime > outcome.began]


@pytest.mark.parametrize(
    "lie",
    [
        Lie("any", "not_delivered_and_refused", 0, EVERYTHING, 0),
        Lie("any", "not_delivered_and_refused", 0, EVERYTHING, 6),
        Lie("any", "html", 0, EVERYTHING, 0),
        Lie("any", "html", 0, EVERYTHING, 1),
        Lie("list projects", "other_data", 0, EVERYTHING, 0),
        Lie("list projects", "other_content", 0, EVERYTHING, 3),
        Lie("list projects", "broken_body", 0, EVERYTHING, 1),
        Lie("any", "cut_before_delivery", 0, EVERYTHING),
    ],
    ids=lambda lie: f"{lie.tamper}-{lie.variant}",
)
def test_an_answer_that_is_no_list_is_not_taken_for_an_empty_one(lie: Lie, journals: Path) -> None:
    outcome = run_among([Lie("any", "cut_before_delivery", 60, EVERYTHING)], ("delete/*",))
    assert outcome.proxy.remaining()
    kept = set(journals.glob("*.jsonl"))

    outcome.proxy.plan = [lie]
    clean_up_later(outcome)
    assert outcome.unnamed() == []
    assert set(journals.glob("*.jsonl")) == kept
    outcome.proxy.plan = []
    clean_up_later(outcome)
    assert outcome.proxy.remaining() == []


def test_what_is_left_is_found_by_its_title_without_a_journal(journals: Path) -> None:
    outcome = run_among([Lie("any", "cut_before_delivery", 60, EVERYTHING)], ("delete/*",))
    assert outcome.proxy.remaining()
    for journal in journals.glob("*.jsonl"):
        journal.unlink()
    outcome.proxy.plan = []
    clean_up_later(outcome)

    assert outcome.proxy.remaining() == []
    assert_harmless(outcome)
