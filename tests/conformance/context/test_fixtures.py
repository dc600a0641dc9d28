"""What is only arranged is not judged, but for the status of an answer to a request that is in order."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.context.property_context import PropertyContext
from conformance.options import Depth, Options
from conformance.results.expect import Violation
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on


def reorder(context: PropertyContext) -> None:
    context.obtained_order([context.default_id(context.empty_project())])


@pytest.mark.parametrize("status", [202, 409])
@pytest.mark.parametrize(
    ("operation", "requirement", "arrange"),
    [
        ("createMilestone", "create/answers-201", lambda context: context.milestone(context.empty_project())),
        ("reorderMilestones", "reorder/answers-200", reorder),
    ],
)
def test_an_arrangement_that_is_answered_otherwise_than_documented_is_a_violation(
    operation: str, requirement: str, arrange: Callable[[PropertyContext], object], status: int
) -> None:
    def inject(builder: MockBuilder) -> None:
        builder.operation(operation, lambda context, original: replace(original(context), status=status))

    with run_on(inject, Options(Depth.QUICK)) as run:
        context = run.new_context()
        with run.recording(context), pytest.raises(Violation) as violation:
            arrange(context)
        run.clean_up()

    assert violation.value.requirement == requirement
