"""Faults of deletions that must be refused: of the default, and of what is not there."""

from collections.abc import Callable
from dataclasses import replace

from mock_server.errors import Conflict
from mock_server.messages import Request, Response
from mock_server.operations import milestones
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

DELETE = "deleteMilestone"


@breaks("delete/unknown-id-is-404")
def deletes_what_is_gone_with_200(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.store.milestones.get(context.path["id"]) is None:
            return Result({"id": context.path["id"]}, "Milestone deleted successfully.")
        return original(context)

    builder.operation(DELETE, faulty)


def _status(came: int, goes: int) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
            response = original(request)
            return (
                replace(response, status=goes) if request.method == "DELETE" and response.status == came else response
            )

        builder.handle(faulty)

    return inject


add("refuses_to_delete_the_default_with_403", ("delete/the-default-conflicts",), _status(409, 403))


@breaks("delete/the-default-conflicts")
def says_it_deleted_the_default(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Conflict:
            return Result({"id": context.path["id"]}, "Milestone deleted successfully.")

    builder.operation(DELETE, faulty)


@breaks("delete/the-default-conflicts", implies=("delete/refused-changes-nothing", "delete/moves-tasks-to-the-default"))
def deletes_a_default_without_tasks(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        row = context.milestone()
        if row.type == "uncategorised" and not context.store.tasks_of_milestone.count(row.id):
            # A project without a default would break the mock, so it gets another one.
            other = row._replace(id=context.store.milestones.next_id())
            context.store.milestones.remove(row)
            context.store.milestones.put(other)
            project = context.store.projects.get_or_raise(row.project_id)
            context.store.projects.put(replace(project, default_milestone_id=other.id))
            return Result({"id": row.id}, "Milestone deleted successfully.")
        return original(context)

    builder.operation(DELETE, faulty)


@breaks("delete/refused-changes-nothing")
def deletes_the_default_s_tasks_before_it_refuses(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if milestones.read_delete_flag(context) and context.milestone().type == "uncategorised":
            for task in context.store.tasks_of_milestone.rows(context.milestone().id):
                context.store.delete_task(task)
        return original(context)

    builder.operation(DELETE, faulty)
