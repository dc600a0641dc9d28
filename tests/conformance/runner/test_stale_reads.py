"""Reads that lag behind writes are one finding; what they hid is judged once they have settled."""

from collections.abc import Callable
from itertools import count

import pytest

from conformance.options import Limits, Options
from conformance.results.verdict import Conclusion, Verdict, combine
from conformance.runner.scheduler import Scheduler
from mock_server.messages import Request, Response
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

SUBSET = ("create/*", "delete/*", "update/*", "count/*", "list/returns-every-milestone", "reorder/*")
A_REQUEST = 0.005


def caching(seconds: float, applies: Callable[[Request], bool]) -> Callable[[MockBuilder], None]:
    """Answer some reads from a cache; time passes with each request and with each pause of the suite."""

    def inject(builder: MockBuilder) -> None:
        clock = [0.0]
        answers: dict[tuple[str, str], tuple[float, Response]] = {}

        def sleep(pause: float) -> None:
            clock[0] += pause

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            clock[0] += A_REQUEST
            if (
                request.method != "GET"
                or request.headers.get("authorization") != "Bearer test-key"
                or not applies(request)
            ):
                return original(request)
            until, answer = answers.get((request.path, request.query), (0.0, None))
            if answer is None or until < clock[0]:
                answer = original(request)
                answers[request.path, request.query] = clock[0] + seconds, answer
            return answer

        builder.sleep = sleep
        builder.handle(handle)

    return inject


def is_list(request: Request) -> bool:
    """Tell a list by its path."""
    return request.path.rsplit("/", 1)[-1] in {"milestones", "tasks"}


@pytest.mark.parametrize(
    "inject",
    [caching(1.0, is_list), caching(0.3, lambda _: True)],
    ids=["lists for a second", "everything for 0.3 seconds"],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_deployment_with_a_cache_is_not_accused(inject: Callable[[MockBuilder], None], seed: int) -> None:
    with run_on(inject, Options(only=SUBSET, seed=seed)) as run:
        Scheduler(run).run_all()
        run.clean_up()
        judgements = run.judgements()

    assert {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL} == set()
    assert combine(judgements, strict=False) is Conclusion.CONFORMANT
    assert run.results.stale_reads
    assert run.leftovers == []


def test_reads_that_are_given_time_do_not_lag() -> None:
    with run_on(caching(1.0, is_list), Options(only=SUBSET, limits=Limits(settle=1.2))) as run:
        Scheduler(run).run_all()
        run.clean_up()

        assert run.results.stale_reads == []
        assert combine(run.judgements(), strict=False) is Conclusion.CONFORMANT


@pytest.mark.parametrize("first", [0, 1])
def test_two_nodes_that_answer_in_turn_are_named(first: int) -> None:
    def inject(builder: MockBuilder) -> None:
        turns = count(first)

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            answer = original(request)
            if request.method == "GET" and next(turns) % 2 and b'"tasks_count"' in answer.body:
                return Response(answer.status, answer.headers, answer.body.replace(b'"color":"', b'"color":"x'))
            return answer

        builder.handle(handle)

    with run_on(inject, Options(only=["create/*", "update/*"])) as run:
        Scheduler(run).run_all()
        run.clean_up()
        judgements = [judgement for judgement in run.judgements() if judgement.verdict is not Verdict.NOT_RUN]

    assert Verdict.FAIL not in {judgement.verdict for judgement in judgements}
    assert any("alternates between two answers" in str(stale_read) for stale_read in run.results.stale_reads)


def test_a_list_in_a_random_order_is_no_stale_read() -> None:
    def inject(builder: MockBuilder) -> None:
        turns = count()

        def turned(context: object, rows: list[object]) -> list[object]:
            turn = next(turns) % max(len(rows), 1)
            return rows[turn:] + rows[:turn]

        builder.rows("listMilestones", turned)

    with run_on(inject, Options(only=["reorder/list-follows-the-order"])) as run:
        Scheduler(run).run_all()
        run.clean_up()
        judgement = run.judgement("reorder/list-follows-the-order")

    assert judgement.verdict is Verdict.FAIL
