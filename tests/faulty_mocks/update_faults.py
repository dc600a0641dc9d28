"""Faults of updating a milestone."""

from collections.abc import Callable
from dataclasses import replace

from conformance.options import Depth
from mock_server.errors import Conflict
from mock_server.messages import Json, Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone
from tests.faulty_mocks.create_faults import refuses, unchecked, without
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown
from tests.faulty_mocks.taken_title_faults import uniqueness

UPDATE = "updateMilestone"
PATH = r"/milestones/\d+$"
MORE = ("update/*", "envelope/validation-errors-name-the-field", "http/a-charset-changes-nothing")
APART = "race/updates-of-different-milestones-keep-apart"


@breaks("update/answers-200")
def answers_an_update_with_201(builder: MockBuilder) -> None:
    builder.operation(UPDATE, lambda context, original: replace(original(context), status=201))


@breaks("update/answers-200", implies=("update/*",))
def answers_an_update_that_changes_nothing_with_204(builder: MockBuilder) -> None:
    unchanged: list[bool] = []

    def update(context: OperationContext, original: Original) -> Result:
        before = context.milestone()
        result = original(context)
        unchanged[:] = [True] if context.milestone()._replace(updated=before.updated) == before else []
        return result

    def handle(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        return Response(204, ()) if request.method == "PATCH" and response.status == 200 and unchanged else response

    builder.operation(UPDATE, update)
    builder.handle(handle)


add("takes_no_form_to_update", ("update/accepts-form",), refuses("PATCH", PATH, "form"), MORE)
add("takes_no_json_to_update", ("update/accepts-json",), refuses("PATCH", PATH, "json"), MORE)
add("updates_without_a_title", ("update/needs-a-title",), unchecked(UPDATE, "milestone_title", "Untitled"))
add("updates_without_a_color", ("update/needs-a-color",), unchecked(UPDATE, "milestone_color", "default"))


@breaks("update/needs-a-title", depth=Depth.STANDARD)
def updates_a_default_without_a_title(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.has_milestone() and context.milestone().type == "uncategorised":
            context = without(context, "milestone_title", context.milestone().title)
        return original(context)

    builder.operation(UPDATE, faulty)


@breaks("update/unknown-id-is-404")
def takes_an_update_of_a_deleted_milestone(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.store.milestones.get(context.path["id"]) is not None:
            return original(context)
        context.body.raise_if_invalid()
        title, color = context.body.text("milestone_title"), context.body.text("milestone_color")
        dates: Json = {"created": context.now, "updated": context.now}
        any_one: dict[str, Json] = {"id": context.path["id"], "title": title, "color": color, "project_id": 1}
        any_one |= {"type": "categorised", "position": 1, "creator_id": 1, "tasks_count": 0, "dates": dates}
        return Result(any_one, "Milestone updated successfully.")

    builder.operation(UPDATE, faulty)


def _restores(*names: str) -> Callable[[OperationContext, Milestone, Milestone], Milestone]:
    return lambda _, before, after: after._replace(**{name: getattr(before, name) for name in names})


def stores(change: Callable[[OperationContext, Milestone, Milestone], Milestone], *, says_so: bool) -> Inject:
    """Return a mock that stores a different update; `says_so` if its answer shows what was stored."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            before = context.store.milestones.get(context.path["id"])
            result = original(context)
            if before is None:
                return result
            stored = context.store.milestones.put(
                change(context, before, context.store.milestones.get_or_raise(before.id))
            )
            names = ("title", "color", "type", "position", "project_id", "creator_id") if says_so else ()
            return replace(result, data=shown(result) | {name: getattr(stored, name) for name in names})

        builder.operation(UPDATE, faulty)

    return inject


add(
    "keeps_the_former_title",
    ("update/changes-the-title",),
    stores(_restores("title"), says_so=True),
    ("update/*", "task/names-its-milestone", "list/search*", APART, "create/the-default-s-title-is-taken"),
)
add(
    "keeps_the_former_color",
    ("update/changes-the-color",),
    stores(_restores("color"), says_so=True),
    ("update/changes-the-title", APART),
)
add(
    "forgets_the_color_after_it_answered",
    ("update/is-read-back",),
    stores(_restores("color"), says_so=False),
    ("update/changes-*", APART),
)
add(
    "moves_an_updated_milestone_to_the_end",
    ("update/keeps-the-rest",),
    stores(lambda _, before, after: after._replace(position=before.position + 100), says_so=True),
    ("reorder/positions-run-from-one",),
)
add(
    "takes_an_update_for_a_new_creation",
    ("update/keeps-the-rest",),
    stores(lambda context, before, after: after._replace(created=context.now), says_so=False),
    ("update/is-read-back", "update/moves-the-date-of-the-last-update"),
)
add(
    "an_update_of_the_color_moves_no_date",
    ("update/moves-the-date-of-the-last-update",),
    stores(
        lambda _, before, after: after._replace(updated=before.updated) if after.title == before.title else after,
        says_so=True,
    ),
)
add(
    "an_update_is_dated_far_ahead",
    ("update/moves-the-date-of-the-last-update",),
    stores(lambda _, before, after: after._replace(updated="2099-01-01T00:00:00.000000Z"), says_so=True),
)
add(
    "cuts_an_updated_title_to_fifty",
    ("update/changes-the-title",),
    stores(lambda _, before, after: after._replace(title=after.title[:50]), says_so=True),
    ("update/duplicate-title-conflicts",),
)
add(
    "unescapes_an_updated_title",
    ("update/changes-the-title",),
    stores(
        lambda _, before, after: after._replace(title=after.title.replace("%", "").replace("&", "and")), says_so=True
    ),
)


def _moves(context: OperationContext, _: Milestone, after: Milestone) -> Milestone:
    moves = "milestone_projectid" in context.body.submitted or "project_id" in context.body.submitted
    others = [project.id for project in context.store.projects if project.id != after.project_id]
    return after._replace(project_id=others[-1]) if moves else after


def _retypes(context: OperationContext, _: Milestone, after: Milestone) -> Milestone:
    retypes = "milestone_type" in context.body.submitted or "type" in context.body.submitted
    return after._replace(type="uncategorised") if retypes else after


add("moves_a_milestone_to_another_project", ("update/project-is-immutable",), stores(_moves, says_so=True))
add("makes_a_milestone_a_default", ("update/type-is-immutable",), stores(_retypes, says_so=True))


@breaks("update/is-read-back", "update/changes-the-color")
def answers_the_update_before_last(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.store.milestones.get(context.path["id"])
        result = original(context)
        return replace(result, data=shown(result) | {"color": before.color}) if before else result

    builder.operation(UPDATE, faulty)


add(
    "renames_to_a_sibling_s_title",
    ("update/duplicate-title-conflicts",),
    uniqueness(lambda milestone, own, project: own is None and milestone.project_id == project),
)
add(
    "takes_its_own_title_for_a_duplicate",
    ("update/own-title-is-no-conflict",),
    uniqueness(lambda milestone, own, project: milestone.project_id == project),
    (
        "envelope/errors-carry-a-message",
        "update/answers-200",
        "update/answers-as-documented",
        "update/project-is-immutable",
        "update/type-is-immutable",
    ),
)
add(
    "takes_another_project_s_title_for_taken_when_it_updates",
    ("update/title-of-another-project-is-fine",),
    uniqueness(
        lambda milestone, own, project: (
            (milestone.project_id == project and own is None)
            or (own is not None and milestone.id != own.id and milestone.type == "categorised")
        )
    ),
    ("update/answers-200",),
)


@breaks("update/own-title-is-no-conflict")
def refuses_an_update_without_a_change(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        milestone, form = context.store.milestones.get(context.path["id"]), context.body
        sent = form.text("milestone_title"), form.text("milestone_color")
        if milestone and sent == (milestone.title, milestone.color):
            raise Conflict("There is nothing to change.")
        return original(context)

    builder.operation(UPDATE, faulty)


def _is_conflict(request: Request, response: Response) -> bool:
    return request.method == "PATCH" and response.status == 409


@breaks("update/duplicate-title-conflicts")
def calls_a_duplicate_title_an_unknown_id(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        return (
            replace(response, status=404)
            if "milestones" in request.path and _is_conflict(request, response)
            else response
        )

    builder.handle(faulty)


@breaks("update/the-former-title-is-free", implies=("create/look-alikes-are-no-conflict",))
def holds_on_to_former_titles(builder: MockBuilder) -> None:
    former: set[tuple[int, str]] = set()

    def update(context: OperationContext, original: Original) -> Result:
        before = context.store.milestones.get(context.path["id"])
        if before and (before.project_id, context.body.text("milestone_title")) in former:
            raise Conflict("A milestone with this title already exists in the project.")
        result = original(context)
        if before and before.title != shown(result)["title"]:
            former.add((before.project_id, before.title))
        return result

    def create(context: OperationContext, original: Original) -> Result:
        if (context.body.integer("milestone_projectid"), context.body.text("milestone_title")) in former:
            raise Conflict("A milestone with this title already exists in the project.")
        return original(context)

    builder.operation(UPDATE, update)
    builder.operation("createMilestone", create)


@breaks("update/refused-changes-nothing")
def recolors_before_it_finds_the_duplicate(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Conflict:
            own = context.milestone()
            context.store.milestones.put(own._replace(color=context.body.text("milestone_color")))
            raise

    builder.operation(UPDATE, faulty)


@breaks("update/leaves-others-unchanged")
def recolors_the_default_along(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        milestone = context.milestone()
        home = context.store.projects.get_or_raise(milestone.project_id).default_milestone_id
        if milestone.id != home:
            context.store.milestones.put(
                context.store.milestones.get_or_raise(home)._replace(color=milestone.color + "-ish")
            )
        return result

    builder.operation(UPDATE, faulty)


@breaks("update/moves-the-date-of-the-last-update")
def does_not_move_the_date_of_the_last_update(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        before = context.store.milestones.get(context.path["id"])
        result = original(context)
        if before is None:
            return result
        context.store.milestones.put(context.milestone()._replace(updated=before.updated))
        data = shown(result)
        return replace(result, data={**data, "dates": {**data["dates"], "updated": before.updated}})

    builder.operation(UPDATE, faulty)
