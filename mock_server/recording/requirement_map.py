"""Map answers, by operation, to the ids of the requirements behind them; the contract has the sentences.

Answers without an entry are explained by the contract's description of the answer.
"""

from collections.abc import Callable, Mapping

from mock_server.messages import Json

Sent = Mapping[str, Json]
Applies = Callable[[Sent], bool]


def always(_sent: Sent) -> bool:
    """Return True: the requirement applies to every request."""
    return True


def has(name: str, value: str | None = None) -> Applies:
    """Return a condition: the request sends a field, with a value if one is given."""
    return lambda sent: sent.get(name) == value if value is not None else bool(sent.get(name))


def lacks(name: str, value: str | None = None) -> Applies:
    """Return a condition: the request does not send a field, or not with a value."""
    holds = has(name, value)
    return lambda sent: not holds(sent)


SUCCESSES: Mapping[str, tuple[tuple[str, Applies], ...]] = {
    "listMilestones": (
        ("list/returns-every-milestone", lambda sent: not sent.get("type") and not sent.get("search")),
        ("list/filters-by-type", has("type")),
        ("list/search-finds-the-title", has("search")),
        ("list/sorts-by-title", has("sort", "milestone_title")),
        ("list/sorts-by-position", has("sort", "milestone_position")),
        ("list/sorts-by-created", has("sort", "milestone_created")),
        ("list/order-defaults-to-descending", lambda sent: bool(sent.get("sort")) and not sent.get("order")),
        ("list/limit-bounds-the-page", has("limit")),
    ),
    "createMilestone": (("create/answers-201", always), ("create/type-is-categorised", always)),
    "reorderMilestones": (("reorder/positions-run-from-one", always),),
    "getMilestone": (("get/answers-the-milestone-asked-for", always),),
    "updateMilestone": (("update/answers-200", always), ("update/changes-the-title", always)),
    "deleteMilestone": (
        ("delete/answers-200-with-the-id", always),
        ("delete/the-flag-deletes-the-tasks", has("delete_tasks", "yes")),
        ("delete/moves-tasks-to-the-default", lacks("delete_tasks", "yes")),
    ),
    "createProject": (("project/starts-with-its-default", always),),
    "updateProject": (("project/an-update-leaves-milestones-alone", always),),
    "deleteProject": (
        ("project/deletion-answers-200-with-the-id", always),
        ("project/deletion-takes-its-milestones", always),
        ("project/deletion-takes-its-tasks", always),
    ),
    "cloneProject": (
        ("project/a-clone-has-a-default-of-its-own", always),
        ("project/a-clone-copies-the-milestones", has("copy_milestones", "on")),
        ("project/a-clone-without-the-flag-copies-no-milestones", lacks("copy_milestones", "on")),
    ),
    "listTasks": (
        ("task/list-filters-by-milestone", has("milestone_id")),
        ("task/list-filters-by-project", has("project_id")),
        ("task/list-filters-by-active-state", has("active_state")),
    ),
    "createTask": (
        ("task/goes-to-the-milestone-named", has("task_milestoneid")),
        ("task/goes-to-the-default-without-a-milestone", lacks("task_milestoneid")),
    ),
    "updateTask": (("task/an-update-moves-it", has("task_milestoneid")),),
    "deleteTask": (("task/deletion-removes-the-task", always),),
    "setTaskStatus": (("task/a-new-status-leaves-it-where-it-is", always),),
    "archiveTask": (("task/archiving-keeps-its-milestone", always),),
    "activateTask": (("task/activating-makes-it-active", always),),
    "cloneTask": (("task/a-clone-goes-to-the-milestone-named", always),),
    "listTaskComments": (("task/a-comment-is-listed", always),),
    "deleteTaskComment": (("task/a-deleted-comment-is-gone", always),),
}
"""The requirements behind a success, each with the condition on the requests it applies to."""

