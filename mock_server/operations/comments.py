"""The operations on the comments and timers of tasks."""

from dataclasses import replace

from mock_server.errors import NotFound
from mock_server.operations.context import ADMIN_USER_ID, OperationContext
from mock_server.operations.serializers import serialize_comment, serialize_timer
from mock_server.responses import Result
from mock_server.storage.store import Comment


def list_task_comments(context: OperationContext) -> Result:
    """List the comments of a task. Implements: Tasks, Comments."""
    comments = context.store.comments_of_task.rows(context.task().id)
    return Result(
        [serialize_comment(context.store, comment) for comment in comments], "Comments retrieved successfully."
    )


def add_task_comment(context: OperationContext) -> Result:
    """Write a comment on a task. Implements: Tasks, Comments."""
    task = context.task()
    context.body.raise_if_invalid()
    comments = context.store.comments
    comment = Comment(comments.next_id(), task.id, ADMIN_USER_ID, context.body.text("comment"), context.now)
    return Result(serialize_comment(context.store, comments.put(comment)), "Comment created successfully.", 201)


def delete_task_comment(context: OperationContext) -> Result:
    """Delete a comment of a task. Implements: Tasks, Comments."""
    task = context.task()
    comment = context.store.comments.get(context.path["comment_id"])
    if comment is None or comment.task_id != task.id:
        raise NotFound("Comment not found.")
    context.store.comments.remove(comment)
    return Result({"id": comment.id}, "Comment deleted successfully.")


def list_task_timers(context: OperationContext) -> Result:
    """List the timers of a task. Implements: Tasks, Timers."""
    timers = context.store.timers_of_task.rows(context.task().id)
    return Result([serialize_timer(context.store, timer) for timer in timers], "Timers retrieved successfully.")


def stop_task_timers(context: OperationContext) -> Result:
    """Stop every running timer of a task. Implements: Tasks, Stop timers."""
    task = context.task()
    for timer in context.store.timers_of_task.rows(task.id):
        if timer.stopped is None:
            context.store.timers.put(replace(timer, stopped=context.now))
    return Result({"id": task.id}, "Timers stopped successfully.")
