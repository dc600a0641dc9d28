"""The operations on milestones."""

import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from mock_server.contract.profile import Profile
from mock_server.errors import Conflict, NotFound, problem_for_status
from mock_server.messages import Json
from mock_server.operations import pagination, titles
from mock_server.operations.context import ADMIN_USER_ID, OperationContext
from mock_server.operations.serializers import serialize_milestone, serialize_milestones, task_counts
from mock_server.requests.form_data import FormData
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter, Query
from mock_server.storage.store import POSITION_OF_MILESTONE, Milestone, Store

SORT_KEYS: pagination.SortKeys[Milestone] = {
    "milestone_title": pagination.sort_title,
    "milestone_position": POSITION_OF_MILESTONE,
    "milestone_created": lambda milestone: milestone.created,
}
UNSORTED = {
    "position-descending": ("milestone_position", "desc"),
    "position-ascending": ("milestone_position", "asc"),
    "created-descending": ("milestone_created", "desc"),
    "created-ascending": ("milestone_created", "asc"),
}
IMMUTABLE = frozenset({"milestone_projectid", "project_id", "milestone_type", "type"})
DEFAULT = "uncategorised"
CATEGORISED: Filter[Milestone] = Filter("type", "categorised", lambda milestone: milestone.type == "categorised")


def list_milestones(context: OperationContext) -> Result:
    """Return a page of a project's milestones. Implements: Milestones, List milestones."""
    query = context.query
    check_listed_project(context)
    source = pagination.ListSource(
        context.store.milestones,
        partial(context.store.milestones_of_project.select, query.integer("project_id")),
        read_filters(query),
    )
    page, meta = pagination.select(
        source, query, context.profile, SORT_KEYS, lambda: UNSORTED[context.decide("list/unsorted-order")]
    )
    data = serialize_milestones(context.store, context.profile, page)
    return Result(data, "Milestones retrieved successfully.", meta=meta)


def check_listed_project(context: OperationContext) -> None:
    """Refuse a list of an unknown project as the profile says; raise ValidationFailed or NotFound."""
    query = context.query
    unknown = query.has("project_id") and context.store.projects.get(query.integer("project_id")) is None
    choice = context.decide("list/unknown-project") if unknown else ""
    if choice == "422":
        query.get_related("project_id", context.store.projects)
    query.raise_if_invalid()
    if choice == "404":
        raise NotFound("Project not found.")


def read_filters(query: FormData) -> tuple[Filter[Milestone], ...]:
    """Return the filters of a list."""
    kind = query.text("type")
    return (Filter("type", kind, lambda milestone: milestone.type == kind),) if kind else ()


def get_milestone(context: OperationContext) -> Result:
    """Return one milestone. Implements: Milestones, Get a milestone."""
    return _answer(context, context.milestone(), "Milestone retrieved successfully.")


def create_milestone(context: OperationContext) -> Result:
    """Create a milestone of type categorised. Implements: Milestones, Create a milestone."""
    form, profile = context.body, context.profile
    form.get_related("milestone_projectid", context.store.projects)
    title = titles.read_title(form, profile)
    check_color(context)
    if form.has_unknown_fields() and profile.decide("create/extra-fields") == "422":
        form.reject_unknown_fields()
    form.raise_if_invalid()
    project_id = form.integer("milestone_projectid")
    titles.check_unique(context.store, profile, project_id, title)
    # Interned, as all milestones share the same few colours.
    color = sys.intern(form.text("milestone_color"))
    milestone_id, position = context.store.milestones.next_id(), choose_position(context, project_id)
    milestone = Milestone(
        milestone_id, project_id, title, color, position, ADMIN_USER_ID, created=context.now, updated=context.now
    )
    return _answer(context, context.store.milestones.put(milestone), "Milestone created successfully.", 201)


