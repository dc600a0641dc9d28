"""Delete a milestone of a world, and judge its tasks, their comments and the count of the default afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from conformance.context.property_context import PreconditionFailed
from conformance.context.steps import Step
from conformance.context.world import World
from conformance.exchange import Json
from conformance.http.client import Encoding, Fields, RequestOptions
from conformance.properties.task_actions import is_locked
from conformance.records import id_in, records_of

PLACE = ("milestone_id", "milestone_name", "")


def deleted(
    world: World, flag: Json, options: RequestOptions, fate: Mapping[str, str], query: Fields | None = None
) -> Sequence[Step]:
    """Delete a milestone with tasks; `fate` is violated if an active or archived one is not where it belongs."""
    context = world.context
    usual = flag is None or (flag == "yes" and options.encoding is Encoding.FORM)
    milestone = max(world.categorised(), key=lambda milestone_id: _suits(world, milestone_id, usual), default=0)
    tasks = world.held(milestone)
    if not tasks:
        raise PreconditionFailed("no milestone holds a task that could be deleted or moved")
    archived = [task for task in tasks if world.tasks[task].active_state == "archived"]
    active = [task for task in tasks if task not in archived]
    bearer = (active or archived)[0]
    comment = None
    if usual and flag and active and context.thorough:
        last = world.tasks[active[-1]]
        after = context.labelled(last)
        world.tasks[last.id] = replace(last, assigned=after.assigned, tags=after.tags)
        for place in (world.default, milestone):
            context.moved(world.tasks[last.id], place)
    if usual or context.thorough:
        added = context.client.add_comment(bearer, "A comment")
        comment = None if is_locked(world, bearer, added) else context.obtained(added, "a comment")
    body = None if flag is None else {"delete_tasks": flag}
    delete = partial(context.client.call, "deleteMilestone", {"id": milestone}, query, body)
    answer = delete(options) if query else world.sent(delete, options)
    if not answer.ok and (flag in (None, "yes") or not answer.refused):
        context.obtained(answer, "a deletion")
    if answer.ok:
        context.expect("delete/answers-200-with-the-id").equal(
            (answer.status, id_in(answer)), (200, milestone), "status, and id in data"
        )
        gone = flag == "yes" and takes_the_flag(world, bearer, options)
        world.delete_milestone(milestone, with_tasks=gone)
        if flag is None:
            context.expect("delete/removes-the-milestone").status(context.client.get_milestone(milestone), 404)
            judge_count_of_default(world, len(tasks) if world.counts_archived else len(active))
        if comment is not None:
            judge_comments(world, bearer, comment, gone=gone)
    step = partial(Step, others="delete/leaves-others-unchanged")
    if flag == "yes":
        step = partial(step, other_tasks="delete/the-flag-spares-other-tasks")
    counts, intact = "delete/the-default-counts-the-moved-tasks", "delete/keeps-moved-tasks-intact"
    return [
        step([milestone], "delete/removes-the-milestone"),
        step([], intact, fields=dict.fromkeys(PLACE, fate["active"]), tasks=active),
        step([], intact, fields=dict.fromkeys(PLACE, fate["archived"]), tasks=archived),
        step([world.default], "delete/leaves-others-unchanged", counts=counts),
    ]


def _suits(world: World, milestone: int, wants_archived: bool) -> tuple[bool, bool]:
    tasks = world.held(milestone)
    return bool(tasks), wants_archived is any(world.tasks[task].active_state == "archived" for task in tasks)


def takes_the_flag(world: World, task: int, options: RequestOptions) -> bool:
    """Judge that yes was understood at all in this encoding, and then that the task is gone."""
    context = world.context
    got = context.client.get_task(task)
    moved = got.ok and context.task_in(got).milestone_id == world.default
    context.expect(f"delete/accepts-{options.encoding}").holds(
        not moved, "delete_tasks=yes to be read", "the task was moved to the default, as without the flag"
    )
    if not moved:
        context.expect("delete/the-flag-deletes-the-tasks").status(got, 404)
    return not moved


def judge_count_of_default(world: World, moved: int) -> None:
    expected, got = (world.milestones[world.default].tasks_count or 0) + moved, world.context.read(world.default)
    world.context.expect("delete/the-default-counts-the-moved-tasks").equal(got.tasks_count, expected, "tasks_count")


def judge_comments(world: World, task: int, comment: int, *, gone: bool) -> None:
    """Judge that the comments of a task in a deleted milestone are gone with the task, or still there."""
    context = world.context
    answer = context.client.list_comments(task)
    if gone:
        for part in (answer, context.client.list_timers(task)):
            context.expect("delete/the-flag-deletes-comments-and-timers").status(part, 404)
    else:
        listed = [node.get("id") for node in records_of(answer)]
        context.expect("delete/keeps-moved-tasks-intact").holds(comment in listed, f"comment {comment}", f"{listed}")
