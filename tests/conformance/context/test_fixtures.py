"""Arrangements are not judged, except for the status of an answer to a valid request."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conformance.context.property_context import PropertyContext
from conformance.options import Depth, Options
from conformance.results.expect import Violation
from conformance.runner.example_context import close_context, new_context, recording
from mock_server.errors import Conflict
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.mock_builder import MockBuilder, Original
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
        context = new_context(run)
        with recording(run, context), pytest.raises(Violation) as violation:
            arrange(context)
        run.clean_up.finish()

    assert violation.value.requirement == requirement


def test_a_clone_has_a_title_of_its_own_where_projects_may_not_share_one() -> None:
    def inject(builder: MockBuilder) -> None:
        def clone(context: OperationContext, original: Original) -> Result:
            title = context.body.text("project_title")
            if any(project.title == title for project in context.store.projects):
                raise Conflict("The title is taken.")
            return original(context)

        builder.operation("cloneProject", clone)

    with run_on(inject, Options(Depth.QUICK)) as run:
        context = new_context(run)
        with recording(run, context):
            fields = context.project_fields()
            project = context.adopt_project(context.client.create_project(fields))
            clone = context.adopt_project(context.clone_namesake(project, str(fields["project_title"]), {}))
            shown = context.milestones(clone)
        close_context(run, context, dirty=False)
        run.clean_up.finish()

    assert [milestone.type for milestone in shown] == ["uncategorised"]
    assert run.clean_up.leftovers == []
