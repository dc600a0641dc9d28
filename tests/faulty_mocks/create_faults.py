"""Faults of creating a milestone."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from conformance.options import Depth
from mock_server.errors import NotFound
from mock_server.messages import Request
from mock_server.operations.context import OperationContext
from mock_server.operations.serializers import serialize_milestone
from mock_server.responses import Result
from mock_server.storage.store import Milestone
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original, shown

CREATE = "createMilestone"
WITHOUT_AN_ID = (
    *("create/*", "update/*", "delete/*", "reorder/*", "list/*"),
    *("count/*", "task/*", "project/*", "race/*"),
)
"""Requirements that may not hold where the id of a new milestone is not known."""


@breaks("create/answers-201", implies=("project/*",))
def answers_the_creation_in_a_project_of_some_with_200(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        rows = context.store.milestones_of_project.rows(shown(result)["project_id"])
        return replace(result, status=200) if len(list(rows)) > 3 else result

    builder.operation(CREATE, faulty)


def keeps(operation: str, change: Callable[[OperationContext, Milestone], Milestone]) -> Inject:
    """Return a mock that stores something else than it was sent, and answers what it stored."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            data = shown(result)
            stored = context.store.milestones.put(change(context, context.store.milestones.get_or_raise(data["id"])))
            names = ("title", "color", "type", "position", "project_id", "creator_id")
            return replace(result, data=data | {name: getattr(stored, name) for name in names})

        builder.operation(operation, faulty)

    return inject


def refuses(method: str, pattern: str, content_type: str) -> Inject:
    """Return a mock that refuses one encoding of an operation; what has to be arranged otherwise, it takes."""

    def inject(builder: MockBuilder) -> None:
        def applies(request: Request) -> bool:
            kind = request.headers.get("content-type", "")
            return request.method == method and bool(re.search(pattern, request.path)) and content_type in kind

        builder.refuse(applies, 422)

    return inject


def without(context: OperationContext, field: str, otherwise: str | int) -> OperationContext:
    """Return the context of a call that does not miss a field, and takes something for it."""
    if field in context.body.submitted:
        return context
    errors = {name: reasons for name, reasons in context.body.errors.items() if name != field}
    return replace(context, body=replace(context.body, errors=errors, values={**context.body.values, field: otherwise}))


def unchecked(operation: str, field: str, otherwise: str | int) -> Inject:
    """Return a mock that does not miss a field and takes something for it."""

    def inject(builder: MockBuilder) -> None:
        builder.operation(operation, lambda context, original: original(without(context, field, otherwise)))

    return inject


