"""Races: what a check that is apart from its write lets through."""

import threading

from mock_server import titles
from mock_server.call import Call
from mock_server.envelope import Result
from mock_server.profile import Profile
from mock_server.store import Milestone, Store
from tests.faulty_mocks.fault import breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original


@breaks("race/one-title-is-given-once")
def checks_titles_before_it_waits_for_others(builder: MockBuilder) -> None:
    original = titles.check_unique
    together = threading.Barrier(2)

    def check(store: Store, profile: Profile, project_id: int, title: str, own_id: int | None = None) -> None:
        original(store, profile, project_id, title, own_id)
        if threading.current_thread() is not threading.main_thread():
            try:
                together.wait(1)
            except threading.BrokenBarrierError:
                together.reset()

    builder.one_at_a_time = False
    builder.patch(titles, "check_unique", check)


@breaks("race/reorders-end-in-one-of-both")
def mixes_two_reorders(builder: MockBuilder) -> None:
    def faulty(call: Call, original: Original) -> Result:
        result = original(call)
        if threading.current_thread() is not threading.main_thread():
            first = call.store.milestones.take(call.body.integers("milestones")[0])
            call.store.milestones.put(first._replace(position=first.position + 100))
        return result

    builder.operation("reorderMilestones", faulty)


@breaks("race/deletion-against-reorder-leaves-a-whole-project")
def brings_a_deleted_milestone_back(builder: MockBuilder) -> None:
    gone: dict[int, Milestone] = {}

    def delete(call: Call, original: Original) -> Result:
        doomed = call.milestone()
        result = original(call)
        if threading.current_thread() is not threading.main_thread():
            call.store.milestones.put(doomed)
            gone[doomed.id] = doomed
        return result

    builder.operation("deleteMilestone", delete)