def update_milestone(context: OperationContext) -> Result:
    """Change title and colour; project and type are immutable. Implements: Milestones, Update a milestone."""
    title = titles.read_title(context.body, context.profile)
    check_color(context)
    if not IMMUTABLE.isdisjoint(context.body.submitted) and context.decide("update/immutable-fields-sent") == "422":
        context.body.reject_fields(IMMUTABLE)
    milestone = _find_before_refusing(context)
    if milestone.type == DEFAULT and context.decide("update/default-milestone") != "accepted":
        status = context.decide("update/default-milestone")
        raise problem_for_status(status, "The default milestone cannot be changed.", "milestone_title")
    titles.check_unique(context.store, context.profile, milestone.project_id, title, own_id=milestone.id)
    color = context.body.text("milestone_color")
    is_changed = (title, color) != (milestone.title, milestone.color)
    if is_changed or context.decide("update/unchanged-updated-date") == "touched":
        milestone = context.store.milestones.put(milestone._replace(title=title, color=color, updated=context.now))
    return _answer(context, milestone, "Milestone updated successfully.")


def _find_before_refusing(context: OperationContext) -> Milestone:
    """Return the milestone in the path; raise NotFound or ValidationFailed, as the profile says if both apply."""
    refused_and_unknown = context.body.errors and not context.has_milestone()
    if refused_and_unknown and context.decide("update/unknown-id-with-invalid-body") == "404":
        raise NotFound("Milestone not found.")
    context.body.raise_if_invalid()
    return context.milestone()


def delete_milestone(context: OperationContext) -> Result:
    """Delete a milestone; its tasks move to the project's default, or are deleted with it.

    Implements: Milestones, Delete a milestone.
    """
    deletes_tasks = read_delete_flag(context)
    milestone = context.milestone()
    if milestone.type == DEFAULT:
        raise Conflict("The default milestone cannot be deleted.")
    if deletes_tasks:
        context.store.delete_tasks(milestone.id)
    else:
        project = context.store.projects.get_or_raise(milestone.project_id)
        context.store.move_tasks(milestone.id, project.default_milestone_id)
    context.store.milestones.remove(milestone)
    if context.decide("delete/gap-in-positions") == "closed":
        close_gap(context.store, milestone)
    return Result({"id": milestone.id}, "Milestone deleted successfully.")


def check_color(context: OperationContext) -> None:
    """Refuse a colour key that the documentation does not list, if the profile says so."""
    color = context.body.text("milestone_color")
    examples = context.body.fields.schemas.get("milestone_color", {}).get("examples")
    if not color or not isinstance(examples, list) or color in examples:
        return
    if context.decide("create/unknown-color") == "422":
        context.body.add_error("milestone_color", "The selected milestone color is invalid.")


def choose_position(context: OperationContext, project_id: int) -> int:
    """Return the position of a new milestone."""
    match context.decide("create/position"):
        case "after-highest":
            return 1 + find_highest(context.store, project_id)
        case "after-highest-categorised":
            last = find_last(context.store, project_id, CATEGORISED)
            return 1 + (last.position if last else 0)
        case _:
            return 0


def find_highest(store: Store, project_id: int) -> int:
    """Return the highest position in a project; 0 if it has no milestones."""
    highest = store.highest_position.find(project_id)
    if highest is None and (highest := find_last(store, project_id)) is not None:
        store.highest_position.set(highest)
    return highest.position if highest is not None else 0


def find_last(store: Store, project_id: int, *filters: Filter[Milestone]) -> Milestone | None:
    """Return the milestone of a project with the highest position; None if there is none."""
    last = store.milestones_of_project.select(project_id, Query(filters, POSITION_OF_MILESTONE)).last()
    return store.milestones.get_or_raise(last) if last is not None else None


def read_delete_flag(context: OperationContext) -> bool:
    """Return whether to delete the tasks: only if the value is `yes`; the body takes precedence over the query."""
    form = context.body
    only_in_query = "delete_tasks" in context.query.submitted and "delete_tasks" not in form.submitted
    if only_in_query and context.decide("delete/flag-in-query") == "honoured":
        form = context.query
    form.raise_if_invalid()
    flag = form.text("delete_tasks")
    if flag == "yes" or flag.lower() != "yes":
        return flag == "yes"
    return _read_uppercase_yes(form, context.decide("delete/uppercase-yes"))


def _read_uppercase_yes(form: FormData, choice: str) -> bool:
    if choice == "422":
        form.add_error("delete_tasks", "The selected delete tasks is invalid.")
        form.raise_if_invalid()
    return choice == "deletes"


def close_gap(store: Store, deleted: Milestone) -> None:
    """Move up the milestones after a deleted one."""
    for milestone in store.milestones_of_project.rows(deleted.project_id):
        if milestone.position > deleted.position:
            store.milestones.put(milestone._replace(position=milestone.position - 1))


