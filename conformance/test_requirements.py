"""A test for each requirement of the contract, run by the same engine as `milestones-check`."""

from collections.abc import Callable

import pytest

from conformance.results.verdict import Verdict
from conformance.session import Session


def test_requirement(requirement_id: str, session: Session, record_property: Callable[[str, object], None]) -> None:
    """Judge that the deployment satisfies the requirement."""
    judgement = session.scheduler.judge(requirement_id)
    requirement = judgement.requirement
    for name in ("level", "operation", "text", "source"):
        record_property(name, getattr(requirement, name))
    sentence = f"{requirement.text} [{requirement.source}]"
    match judgement.verdict:
        case Verdict.FAIL:
            target = session.run.target
            calls = "\n".join(call.curl(target.url, target.network.curl_words) for call in judgement.reproduction)
            story = f"{sentence}\nexpected  {judgement.expected}\nactual    {judgement.actual}\n{calls}"
            if judgement.fails(strict=session.config.strict):
                pytest.fail(story, pytrace=False)
            pytest.xfail(f"inferred only: {story}")
        case Verdict.UNSTEADY:
            pytest.xfail(f"unsteady: {judgement.reason}\n{sentence}")
        case Verdict.INCONCLUSIVE | Verdict.ERROR:
            pytest.fail(f"no verdict: {judgement.reason}\n{sentence}", pytrace=False)
        case Verdict.NOT_RUN | Verdict.WAIVED:
            pytest.skip(judgement.reason)
        case Verdict.PASS:
            assert judgement.times_judged > 0, "a requirement that was never judged does not pass"
