"""Correct deployments that differ wherever the documentation is silent: none may be accused."""

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from conformance.options import Depth, Options
from conformance.results.verdict import Conclusion, Judgement, Verdict, combine
from conformance.runner.scheduler import Scheduler
from mock_server.messages import Request, Response
from tests.conformance.deployments import DEPLOYMENTS, behind_a_firewall
from tests.conformance.deployments_by_ids import Wear, with_ids_that_are_given_again
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on, run_suite_on

# Many runs of the whole suite: left out with the faulty mocks.
pytestmark = pytest.mark.zoo

ID_FIELDS = frozenset({"id", "project_id"})


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("wear", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_a_deployment_that_is_right_is_not_accused(wear: Wear, seed: int) -> None:
    assert_not_accused(run_suite_on(wear, seed=seed))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("wear", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_several_properties_at_once_in_any_order_accuse_none(wear: Wear, seed: int) -> None:
    shuffled = Random(seed)

    def delayed(builder: MockBuilder) -> None:
        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            time.sleep(shuffled.random() * 0.002)
            return original(request)

        wear(builder)
        builder.handle(handle)

    with run_on(delayed, Options(depth=Depth.QUICK, seed=seed, jobs=4)) as run:
        Scheduler(replace(run, properties=shuffled.sample(run.properties, len(run.properties)))).run_all()
        run.clean_up.finish()

    if wear is with_ids_that_are_given_again:
        # Before anybody knows that ids come again, one that was taken for gone may be another job's new record.
        verdicts = {judgement.verdict for judgement in run.judgements()}
        assert verdicts.isdisjoint({Verdict.FAIL, Verdict.ERROR})
    else:
        assert_not_accused(run.judgements())


@pytest.mark.parametrize("depth", [Depth.QUICK, Depth.STANDARD])
@pytest.mark.parametrize("seed", range(5))
def test_a_firewall_accuses_no_one(seed: int, depth: Depth) -> None:
    verdicts = {judgement.verdict for judgement in run_suite_on(behind_a_firewall, seed=seed, depth=depth)}

    # What a firewall does not let through has no verdict.
    assert verdicts <= {Verdict.PASS, Verdict.INCONCLUSIVE}


def assert_not_accused(judgements: list[Judgement]) -> None:
    """Assert that everything stated passes and nothing is unsteady."""
    accused = {
        judgement.requirement.id: (judgement.verdict.value, judgement.expected, judgement.actual, judgement.reason)
        for judgement in judgements
        if judgement.verdict is not Verdict.PASS and judgement.requirement.level == "stated"
    }

    assert accused == {}
    assert combine(judgements, strict=False) is Conclusion.CONFORMANT


def test_ids_as_strings_break_the_documented_types_and_nothing_else() -> None:
    """The table of fields says "integer" of ids: a string is no second reading of it. All else is judged as usual."""

    def text(value: object) -> object:
        if isinstance(value, dict):
            return {name: str(item) if name in ID_FIELDS and item else text(item) for name, item in value.items()}
        return [text(item) for item in value] if isinstance(value, list) else value

    def inject(builder: MockBuilder) -> None:
        builder.body(lambda *_: True, lambda body: body.update(data=text(body["data"])) if "data" in body else None)

    judgements = run_suite_on(inject)
    failed = {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.FAIL}

    assert failed
    assert {requirement for requirement in failed if not requirement.endswith("/answers-as-documented")} == set()
