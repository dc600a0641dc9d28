"""A violation is repeated from scratch before it counts."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.options import Depth, Options
from conformance.results.verdict import Conclusion, Judgement, Verdict, combine
from conformance.runner.scheduler import Scheduler
from mock_server.messages import Request, Response
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on


def once(number: int, change: Callable[[Response], Response]) -> Callable[[MockBuilder], None]:
    """Return a deployment that answers one request wrongly, the nth for a single milestone, and all others rightly."""

    def inject(builder: MockBuilder) -> None:
        turns = itertools.count(1)

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            response = original(request)
            single = request.method == "GET" and request.path.startswith("/api/milestones/") and response.status == 200
            return change(response) if single and next(turns) == number else response

        builder.handle(handle)

    return inject


def odd_judgements(inject: Callable[[MockBuilder], None], depth: Depth) -> list[Judgement]:
    """Return the judgements that are no pass; none of them may fail the run."""
    with run_on(inject, Options(depth=depth)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        judgements = run.judgements()

    assert combine(judgements, strict=True) is Conclusion.CONFORMANT
    return [judgement for judgement in judgements if judgement.verdict is not Verdict.PASS]


@pytest.mark.parametrize("number", [1, 4, 9])
def test_a_wrong_answer_that_does_not_come_back_is_unsteady(number: int) -> None:
    def fail(response: Response) -> Response:
        return replace(response, status=500)

    odd = odd_judgements(once(number, fail), Depth.QUICK)

    assert {judgement.verdict for judgement in odd} == {Verdict.UNSTEADY}
    assert "http/no-server-error" in {judgement.requirement.id for judgement in odd}
    assert all(judgement.reproduction and judgement.repetition and judgement.reason for judgement in odd)


@pytest.mark.zoo
@pytest.mark.parametrize("number", [2, 7])
def test_a_wrong_value_that_does_not_come_back_is_unsteady(number: int) -> None:
    def repaint(response: Response) -> Response:
        return replace(response, body=response.body.replace(b'"color":"', b'"color":"x'))

    odd = odd_judgements(once(number, repaint), Depth.STANDARD)

    assert {judgement.verdict for judgement in odd} <= {Verdict.UNSTEADY}
