"""Every operation of the contract, by its id."""

from collections.abc import Mapping

from mock_server import cloning, discussion, milestones, projects, reordering, tasks
from mock_server.call import OperationFunction

OPERATIONS: Mapping[str, OperationFunction] = {
    "listMilestones": milestones.list_milestones,
    "getMilestone": milestones.get_milestone,
    "createMilestone": milestones.create_milestone,
    "updateMilestone": milestones.update_milestone,
    "deleteMilestone": milestones.delete_milestone,
    "reorderMilestones": reordering.reorder_milestones,
    "listProjects": projects.list_projects,
    "getProject": projects.get_project,
    "createProject": projects.create_project,
    "updateProject": projects.update_project,
    "deleteProject": projects.delete_project,
    "cloneProject": cloning.clone_project,
    "listTasks": tasks.list_tasks,
    "getTask": tasks.get_task,
    "createTask": tasks.create_task,
    "updateTask": tasks.update_task,
    "deleteTask": tasks.delete_task,
    "setTaskStatus": tasks.set_task_status,
    "archiveTask": tasks.archive_task,
    "activateTask": tasks.activate_task,
    "cloneTask": tasks.clone_task,
    "listTaskComments": discussion.list_task_comments,
    "addTaskComment": discussion.add_task_comment,
    "deleteTaskComment": discussion.delete_task_comment,
    "listTaskTimers": discussion.list_task_timers,
    "stopTaskTimers": discussion.stop_task_timers,
}
