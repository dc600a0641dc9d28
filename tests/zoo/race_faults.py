"""Races: what a check that is apart from its write lets through."""

import threading

from mock_server.contract.profile import Profile
from mock_server.operations import titles
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone, Store
from tests.zoo.fault import breaks
from tests.zoo.seams import Honest, Seams


@breaks("race/one-title-is-given-once")
def checks_titles_before_it_waits_for_others(seams: Seams) -> None:
    honest = titles.check_unique
    together = threading.Barrier(2)

    def check(store: Store, profile: Profile, project_id: int, title: str, own_id: int | None = None) -> None:
        honest(store, profile, project_id, title, own_id)
        if threading.current_thread() is not threading.main_thread():
            try:
                together.wait(1)
            except threading.BrokenBarrierError:
                together.reset()

    seams.one_at_a_time = False
    seams.patch(titles, "check_unique", check)


@breaks("race/reorders-end-in-one-of-both")
def mixes_two_reorders(seams: Seams) -> None:
    def faulty(context: OperationContext, honest: Honest) -> Result:
        result = honest(context)
        if threading.current_thread() is not threading.main_thread():
            first = context.store.milestones.get_or_raise(context.body.integers("milestones")[0])
            context.store.milestones.put(first._replace(position=first.position + 100))
        return result

    seams.operation("reorderMilestones", faulty)


@breaks("race/deletion-against-reorder-leaves-a-whole-project")
def brings_a_deleted_milestone_back(seams: Seams) -> None:
    gone: dict[int, Milestone] = {}

    def delete(context: OperationContext, honest: Honest) -> Result:
        doomed = context.milestone()
        result = honest(context)
        if threading.current_thread() is not threading.main_thread():
            context.store.milestones.put(doomed)
            gone[doomed.id] = doomed
        return result

    seams.operation("deleteMilestone", delete)
