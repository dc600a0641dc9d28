"""Answers of gateways, firewalls and for expired keys are not attributed to the application."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from conformance.options import Options
from conformance.results.verdict import Conclusion, Judgement, Verdict, combine
from conformance.runner.run import Run
from conformance.runner.scheduler import Scheduler
from mock_server.messages import Request, Response
from mock_server.responses import json_response
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

pytestmark = pytest.mark.zoo

PAGE = Response(503, (("Content-Type", "text/html"),), b"<html>We will be back soon</html>")
BAD_GATEWAY = Response(502, (("Content-Type", "text/html"),), b"<html>Bad Gateway</html>")
REFUSED = json_response(401, {"message": "Unauthorized."})
SUBSET = ("create/*", "delete/*", "get/*")


def answering(instead: Response, when: Callable[[int], bool], *, after: bool = False) -> Callable[[MockBuilder], None]:
    """Replace the answers to some requests, by number; with `after`, the requests are carried out all the same."""

    def inject(builder: MockBuilder) -> None:
        numbers = count(1)

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            if not when(next(numbers)):
                return original(request)
            if after:
                original(request)
            return instead

        builder.handle(handle)

    return inject


@contextmanager
def finished(inject: Callable[[MockBuilder], None], *only: str) -> Iterator[tuple[Run, list[Judgement]]]:
    """Run some of the suite, and clean up."""
    with run_on(inject, Options(only=only or SUBSET)) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()
        yield run, run.judgements()


def verdicts(judgements: list[Judgement]) -> set[Verdict]:
    """Return the verdicts on the selected requirements."""
    return {judgement.verdict for judgement in judgements if judgement.verdict is not Verdict.NOT_RUN}


@pytest.mark.parametrize("instead", [PAGE, BAD_GATEWAY, REFUSED], ids=["maintenance", "gateway", "key"])
@pytest.mark.parametrize("number", range(10, 70, 15))
def test_a_single_odd_answer_accuses_nobody(instead: Response, number: int) -> None:
    with finished(answering(instead, lambda n: n == number)) as (_, judgements):
        assert Verdict.FAIL not in verdicts(judgements)
        assert combine(judgements, strict=False) is Conclusion.CONFORMANT


@pytest.mark.parametrize("number", range(10, 70, 20))
def test_a_write_that_was_done_and_answered_by_the_gateway_accuses_nobody(number: int) -> None:
    with finished(answering(BAD_GATEWAY, lambda n: n == number, after=True)) as (run, judgements):
        assert Verdict.FAIL not in verdicts(judgements)
        assert run.clean_up.leftovers == []


@pytest.mark.parametrize("instead", [PAGE, REFUSED], ids=["maintenance", "key"])
@pytest.mark.parametrize("start", [12, 55])
def test_an_outage_is_one_cause_without_verdicts_for_what_it_hid(instead: Response, start: int) -> None:
    with finished(answering(instead, lambda n: n >= start)) as (run, judgements):
        reasons = {judgement.reason for judgement in judgements if judgement.verdict is Verdict.INCONCLUSIVE}

        assert verdicts(judgements) <= {Verdict.PASS, Verdict.INCONCLUSIVE}
        assert reasons == {run.transport.outage}
        assert combine(judgements, strict=False) is Conclusion.INCONCLUSIVE


def test_an_operation_that_always_answers_503_is_a_defect() -> None:
    def inject(builder: MockBuilder) -> None:
        builder.refuse(lambda request: request.method == "DELETE" and "/milestones/" in request.path, 503)

    with finished(inject) as (_, judgements):
        failed = {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL}

    assert "delete/answers-200-with-the-id" in failed


def test_an_operation_that_always_refuses_the_key_is_a_defect() -> None:
    def inject(builder: MockBuilder) -> None:
        builder.refuse(lambda request: request.method == "GET" and "/milestones/" in request.path, 401)

    with finished(inject) as (_, judgements):
        failed = {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL}

    assert "get/answers-the-milestone-asked-for" in failed
