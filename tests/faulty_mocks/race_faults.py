"""Races: conflicts that go undetected because a check and its write are not atomic."""

import threading
from typing import Any

from mock_server.contract.profile import Profile
from mock_server.operations import titles
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone, Store
from tests.faulty_mocks.fault import Inject, add, breaks
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
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        if threading.current_thread() is not threading.main_thread():
            first = context.store.milestones.get_or_raise(context.body.integers("milestones")[0])
            context.store.milestones.put(first._replace(position=first.position + 100))
        return result

    builder.operation("reorderMilestones", faulty)


@breaks("race/deletion-against-reorder-leaves-a-whole-project")
def brings_a_deleted_milestone_back(builder: MockBuilder) -> None:
    gone: dict[int, Milestone] = {}

    def delete(context: OperationContext, original: Original) -> Result:
        doomed = context.milestone()
        result = original(context)
        if threading.current_thread() is not threading.main_thread():
            context.store.milestones.put(doomed)
            gone[doomed.id] = doomed
        return result

    builder.operation("deleteMilestone", delete)


def _with_the_last_color(operation: str) -> Inject:
    """A mock whose requests at once share what they hold for a moment."""

    def inject(builder: MockBuilder) -> None:
        shared = {"color": ""}

        def faulty(context: OperationContext, original: Original) -> Result:
            if threading.current_thread() is threading.main_thread():
                return original(context)
            result: Any = original(context)
            former, shared["color"] = shared["color"], result.data["color"]
            row = context.store.milestones.get_or_raise(result.data["id"])
            context.store.milestones.put(row._replace(color=former or row.color))
            return result  # type: ignore[no-any-return]

        builder.operation(operation, faulty)

    return inject


add(
    "mixes_up_creations_at_once",
    ("race/creations-of-different-titles-are-all-kept",),
    _with_the_last_color("createMilestone"),
)
add(
    "mixes_up_updates_at_once",
    ("race/updates-of-different-milestones-keep-apart",),
    _with_the_last_color("updateMilestone"),
)
