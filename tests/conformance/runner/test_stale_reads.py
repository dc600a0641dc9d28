"""Reads that lag behind writes are one finding; what they hid is judged once they have settled."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.options import Depth, Limits, Options
from conformance.results.outcome import StaleRead
from conformance.results.verdict import Conclusion, Verdict, combine
from conformance.runner.scheduler import Scheduler
from conformance.runner.stale_reads import could_be_of_nodes, describe
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Store
from tests.faulty_mocks.mock_builder import MockBuilder, Original
from tests.faulty_mocks.run_suite import run_on

pytestmark = pytest.mark.zoo

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
        builder.now = lambda: clock[0]
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
        run.clean_up.finish()
        judgements = run.judgements()

    assert {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL} == set()
    assert combine(judgements, strict=False) is Conclusion.CONFORMANT
    assert run.results.stale_reads
    assert run.clean_up.leftovers == []


def test_a_cache_that_sends_etags_is_not_accused_of_keeping_them() -> None:
    def inject(builder: MockBuilder) -> None:
        def tagged(request: Request, original: Callable[[Request], Response]) -> Response:
            answer = original(request)
            tag = f'"{hash(answer.body)}"'
            is_known = request.headers.get("if-none-match") == tag
            return Response(304, ()) if is_known else replace(answer, headers=(*answer.headers, ("ETag", tag)))

        caching(0.3, lambda _: True)(builder)
        builder.handle(tagged)

    with run_on(inject, Options(only=["http/a-changed-milestone-is-no-304"])) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        judgements = {judgement.requirement.id: judgement.verdict for judgement in run.judgements()}

    assert judgements["http/a-changed-milestone-is-no-304"] is Verdict.PASS
    assert Verdict.FAIL not in judgements.values()


@pytest.mark.parametrize("seconds", [0.3, 0.8])
def test_a_whole_run_on_lagging_reads_has_one_finding_and_accuses_nothing_else(seconds: float) -> None:
    with run_on(caching(seconds, lambda _: True), Options(depth=Depth.QUICK)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        judgements = run.judgements()

    (note,) = describe(run.results.stale_reads)
    assert note.startswith("Reads lag by up to ")
    assert {judgement.verdict for judgement in judgements} == {Verdict.PASS}


def test_reads_that_are_given_time_do_not_lag() -> None:
    with run_on(caching(1.0, is_list), Options(only=SUBSET, limits=Limits(settle=1.2))) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

        assert run.results.stale_reads == []
        assert combine(run.judgements(), strict=False) is Conclusion.CONFORMANT


def one_write_behind(first: int) -> Callable[[MockBuilder], None]:
    """Let every other read be answered by a node to which the last write has not come yet."""

    def inject(builder: MockBuilder) -> None:
        turns, behind = count(first), list[Store]()

        def read(context: OperationContext, original: Original) -> Result:
            return original(replace(context, store=behind[-1]) if next(turns) % 2 and behind else context)

        def write(context: OperationContext, original: Original) -> Result:
            behind[:] = [context.store.copy()]
            return original(context)

        for name in list(builder.operations):
            builder.operation(name, read if name.startswith(("list", "get")) else write)

    return inject


def in_other_colors(first: int) -> Callable[[MockBuilder], None]:
    """Show colours that nobody gave in every other answer to a read."""

    def inject(builder: MockBuilder) -> None:
        turns = count(first)

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            answer = original(request)
            if request.method == "GET" and next(turns) % 2 and b'"tasks_count"' in answer.body:
                return replace(answer, body=answer.body.replace(b'"color":"', b'"color":"x'))
            return answer

        builder.handle(handle)

    return inject


def run_in_part(inject: Callable[[MockBuilder], None]) -> tuple[set[Verdict], list[StaleRead]]:
    """Judge creations and updates; return the verdicts that there are, and the reads that were stale."""
    with run_on(inject, Options(only=["create/*", "update/*"])) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        return {judgement.verdict for judgement in run.judgements()}, run.results.stale_reads


@pytest.mark.parametrize("first", [0, 1])
def test_two_nodes_that_answer_in_turn_are_named(first: int) -> None:
    verdicts, stale_reads = run_in_part(one_write_behind(first))

    assert Verdict.FAIL not in verdicts
    assert any("alternates between two answers" in str(stale_read) for stale_read in stale_reads)


@pytest.mark.parametrize("first", [0, 1])
def test_a_defect_in_every_other_answer_is_convicted(first: int) -> None:
    verdicts, _ = run_in_part(in_other_colors(first))

    assert Verdict.FAIL in verdicts


def test_a_list_in_a_random_order_is_no_stale_read() -> None:
    def inject(builder: MockBuilder) -> None:
        turns = count()

        def turned(context: object, rows: list[object]) -> list[object]:
            turn = next(turns) % max(len(rows), 1)
            return rows[turn:] + rows[:turn]

        builder.rows("listMilestones", turned)

    with run_on(inject, Options(only=["reorder/list-follows-the-order"])) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        judgement = run.judgement("reorder/list-follows-the-order")

    assert judgement.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("shown", "sort", "are_nodes"),
    [
        ([[(1, "noon"), (2, "noon")], [(2, "noon"), (3, "noon")]], "milestone_created", False),
        ([[(1, "noon"), (2, "noon")], [(2, "noon"), (3, "one")]], "milestone_created", True),
        ([[(1, "noon"), (2, "noon")], [(2, "noon"), (3, "noon")]], "milestone_position", True),
        ([[(1, "noon"), (2, "noon")], [(2, "one"), (3, "noon")]], "milestone_created", True),
    ],
)
def test_pages_that_show_other_ones_of_equal_rows_are_not_taken_for_nodes(
    shown: list[list[tuple[int, str]]], sort: str, are_nodes: bool
) -> None:
    def page(rows: list[tuple[int, str]]) -> Exchange:
        data = [{"id": row, "position": row, "dates": {"created": created}} for row, created in rows]
        body = json.dumps({"data": data}).encode()
        query = f"sort={sort}"
        return Exchange(1, "", "GET", "/milestones", query, AuthVariant.OURS, None, None, 200, {}, body, 0.0)

    assert could_be_of_nodes([page(rows) for rows in shown], []) is are_nodes
