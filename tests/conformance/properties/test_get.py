"""Existing milestones are read while others work on them."""

from dataclasses import replace

from conformance.options import Depth, Options
from conformance.results.verdict import Verdict
from conformance.runner.scheduler import Scheduler
from mock_server.errors import NotFound
from mock_server.operations.context import OperationContext, OperationFunction
from mock_server.responses import Result
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

READ = ("get/answers-the-milestone-asked-for", "list/returns-every-milestone")
COMPARED = ("list/rows-equal-the-milestones", "count/is-the-same-in-list-and-get")


def test_what_a_colleague_deletes_is_neither_missed_nor_taken_for_lag() -> None:
    gone: list[int] = []

    def inject(builder: MockBuilder) -> None:
        def get(context: OperationContext, original: OperationFunction) -> Result:
            milestone = context.milestone()
            project = context.store.projects.get_or_raise(milestone.project_id)
            if gone or project.title.startswith("ZZZ_") or milestone.type == "uncategorised":
                return original(context)
            gone.append(milestone.id)
            for task in context.store.tasks_of_milestone.rows(milestone.id):
                context.store.tasks.put(replace(task, milestone_id=project.default_milestone_id))
            context.store.milestones.remove(milestone)
            raise NotFound("Milestone not found.")

        builder.operation("getMilestone", get)

    with run_on(inject, Options(depth=Depth.STANDARD, only=(*READ, *COMPARED))) as run:
        Scheduler(run).run_all()
        run.clean_up.finish()

    assert gone
    assert {judgement.verdict for judgement in run.judgements() if judgement.requirement.id in (*READ, *COMPARED)} == {
        Verdict.PASS
    }
    assert run.transport.settling == 0
