"""The operation that reorders milestones."""

from collections.abc import Collection, Mapping, Sequence

from mock_server.call import Call
from mock_server.envelope import Result
from mock_server.messages import Json
from mock_server.objects import milestone_objects
from mock_server.problems import refusal
from mock_server.profile import Profile
from mock_server.store import Milestone

FIELD = "milestones"


def reorder_milestones(call: Call) -> Result:
    """Give each milestone its place in the list as position, 1..N. Implements: Milestones, Reorder milestones."""
    ids = call.body.integers(FIELD)
    if call.body.values.get(FIELD) == [] and call.profile["reorder/empty-list"] == "422":
        call.body.fail(FIELD, "The milestones field is required.")
    call.body.check()
    named = keep_one_project(call, find_named(call, ids))
    if len(set(ids)) < len(ids) and call.profile["reorder/duplicate-id"] == "422":
        raise refusal("422", "The milestones field has a duplicate value.", FIELD)
    places = number(named, call.profile) | number_unnamed(call, named)
    table = call.store.milestones
    for row_id, place in places.items():
        milestone = table.take(row_id)
        if milestone.position != place:
            table.put(milestone._replace(position=place))
    return Result(_describe(call, ids, places), "Milestone positions updated successfully.")


def find_named(call: Call, ids: Sequence[int]) -> list[Milestone]:
    """Return the milestones of a list of ids; raises what the profile has for an unknown one."""
    named = []
    for place, row_id in enumerate(ids):
        milestone = call.store.milestones.get(row_id)
        if milestone is not None:
            named.append(milestone)
        elif call.profile["reorder/unknown-id"] != "ignored":
            field = f"{FIELD}.{place}"
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
            raise refusal(status, "The milestones belong to different projects.", FIELD)
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
            raise refusal("422", "The milestones field must name all milestones of the project.", FIELD)
        case "others-follow":
            rows = [row for project_id in projects for row in call.store.milestones_of_project.rows(project_id)]
            unnamed = sorted((row for row in rows if row.id not in named_ids), key=lambda row: (row.position, row.id))
            return {milestone.id: place for place, milestone in enumerate(unnamed, len(named) + 1)}
        case _:
            return {}


def _describe(call: Call, ids: list[int], places: Mapping[int, int]) -> Json:
    match call.profile["reorder/answer-data"]:
        case "ids":
            return {FIELD: ids}
        case "milestones":
            ordered = sorted(places, key=lambda row_id: places[row_id])
            return milestone_objects(call.store, call.profile, call.store.milestones.take_all(ordered))
        case _:
            return None