def _answer(context: OperationContext, milestone: Milestone, message: str, status: int = 200) -> Result:
    store = context.store
    tasks_count = task_counts(store, context.profile).count(milestone.id)
    if store.tasks_of_milestone.count(milestone.id) != store.active_tasks_of_milestone.count(milestone.id):
        context.decide("count/archived-tasks")
    return Result(serialize_milestone(milestone, tasks_count), message, status)


REORDER_FIELD = "milestones"


def reorder_milestones(context: OperationContext) -> Result:
    """Set the position of each milestone to its place in the list, 1..N. Implements: Milestones, Reorder milestones."""
    ids = context.body.integers(REORDER_FIELD)
    if context.body.values.get(REORDER_FIELD) == [] and context.decide("reorder/empty-list") == "422":
        context.body.add_error(REORDER_FIELD, "The milestones field is required.")
    context.body.raise_if_invalid()
    named = keep_one_project(context, find_named(context, ids))
    if len(set(ids)) < len(ids) and context.decide("reorder/duplicate-id") == "422":
        raise problem_for_status("422", "The milestones field has a duplicate value.", REORDER_FIELD)
    places = number(named, context.profile) | number_unnamed(context, named)
    table = context.store.milestones
    for row_id, place in places.items():
        milestone = table.get_or_raise(row_id)
        if milestone.position != place:
            table.put(milestone._replace(position=place))
    return Result(_describe_order(context, ids, places), "Milestone positions updated successfully.")


def find_named(context: OperationContext, ids: Sequence[int]) -> list[Milestone]:
    """Return the milestones with these ids; raise the problem that the profile says for an unknown id."""
    named = []
    for place, row_id in enumerate(ids):
        milestone = context.store.milestones.get(row_id)
        if milestone is not None:
            named.append(milestone)
        elif context.decide("reorder/unknown-id") != "ignored":
            field = f"{REORDER_FIELD}.{place}"
            raise problem_for_status(context.decide("reorder/unknown-id"), f"The selected {field} is invalid.", field)
    return named


def keep_one_project(context: OperationContext, named: list[Milestone]) -> list[Milestone]:
    """Return the milestones to number; raise the problem that the profile says if they are of several projects."""
    own = [milestone for milestone in named if milestone.project_id == named[0].project_id]
    if len(own) == len(named):
        return own
    match context.decide("reorder/foreign-id"):
        case "one-count":
            return named
        case "422" | "409" as status:
            raise problem_for_status(status, "The milestones belong to different projects.", REORDER_FIELD)
        case _:
            return own


def number(named: Collection[Milestone], profile: Profile) -> dict[int, int]:
    """Return the positions by id; the last or the first place counts for an id that occurs twice."""
    places: dict[int, int] = {}
    for place, milestone in enumerate(named, 1):
        if milestone.id not in places or profile.decide("reorder/duplicate-id") == "last-place":
            places[milestone.id] = place
    return places


def number_unnamed(context: OperationContext, named: Collection[Milestone]) -> dict[int, int]:
    """Return new positions for the milestones that the list leaves out; none if they keep theirs."""
    named_ids = {milestone.id for milestone in named}
    projects = dict.fromkeys(milestone.project_id for milestone in named)
    if sum(map(context.store.milestones_of_project.count, projects)) == len(named_ids):
        return {}
    match context.decide("reorder/partial-list"):
        case "422":
            raise problem_for_status(
                "422", "The milestones field must name all milestones of the project.", REORDER_FIELD
            )
        case "others-follow":
            rows = [row for project_id in projects for row in context.store.milestones_of_project.rows(project_id)]
            unnamed = sorted((row for row in rows if row.id not in named_ids), key=lambda row: (row.position, row.id))
            return {milestone.id: place for place, milestone in enumerate(unnamed, len(named) + 1)}
        case _:
            return {}


def _describe_order(context: OperationContext, ids: list[int], places: Mapping[int, int]) -> Json:
    match context.decide("reorder/answer-data"):
        case "ids":
            return {REORDER_FIELD: ids}
        case "milestones":
            ordered = sorted(places, key=lambda row_id: places[row_id])
            return serialize_milestones(
                context.store, context.profile, context.store.milestones.get_all_or_raise(ordered)
            )
        case _:
            return None
