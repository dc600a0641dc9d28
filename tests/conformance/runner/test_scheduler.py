"""The schedule of a run, its cost, and broken connections."""

import itertools
from collections.abc import Callable

import pytest
import requests

from conformance.options import TYPICAL_REQUESTS, Depth, Options
from conformance.results.verdict import Verdict
from conformance.runner.probe_runner import observe
from conformance.runner.scheduler import Scheduler
from conformance.session import TYPICAL_PROBES
from mock_server.messages import Request, Response
from tests.faulty_mocks.fault import load_all
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

FAULTS = load_all()


def dropping(every: int, method: str = "") -> Callable[[MockBuilder], None]:
    """Return a deployment that carries every nth request out and then says nothing."""

    def inject(builder: MockBuilder) -> None:
        turns = itertools.count(1)

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            response = original(request)
            if method in ("", request.method) and next(turns) % every == 0:
                raise requests.ConnectionError("the connection was closed")
            return response

        builder.handle(handle)

    return inject


def test_several_properties_at_once_come_to_the_same_verdicts() -> None:
    with run_on(FAULTS["reorders_from_zero"].inject, Options(depth=Depth.QUICK, jobs=4)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        failed = {judgement.requirement.id for judgement in run.judgements() if judgement.verdict is not Verdict.PASS}

    assert "reorder/positions-run-from-one" in failed
    assert failed <= {identifier for identifier in failed if identifier.startswith(("reorder/", "race/"))}
    assert run.clean_up.leftovers == []


def test_parallel_examples_do_not_share_projects() -> None:
    with run_on(lambda _: None, Options(depth=Depth.QUICK, jobs=4)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

        assert {
            judgement.requirement.id for judgement in run.judgements() if judgement.verdict is not Verdict.PASS
        } == set()


def test_a_budget_is_spent_on_other_inputs() -> None:
    with run_on(lambda _: None, Options(depth=Depth.QUICK, only=("list/search*",), budget=0.5)) as run:
        once = len(run.plan)
        Scheduler(run).run_all()
        run.clean_up.finish()
        spent = run.transport.sent

    with run_on(lambda _: None, Options(depth=Depth.QUICK, only=("list/search*",))) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

    assert once == len(run.plan)
    assert spent > 2 * run.transport.sent


def test_what_failed_before_is_tried_first() -> None:
    with run_on(lambda _: None, Options(first=("update/accepts-json",))) as run:
        names = [planned.name for planned in run.plan]

    assert names[0] == "update.both_encodings_are_taken"


def test_what_is_excluded_is_not_judged() -> None:
    with run_on(lambda _: None, Options(depth=Depth.QUICK, only=("get/*",), exclude=("*-404", "get/needs-*"))) as run:
        selected = run.results.selected

    assert "get/answers-as-documented" in selected
    assert [identifier for identifier in selected if "404" in identifier or "needs" in identifier] == []


@pytest.mark.parametrize(("levels", "ended"), [(("stated",), False), (("stated", "inferred"), True), ((), False)])
def test_a_run_ends_at_the_first_violation_of_a_level_that_counts(levels: tuple[str, ...], ended: bool) -> None:
    inferred = FAULTS["writes_dates_without_a_zone"]
    options = Options(depth=Depth.QUICK, only=("get/dates-are-instants", "list/search-*"), stop_at=levels)
    with run_on(inferred.inject, options) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        verdicts = {
            judgement.requirement.id: judgement
            for judgement in run.judgements()
            if judgement.requirement.id in run.results.selected
        }

    assert verdicts["get/dates-are-instants"].verdict is Verdict.FAIL
    others = [verdict for verdict in verdicts.values() if verdict.verdict is Verdict.INCONCLUSIVE]
    assert bool(others) is ended
    assert {other.reason for other in others} <= {"--fail-fast ended the run at the first violation"}


def test_the_time_of_a_run_is_divided_among_what_it_judges() -> None:
    with run_on(lambda _: None, Options(depth=Depth.QUICK, only=("get/*",))) as run:
        scheduler = Scheduler(run)
        scheduler.run_all()
        run.clean_up.finish()

    assert set(scheduler.seconds) == run.results.selected
    assert min(scheduler.seconds.values()) > 0


@pytest.mark.parametrize(("jobs", "most"), [(1, 500), (4, 520)])
@pytest.mark.parametrize("seed", range(3))
def test_a_quick_run_takes_no_more_than_500_requests_and_a_few_for_projects_needed_at_once(
    seed: int, jobs: int, most: int
) -> None:
    with run_on(lambda _: None, Options(depth=Depth.QUICK, seed=seed, jobs=jobs)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

    assert run.transport.sent <= most
    assert run.transport.sent == pytest.approx(TYPICAL_REQUESTS[Depth.QUICK], rel=0.1)


@pytest.mark.zoo
def test_what_is_said_of_the_cost_is_true_of_a_standard_run() -> None:
    with run_on(lambda _: None, Options(depth=Depth.STANDARD)) as run:
        Scheduler(run).run_all()
        judging = run.transport.sent
        list(observe(run))
        looking = run.transport.sent - judging
        run.clean_up.finish()

    assert run.transport.sent <= 2200
    assert judging == pytest.approx(TYPICAL_REQUESTS[Depth.STANDARD], rel=0.15)
    assert looking == pytest.approx(TYPICAL_PROBES, rel=0.15)


@pytest.mark.parametrize("method", ["POST", ""])
def test_connections_that_break_accuse_nobody_and_are_tried_again(method: str) -> None:
    with run_on(dropping(29, method), Options(depth=Depth.QUICK)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        odd = {
            judgement.requirement.id: judgement.reason
            for judgement in run.judgements()
            if judgement.verdict is not Verdict.PASS
        }

    assert odd == {}


def test_what_was_made_without_an_answer_is_removed_in_the_end() -> None:
    with run_on(dropping(7, "POST"), Options(depth=Depth.QUICK, only=("create/*",))) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

        assert run.clean_up.leftovers == []
        assert [judgement for judgement in run.judgements() if judgement.verdict is Verdict.FAIL] == []


@pytest.mark.parametrize("fault", ["", "ignores_the_type", "list_takes_no_key"])
def test_a_read_only_run_judges_what_can_be_read(fault: str) -> None:
    inject = FAULTS[fault].inject if fault else lambda _: None
    with run_on(inject, Options(read_only=True)) as run:
        sent: list[str] = []
        with run.transport.listening(lambda exchange: sent.append(exchange.method)):
            Scheduler(run).run_all()
        judgements = {judgement.requirement.id: judgement.verdict for judgement in run.judgements()}

    assert set(sent) <= {"GET", "HEAD", "OPTIONS"}
    assert sum(judgement is Verdict.PASS for judgement in judgements.values()) >= 15
    failed = {item for item, verdict in judgements.items() if verdict is Verdict.FAIL}
    assert failed >= (FAULTS[fault].breaks if fault else set())
    assert bool(failed) is bool(fault)


def test_a_project_that_changes_meanwhile_is_not_judged() -> None:
    def busy(builder: MockBuilder) -> None:
        turns = itertools.count()

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            body = f"milestone_projectid=159&milestone_title=T{next(turns)}&milestone_color=info".encode()
            headers = {"authorization": "Bearer test-key", "content-type": "application/x-www-form-urlencoded"}
            original(Request("POST", "/api/milestones", headers=headers, body=body))
            return original(request)

        builder.handle(handle)

    with run_on(busy, Options(read_only=True)) as run:
        Scheduler(run).run_all()

        assert [judgement.requirement.id for judgement in run.judgements() if judgement.verdict is Verdict.FAIL] == []
