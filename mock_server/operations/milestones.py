"""The operations on milestones."""

import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from mock_server.contract.profile import Profile
from mock_server.errors import Conflict, refusal
from mock_server.messages import Json
from mock_server.operations import pagination, titles
from mock_server.operations.context import MAIN_ADMINISTRATOR, Call
from mock_server.operations.serializers import counted_tasks, milestone_object, milestone_objects
from mock_server.requests.form_data import Form
from mock_server.responses import Result
from mock_server.storage.sorted_views import Filter, Wanted
from mock_server.storage.store import POSITION_OF_MILESTONE, Milestone, Store

SORT_KEYS: pagination.SortKeys[Milestone] = {
    "milestone_title": pagination.title_key,
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


def list_milestones(call: Call) -> Result:
    """List a page of a project's milestones. Implements: Milestones, List milestones."""
    query = call.query
    query.require_row("project_id", call.store.projects)
    query.check()
    source = pagination.Source(
        call.store.milestones,
        partial(call.store.milestones_of_project.select, query.integer("project_id")),
        read_filters(query),
    )
    page, meta = pagination.select(
        source, query, call.profile, SORT_KEYS, lambda: UNSORTED[call.profile["list/unsorted-order"]]
    )
    data = milestone_objects(call.store, call.profile, page)
    return Result(data, "Milestones retrieved successfully.", meta=meta)


def read_filters(query: Form) -> tuple[Filter[Milestone], ...]:
    """Return what a list wants of its rows."""
    wanted = query.text("type")
    return (Filter("type", wanted, lambda milestone: milestone.type == wanted),) if wanted else ()


def get_milestone(call: Call) -> Result:
    """Answer one milestone. Implements: Milestones, Get a milestone."""
    return _answer(call, call.milestone(), "Milestone retrieved successfully.")


def create_milestone(call: Call) -> Result:
    """Make a milestone of type categorised. Implements: Milestones, Create a milestone."""
    form, profile = call.body, call.profile
    form.require_row("milestone_projectid", call.store.projects)
    title = titles.read_title(form, profile)
    check_color(call)
    if form.has_unknown() and profile["create/extra-fields"] == "422":
        form.refuse_unknown()
    form.check()
    project_id = form.integer("milestone_projectid")
    titles.check_unique(call.store, profile, project_id, title)
    # Every client's colours are the same few texts.
    color = sys.intern(form.text("milestone_color"))
    milestone_id, position = call.store.milestones.claim_id(), choose_position(call, project_id)
    milestone = Milestone(
        milestone_id, project_id, title, color, position, MAIN_ADMINISTRATOR, created=call.now, updated=call.now
    )
    return _answer(call, call.store.milestones.put(milestone), "Milestone created successfully.", 201)


def update_milestone(call: Call) -> Result:
    """Change title and colour; project and type are immutable. Implements: Milestones, Update a milestone."""
    if call.profile["update/unknown-id-with-invalid-body"] == "404":
        call.milestone()
    title = titles.read_title(call.body, call.profile)
    check_color(call)
    if not IMMUTABLE.isdisjoint(call.body.sent) and call.profile["update/immutable-fields-sent"] == "422":
        call.body.refuse(IMMUTABLE)
    call.body.check()
    milestone = call.milestone()
    if milestone.type == DEFAULT and call.profile["update/default-milestone"] != "accepted":
        status = call.profile["update/default-milestone"]
        raise refusal(status, "The default milestone cannot be changed.", "milestone_title")
    titles.check_unique(call.store, call.profile, milestone.project_id, title, own_id=milestone.id)
    changed = milestone._replace(title=title, color=call.body.text("milestone_color"))
    if changed != milestone or call.profile["update/unchanged-updated-date"] == "touched":
        milestone = call.store.milestones.put(changed._replace(updated=call.now))
    return _answer(call, milestone, "Milestone updated successfully.")


def delete_milestone(call: Call) -> Result:
    """Delete a milestone; its tasks go to the project's default, or go with it.

    Implements: Milestones, Delete a milestone.
    """
    deletes_tasks = read_delete_flag(call)
    milestone = call.milestone()
    if milestone.type == DEFAULT:
        raise Conflict("The default milestone cannot be deleted.")
    if deletes_tasks:
        call.store.delete_tasks(milestone.id)
    else:
        project = call.store.projects.take(milestone.project_id)
        call.store.move_tasks(milestone.id, project.default_milestone_id)
    call.store.milestones.remove(milestone)
    if call.profile["delete/gap-in-positions"] == "closed":
        close_gap(call.store, milestone)
    return Result({"id": milestone.id}, "Milestone deleted successfully.")


def check_color(call: Call) -> None:
    """Note a refusal of a colour key that the documentation does not name, where the profile has it so."""
    color = call.body.text("milestone_color")
    known = call.body.fields.schemas.get("milestone_color", {}).get("examples")
    if not color or not isinstance(known, list) or color in known:
        return
    if call.profile["create/unknown-color"] == "422":
        call.body.fail("milestone_color", "The selected milestone color is invalid.")


def choose_position(call: Call, project_id: int) -> int:
    """Return the position of a new milestone."""
    match call.profile["create/position"]:
        case "after-highest":
            return 1 + find_highest(call.store, project_id)
        case "after-highest-categorised":
            last = find_last(call.store, project_id, CATEGORISED)
            return 1 + (last.position if last else 0)
        case _:
            return 0


def find_highest(store: Store, project_id: int) -> int:
    """Return the highest position in a project, 0 if it has none."""
    highest = store.highest_position.find(project_id)
    if highest is None and (highest := find_last(store, project_id)) is not None:
        store.highest_position.learn(highest)
    return highest.position if highest is not None else 0


def find_last(store: Store, project_id: int, *filters: Filter[Milestone]) -> Milestone | None:
    """Return the milestone of a project that stands behind all others, None if it has none."""
    last = store.milestones_of_project.select(project_id, Wanted(filters, POSITION_OF_MILESTONE)).last()
    return store.milestones.take(last) if last is not None else None


def read_delete_flag(call: Call) -> bool:
    """Tell whether the tasks are to be deleted: `yes` and nothing else says so, and the body before the query."""
    form = call.body
    only_in_query = "delete_tasks" in call.query.sent and "delete_tasks" not in form.sent
    if only_in_query and call.profile["delete/flag-in-query"] == "honoured":
        form = call.query
    form.check()
    flag = form.text("delete_tasks")
    if flag == "yes" or flag.lower() != "yes":
        return flag == "yes"
    return _read_uppercase_yes(form, call.profile["delete/uppercase-yes"])


def _read_uppercase_yes(form: Form, choice: str) -> bool:
    if choice == "422":
        form.fail("delete_tasks", "The selected delete tasks is invalid.")
        form.check()
    return choice == "deletes"


def close_gap(store: Store, deleted: Milestone) -> None:
    """Move up the milestones that stood behind a deleted one."""
    for milestone in store.milestones_of_project.rows(deleted.project_id):
        if milestone.position > deleted.position:
            store.milestones.put(milestone._replace(position=milestone.position - 1))


def _answer(call: Call, milestone: Milestone, message: str, status: int = 200) -> Result:
    tasks_count = counted_tasks(call.store, call.profile).count(milestone.id)
    return Result(milestone_object(milestone, tasks_count), message, status)


REORDER_FIELD = "milestones"


def reorder_milestones(call: Call) -> Result:
    """Give each milestone its place in the list as position, 1..N. Implements: Milestones, Reorder milestones."""
    ids = call.body.integers(REORDER_FIELD)
    if call.body.values.get(REORDER_FIELD) == [] and call.profile["reorder/empty-list"] == "422":
        call.body.fail(REORDER_FIELD, "The milestones field is required.")
    call.body.check()
    named = keep_one_project(call, find_named(call, ids))
    if len(set(ids)) < len(ids) and call.profile["reorder/duplicate-id"] == "422":
        raise refusal("422", "The milestones field has a duplicate value.", REORDER_FIELD)
    places = number(named, call.profile) | number_unnamed(call, named)
    table = call.store.milestones
    for row_id, place in places.items():
        milestone = table.take(row_id)
        if milestone.position != place:
            table.put(milestone._replace(position=place))
    return Result(_describe_order(call, ids, places), "Milestone positions updated successfully.")


def find_named(call: Call, ids: Sequence[int]) -> list[Milestone]:
    """Return the milestones of a list of ids; raises what the profile has for an unknown one."""
    named = []
    for place, row_id in enumerate(ids):
        milestone = call.store.milestones.get(row_id)
        if milestone is not None:
            named.append(milestone)
        elif call.profile["reorder/unknown-id"] != "ignored":
            field = f"{REORDER_FIELD}.{place}"
            raise refusal(call.profile["reorder/unknown-id"], f"The selected {field} is invalid.", field)
    return named


def keep_one_project(call: Call, named: list[Milestone]) -> list[Milestone]:
    """Return the milestones to number; raises what the profile has for those of more than one project."""
    own = [milestone for milestone in named if milestone.project_id == named[0].project_id]
    if len(own) == len(named):
        return own
    match call.profile["reorder/foreign-id"]:
        case "one-count":
            return named
        case "422" | "409" as status:
            raise refusal(status, "The milestones belong to different projects.", REORDER_FIELD)
        case _:
            return own


def number(named: Collection[Milestone], profile: Profile) -> dict[int, int]:
    """Return the position by id; an id that is named twice counts at its last place or its first."""
    places: dict[int, int] = {}
    for place, milestone in enumerate(named, 1):
        if milestone.id not in places or profile["reorder/duplicate-id"] == "last-place":
            places[milestone.id] = place
    return places


def number_unnamed(call: Call, named: Collection[Milestone]) -> dict[int, int]:
    """Return the new positions of those that the list leaves out; none where they keep theirs."""
    named_ids = {milestone.id for milestone in named}
    projects = dict.fromkeys(milestone.project_id for milestone in named)
    if sum(map(call.store.milestones_of_project.count, projects)) == len(named_ids):
        return {}
    match call.profile["reorder/partial-list"]:
        case "422":
            raise refusal("422", "The milestones field must name all milestones of the project.", REORDER_FIELD)
        case "others-follow":
            rows = [row for project_id in projects for row in call.store.milestones_of_project.rows(project_id)]
            unnamed = sorted((row for row in rows if row.id not in named_ids), key=lambda row: (row.position, row.id))
            return {milestone.id: place for place, milestone in enumerate(unnamed, len(named) + 1)}
        case _:
            return {}


def _describe_order(call: Call, ids: list[int], places: Mapping[int, int]) -> Json:
    match call.profile["reorder/answer-data"]:
        case "ids":
            return {REORDER_FIELD: ids}
        case "milestones":
            ordered = sorted(places, key=lambda row_id: places[row_id])
            return milestone_objects(call.store, call.profile, call.store.milestones.take_all(ordered))
        case _:
            return None
