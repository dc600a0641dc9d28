"""Faults of titles that a deletion frees, and that some deployments hold on to."""

from conformance.options import Depth
from mock_server.errors import Conflict
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.fault import breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original


def deleted_titles(builder: MockBuilder) -> set[tuple[int, str]]:
    """Return the titles of deleted milestones, each with its project; deletions add to them."""
    gone: set[tuple[int, str]] = set()

    def delete(context: OperationContext, original: Original) -> Result:
        doomed = context.milestone()
        result = original(context)
        gone.add((doomed.project_id, doomed.title))
        return result

    builder.operation("deleteMilestone", delete)
    return gone


@breaks("create/a-deleted-title-is-free")
def never_forgets_a_title(builder: MockBuilder) -> None:
    gone = deleted_titles(builder)

    def create(context: OperationContext, original: Original) -> Result:
        project = context.body.integer("milestone_projectid") if context.body.has("milestone_projectid") else 0
        if (project, context.body.text("milestone_title")) in gone:
            raise Conflict("A milestone with this title already exists in the project.")
        return original(context)

    builder.operation("createMilestone", create)


@breaks("update/answers-200", depth=Depth.STANDARD)
def holds_titles_of_deleted_milestones_taken_when_it_updates(builder: MockBuilder) -> None:
    gone = deleted_titles(builder)

    def update(context: OperationContext, original: Original) -> Result:
        if (context.milestone().project_id, context.body.text("milestone_title")) in gone:
            raise Conflict("A milestone with this title already exists in the project.")
        return original(context)

    builder.operation("updateMilestone", update)
