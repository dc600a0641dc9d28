"""Every operation of the contract, by its id."""

from collections.abc import Mapping

from mock_server.operations import comments, milestones, projects, tasks
from mock_server.operations.context import OperationFunction

OPERATIONS: Mapping[str, OperationFunction] = {
    "listMilestones": milestones.list_milestones,
    "getMilestone": milestones.get_milestone,
    "createMilestone": milestones.create_milestone,
    "updateMilestone": milestones.update_milestone,
    "deleteMilestone": milestones.delete_milestone,
    "reorderMilestones": milestones.reorder_milestones,
    "listProjects": projects.list_projects,
    "getProject": projects.get_project,
    "createProject": projects.create_project,
    "updateProject": projects.update_project,
    "deleteProject": projects.delete_project,
    "cloneProject": projects.clone_project,
    "listTasks": tasks.list_tasks,
    "getTask": tasks.get_task,
    "createTask": tasks.create_task,
    "updateTask": tasks.update_task,
    "deleteTask": tasks.delete_task,
    "setTaskStatus": tasks.set_task_status,
    "archiveTask": tasks.archive_task,
    "activateTask": tasks.activate_task,
    "cloneTask": tasks.clone_task,
    "listTaskComments": comments.list_task_comments,
    "addTaskComment": comments.add_task_comment,
    "deleteTaskComment": comments.delete_task_comment,
    "listTaskTimers": comments.list_task_timers,
    "stopTaskTimers": comments.stop_task_timers,
}