REFUSALS: Mapping[tuple[str, int], tuple[str, ...]] = {
    ("", 404): ("http/unknown-route-answers-404-in-json",),
    ("", 405): ("http/wrong-method-is-refused-in-json", "http/a-405-names-the-allowed-methods"),
    ("getMilestone", 404): ("get/unknown-id-is-404",),
    ("createMilestone", 409): ("create/duplicate-title-conflicts",),
    ("updateMilestone", 404): ("update/unknown-id-is-404",),
    ("updateMilestone", 409): ("update/duplicate-title-conflicts",),
    ("deleteMilestone", 404): ("delete/unknown-id-is-404",),
    ("deleteMilestone", 409): ("delete/the-default-conflicts",),
    ("getProject", 404): ("project/unknown-id-is-404",),
    ("updateProject", 404): ("project/unknown-id-is-404",),
    ("deleteProject", 404): ("project/unknown-id-is-404",),
    ("getTask", 404): ("task/unknown-id-is-404",),
    ("updateTask", 404): ("task/unknown-id-is-404",),
    ("deleteTask", 404): ("task/unknown-id-is-404",),
    ("createTask", 409): ("task/a-foreign-milestone-conflicts",),
    ("updateTask", 409): ("task/an-update-to-a-foreign-milestone-conflicts",),
    ("cloneTask", 409): ("task/a-clone-into-a-foreign-milestone-conflicts",),
}
"""The requirements behind a refusal, by its status."""

_PROJECT_FIELDS, _TASK_FIELDS = "project/invalid-fields-are-refused", "task/invalid-fields-are-refused"

FIELD_REFUSALS: Mapping[tuple[str, str], tuple[tuple[str, bool], ...]] = {
    ("listMilestones", "project_id"): (("list/needs-a-project", True), ("list/refuses-an-unknown-project", False)),
    ("createMilestone", "milestone_projectid"): (
        ("create/needs-a-project", True),
        ("create/refuses-an-unknown-project", False),
    ),
    ("createMilestone", "milestone_title"): (("create/needs-a-title", True),),
    ("createMilestone", "milestone_color"): (("create/needs-a-color", True),),
    ("updateMilestone", "milestone_title"): (("update/needs-a-title", True),),
    ("updateMilestone", "milestone_color"): (("update/needs-a-color", True),),
    ("reorderMilestones", "milestones"): (("reorder/needs-milestones", True),),
    ("createProject", "project_clientid"): ((_PROJECT_FIELDS, True), (_PROJECT_FIELDS, False)),
    ("createProject", "project_date_start"): ((_PROJECT_FIELDS, True),),
    ("createProject", "project_categoryid"): ((_PROJECT_FIELDS, True),),
    ("createProject", "project_date_due"): ((_PROJECT_FIELDS, False),),
    ("createTask", "task_title"): ((_TASK_FIELDS, True),),
    ("createTask", "task_status"): ((_TASK_FIELDS, True),),
    ("createTask", "task_priority"): ((_TASK_FIELDS, True),),
    ("createTask", "task_date_due"): ((_TASK_FIELDS, False),),
}
"""The requirements behind a failed validation, by the failed field: each with whether it is about its absence."""

_OF_PROJECTS = ("project/needs-a-key", "project/needs-a-key")
_OF_TASKS = ("task/needs-a-key", "task/needs-a-key")

KEY_REFUSALS: Mapping[str, tuple[str, str]] = {
    "listMilestones": ("list/needs-a-key", "list/refuses-a-wrong-key"),
    "createMilestone": ("create/needs-a-key", "create/refuses-a-wrong-key"),
    "reorderMilestones": ("reorder/needs-a-key", "reorder/refuses-a-wrong-key"),
    "getMilestone": ("get/needs-a-key", "get/refuses-a-wrong-key"),
    "updateMilestone": ("update/needs-a-key", "update/refuses-a-wrong-key"),
    "deleteMilestone": ("delete/needs-a-key", "delete/refuses-a-wrong-key"),
    **dict.fromkeys(
        ("listProjects", "createProject", "getProject", "updateProject", "deleteProject", "cloneProject"), _OF_PROJECTS
    ),
    **dict.fromkeys(
        ("listTasks", "createTask", "getTask", "updateTask", "deleteTask", "setTaskStatus", "archiveTask"), _OF_TASKS
    ),
    **dict.fromkeys(("activateTask", "cloneTask", "listTaskComments", "addTaskComment"), _OF_TASKS),
    **dict.fromkeys(("deleteTaskComment", "listTaskTimers", "stopTaskTimers"), _OF_TASKS),
}
"""The requirements behind a 401: for a missing key, and for a wrong one."""
