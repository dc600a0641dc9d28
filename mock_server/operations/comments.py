"""The operations on what hangs on tasks: comments and timers."""

from dataclasses import replace

from mock_server.errors import NotFound
from mock_server.operations.context import MAIN_ADMINISTRATOR, Call
from mock_server.operations.serializers import comment_object, timer_object
from mock_server.responses import Result
from mock_server.storage.store import Comment


def list_task_comments(call: Call) -> Result:
    """List the comments of a task. Implements: Tasks, Comments."""
    comments = call.store.comments_of_task.rows(call.task().id)
    return Result([comment_object(call.store, comment) for comment in comments], "Comments retrieved successfully.")


def add_task_comment(call: Call) -> Result:
    """Write a comment on a task. Implements: Tasks, Comments."""
    task = call.task()
    call.body.check()
    comments = call.store.comments
    comment = Comment(comments.claim_id(), task.id, MAIN_ADMINISTRATOR, call.body.text("comment"), call.now)
    return Result(comment_object(call.store, comments.put(comment)), "Comment created successfully.", 201)


def delete_task_comment(call: Call) -> Result:
    """Delete a comment of a task. Implements: Tasks, Comments."""
    task = call.task()
    comment = call.store.comments.get(call.path["comment_id"])
    if comment is None or comment.task_id != task.id:
        raise NotFound("Comment not found.")
    call.store.comments.remove(comment)
    return Result({"id": comment.id}, "Comment deleted successfully.")


def list_task_timers(call: Call) -> Result:
    """List the timers of a task. Implements: Tasks, Timers."""
    timers = call.store.timers_of_task.rows(call.task().id)
    return Result([timer_object(call.store, timer) for timer in timers], "Timers retrieved successfully.")


def stop_task_timers(call: Call) -> Result:
    """Stop every running timer of a task. Implements: Tasks, Stop timers."""
    task = call.task()
    for timer in call.store.timers_of_task.rows(task.id):
        if timer.stopped is None:
            call.store.timers.put(replace(timer, stopped=call.now))
    return Result({"id": task.id}, "Timers stopped successfully.")