def due_at_any_time(operation: str, kind: str) -> Inject:
    """Return a mock that takes a due date before the start."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            values = {name: value for name, value in context.body.values.items() if name != f"{kind}_date_due"}
            return original(replace(context, body=replace(context.body, values=values)))

        builder.operation(operation, faulty)

    return inject


@breaks("create/answers-201")
def answers_a_creation_with_200(builder: MockBuilder) -> None:
    builder.operation(CREATE, lambda context, original: replace(original(context), status=200))


PATH = r"/milestones$"
MORE = (
    "create/answers-201",
    "create/same-title-elsewhere-is-fine",
    "create/a-deleted-title-is-free",
    "create/duplicate-title-conflicts",
    "update/the-former-title-is-free",
)
add(
    "takes_no_json_to_create",
    ("create/accepts-json",),
    refuses("POST", PATH, "json"),
    (*MORE, "create/*", "envelope/*"),
)
add(
    "takes_no_form_to_create",
    ("create/accepts-form",),
    refuses("POST", PATH, "form"),
    (*MORE, "create/*", "envelope/*"),
)


add("creates_without_a_title", ("create/needs-a-title",), unchecked(CREATE, "milestone_title", "Untitled"))
add("creates_without_a_color", ("create/needs-a-color",), unchecked(CREATE, "milestone_color", "default"))


@breaks("create/needs-a-project")
def answers_a_missing_project_with_404(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if "milestone_projectid" not in context.body.submitted:
            raise NotFound("Project not found.")
        return original(context)

    builder.operation(CREATE, faulty)


@breaks("create/refuses-an-unknown-project", "project/a-deleted-one-takes-no-milestones")
def answers_an_unknown_project_with_404(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        project = context.body.has("milestone_projectid") and context.body.integer("milestone_projectid")
        if project and context.store.projects.get(project) is None:
            raise NotFound("Project not found.")
        return original(context)

    builder.operation(CREATE, faulty)


TITLE = ("create/duplicate-title-conflicts", "list/search-finds-the-title", "create/is-read-back")


def _retitles(change: Callable[[str], str]) -> Inject:
    return keeps(CREATE, lambda _, made: made._replace(title=change(made.title)))


add("cuts_titles_to_a_hundred", ("create/keeps-the-title",), _retitles(lambda title: title[:100]), TITLE)
add("escapes_angle_brackets", ("create/keeps-the-title",), _retitles(lambda title: title.replace("<", "&lt;")), TITLE)
add(
    "drops_what_is_not_ascii",
    ("create/keeps-the-title",),
    _retitles(lambda t: t.encode("ascii", "ignore").decode()),
    (*TITLE, "update/duplicate-title-conflicts"),
)
add(
    "loses_the_dot_at_the_end_of_a_title",
    ("create/keeps-the-title",),
    _retitles(lambda title: title.removesuffix(".")),
    (*TITLE, "create/look-alikes-are-no-conflict"),
)
add(
    "writes_capital_letters_small_within_a_word",
    ("create/keeps-the-title",),
    _retitles(lambda title: re.sub(r"\b([A-Z])([A-Z]+)\b", lambda word: word[1] + word[2].lower(), title)),
    TITLE,
)
add("drops_leading_zeros", ("create/keeps-the-title",), _retitles(lambda title: title.lstrip("0")), TITLE)
add("decodes_a_plus_as_a_blank", ("create/keeps-the-title",), _retitles(lambda title: title.replace("+", " ")), TITLE)
add(
    "replaces_signs_beyond_the_first_plane",
    ("create/keeps-the-title",),
    _retitles(lambda title: "".join(letter if ord(letter) < 0x10000 else "?" for letter in title)),
    TITLE,
)
add(
    "takes_accents_off",
    ("create/keeps-the-title",),
    _retitles(
        lambda title: "".join(
            letter for letter in unicodedata.normalize("NFD", title) if not unicodedata.combining(letter)
        )
    ),
    TITLE,
)
add(
    "creates_in_the_default_color",
    ("create/keeps-the-color",),
    keeps(CREATE, lambda _, made: made._replace(color="default")),
    (
        "project/a-clone-copies-the-milestones",
        "create/leaves-others-unchanged",
        "update/own-title-is-no-conflict",
        "race/*",
    ),
)
add(
    "creates_of_the_type_sent",
    ("create/type-is-categorised",),
    keeps(
        CREATE, lambda context, made: made._replace(type="uncategorised") if "type" in context.body.submitted else made
    ),
)
add(
    "creates_for_the_second_administrator",
    ("create/creator-is-the-main-administrator",),
    keeps(CREATE, lambda _, made: made._replace(creator_id=2)),
)


@breaks("create/keeps-the-project", implies=("create/is-read-back", "create/leaves-others-unchanged"))
def answers_another_project(builder: MockBuilder) -> None:
    builder.data(CREATE, lambda data: data.update(project_id=1))


@breaks("create/is-read-back", implies=("list/rows-equal-the-milestones",))
def answers_the_creation_with_another_date(builder: MockBuilder) -> None:
    builder.data(
        CREATE, lambda data: data.update(dates={"created": "2020-01-01T00:00:00Z", "updated": "2020-01-01T00:00:00Z"})
    )


@breaks("create/starts-without-tasks", implies=("create/*", "count/equals-the-task-list"))
def answers_the_creation_with_a_task(builder: MockBuilder) -> None:
    builder.data(CREATE, lambda data: data.update(tasks_count=1))


@breaks("create/gives-a-new-id", implies=WITHOUT_AN_ID)
def answers_the_id_of_the_default(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        siblings = context.store.milestones_of_project.rows(context.body.integer("milestone_projectid"))
        second = len(siblings) in (3, 4)
        return replace(result, data=shown(result) | {"id": siblings[0].id}) if second else result

    builder.operation(CREATE, faulty)


@breaks("create/type-is-categorised", implies=("create/*", "update/*", "delete/*", "list/*", "project/*"))
def takes_every_milestone_in_the_usual_color_for_the_system_s(builder: MockBuilder) -> None:
    builder.data(CREATE, lambda data: data.update(type="uncategorised") if data["color"] == "default" else None)


@breaks("create/type-is-categorised", depth=Depth.STANDARD)
def takes_a_title_for_the_type(builder: MockBuilder) -> None:
    builder.data(CREATE, lambda data: data.update(type=data["title"]) if data["title"] == "uncategorised" else None)


@breaks("create/gives-a-new-id", implies=WITHOUT_AN_ID)
def answers_a_creation_with_its_namesake_elsewhere(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        title = context.body.text("milestone_title")
        oldest = next(milestone for milestone in context.store.milestones if milestone.title == title)
        return replace(result, data=serialize_milestone(oldest, 0))

    builder.operation(CREATE, faulty)


@breaks("create/leaves-others-unchanged")
def recolors_the_first_sibling(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        project = context.body.integer("milestone_projectid")
        rows = [row for row in context.store.milestones_of_project.rows(project) if row.type == "categorised"]
        if len(rows) == 2:
            context.store.milestones.put(rows[0]._replace(color="grey"))
        return result

    builder.operation(CREATE, faulty)
