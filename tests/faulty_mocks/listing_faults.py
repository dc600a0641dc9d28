"""Faults of the list of milestones: rows, filters, sorting."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from conformance.options import Depth
from mock_server.contract.profile import Profile
from mock_server.errors import ValidationFailed
from mock_server.operations import milestones, pagination
from mock_server.operations.context import OperationContext
from mock_server.operations.pagination import ListedRecord
from mock_server.requests.form_data import FormData
from mock_server.responses import Meta, Result
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

LIST = "listMilestones"
PAGES = "list/pages-partition-the-list"
Rows = list[dict[str, Any]]


def _empty(context: OperationContext) -> Result:
    return Result([], "Milestones retrieved successfully.", meta=Meta(1, 25, 0, 1))


@breaks("list/needs-a-project")
def lists_nothing_without_a_project(builder: MockBuilder) -> None:
    builder.operation(
        LIST, lambda context, original: original(context) if context.query.has("project_id") else _empty(context)
    )


@breaks("list/leaves-other-projects-out", implies=("list/*",))
def lists_a_stranger_along_by_creation(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        stranger = next(iter(context.store.milestones))
        if not rows or context.query.text("sort") != "milestone_created" or context.query.has("search"):
            return rows
        return [*rows[:-1], {**rows[-1], "id": stranger.id, "title": stranger.title, "project_id": stranger.project_id}]

    builder.rows(LIST, change)


@breaks("list/meta-total-counts-all-rows", implies=("list/*",))
def leaves_the_default_out_by_title(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        by_title = context.query.text("sort") == "milestone_title"
        return [row for row in rows if not by_title or row["type"] == "categorised"]

    builder.rows(LIST, change)


@breaks("list/returns-every-milestone", implies=("list/*",), depth=Depth.STANDARD)
def lists_no_milestone_of_another_user(builder: MockBuilder) -> None:
    builder.rows(LIST, lambda _, rows: [row for row in rows if row["creator_id"] == 1])


@breaks("list/needs-a-project", depth=Depth.STANDARD)
def lists_nothing_of_a_type_without_a_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        is_lenient = context.query.has("type") and not context.query.has("project_id")
        return _empty(context) if is_lenient else original(context)

    builder.operation(LIST, faulty)


@breaks("list/refuses-an-unknown-project")
def lists_nothing_of_an_unknown_project(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        project = context.query.integer("project_id") if context.query.has("project_id") else 0
        return _empty(context) if project and context.store.projects.get(project) is None else original(context)

    builder.operation(LIST, faulty)


@breaks(
    "list/returns-every-milestone",
    implies=("list/meta-total-counts-all-rows", "race/deletion-against-reorder-leaves-a-whole-project"),
)
def forgets_the_second_of_a_dozen(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        own = sorted(row["id"] for row in rows if row["type"] == "categorised")
        whole = not context.query.has("type") and not context.query.has("sort")
        tasks = sum(row["tasks_count"] for row in rows)
        return [row for row in rows if not (whole and len(own) > 10 and not tasks and row["id"] == own[1])]

    builder.rows(LIST, change)


@breaks("list/sorts-by-title", implies=("list/sorts-*", "list/order-*", "list/limit-*", "list/meta-*", "list/*pages*"))
def refuses_to_sort_by_title(builder: MockBuilder) -> None:
    _refuse(builder, lambda query: query.text("sort") == "milestone_title")


@breaks("list/filters-by-type", implies=("list/meta-total-follows-the-filter",))
def refuses_to_filter_by_type(builder: MockBuilder) -> None:
    _refuse(builder, lambda query: query.text("type") == "uncategorised")


def _refuse(builder: MockBuilder, is_refused: Callable[[FormData], bool]) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if is_refused(context.query):
            raise ValidationFailed({"query": ["The query is invalid."]})
        return original(context)

    builder.operation(LIST, faulty)


@breaks(
    "list/leaves-other-projects-out",
    implies=("*/leaves-others-unchanged", "*/refused-*", "list/meta-total-counts-all-rows"),
)
def lists_the_newest_milestone_of_any_project_as_well(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        newest = max(context.store.milestones, key=lambda milestone: milestone.id)
        plain = not context.query.has("sort") and not context.query.has("type") and not context.query.has("search")
        if plain and len(rows) > 10 and newest.project_id != rows[0]["project_id"]:
            return [*rows, {**rows[0], "id": newest.id, "title": newest.title, "project_id": newest.project_id}]
        return rows

    builder.rows(LIST, change)


@breaks("list/returns-every-milestone", implies=("*",), depth=Depth.STANDARD)
def lists_milestones_with_tasks_alone(builder: MockBuilder) -> None:
    builder.rows(LIST, lambda _, rows: [row for row in rows if row["tasks_count"]])


@breaks("list/rows-equal-the-milestones", implies=("*",), depth=Depth.STANDARD)
def cuts_long_titles_in_lists(builder: MockBuilder) -> None:
    def change(_: OperationContext, rows: Rows) -> Rows:
        return [{**row, "title": row["title"][:40]} for row in rows]

    builder.rows(LIST, change)


@breaks(
    "list/shows-exactly-one-default",
    implies=(
        "list/filters-by-type",
        "list/rows-equal-the-milestones",
        "reorder/*",
        "create/leaves-others-unchanged",
        "delete/*",
    ),
)
def calls_the_oldest_of_a_dozen_a_default_too(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        own = sorted((row for row in rows if row["type"] == "categorised"), key=lambda row: int(row["id"]))
        if not context.query.has("sort") and not context.query.has("type") and len(own) > 10:
            own[0]["type"] = "uncategorised"
        return rows

    def copied(context: OperationContext, rows: Rows) -> Rows:
        return change(context, [dict(row) for row in rows])

    builder.rows(LIST, copied)


@breaks("list/rows-equal-the-milestones")
def shows_another_creation_in_rows(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        dates = {"created": "2020-01-01T00:00:00.000000Z", "updated": "2020-01-01T00:00:00.000000Z"}
        return [{**row, "dates": dates} if not context.query.has("sort") else row for row in rows]

    builder.rows(LIST, change)


@breaks("list/filters-by-type", implies=("list/meta-total-follows-the-filter", PAGES))
def ignores_the_type(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        return original(replace(context, query=_without(context.query, "type")))

    builder.operation(LIST, faulty)


def _without(form: FormData, name: str) -> FormData:
    return replace(form, values={key: value for key, value in form.values.items() if key != name})


def _searches_by(matches: Callable[[str, str], bool]) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def search(rows: Sequence[ListedRecord], text: str, _: Profile) -> list[ListedRecord]:
            return [row for row in rows if not text or matches(row.title.casefold(), text.casefold())]

        builder.patch(pagination, "search", search)

    return inject


add(
    "searches_for_the_start_of_a_title",
    ("list/search-finds-a-word-inside-a-title",),
    _searches_by(lambda title, text: title.startswith(text)),
)
add(
    "finds_whole_words_alone",
    ("list/search-finds-the-title",),
    _searches_by(lambda title, text: text in title.split() or (text.startswith("zzz") and title.startswith(text))),
    ("list/search-takes-wildcards-literally",),
)
add(
    "searches_for_any_of_the_words",
    ("list/search-leaves-others-out",),
    _searches_by(lambda title, text: text[:1] in title),
    ("list/search-takes-wildcards-literally", "list/search-looks-at-titles-alone"),
)
add(
    "takes_a_percent_sign_for_anything",
    ("list/search-takes-wildcards-literally",),
    _searches_by(lambda title, text: all(piece in title for piece in text.replace("_", "%").split("%"))),
)


@breaks("list/search-finds-a-word-inside-a-title", implies=("list/search-*", "list/meta-*"), depth=Depth.STANDARD)
def searches_milestones_without_tasks(builder: MockBuilder) -> None:
    builder.rows(
        LIST, lambda context, rows: [row for row in rows if not context.query.has("search") or not row["tasks_count"]]
    )


@breaks("list/sorts-by-title", implies=("list/sorts-*", PAGES), depth=Depth.STANDARD)
def forgets_an_ascending_order_with_a_type(builder: MockBuilder) -> None:
    def change(context: OperationContext, rows: Rows) -> Rows:
        query = context.query
        by_title = query.text("sort") == "milestone_title"
        return rows[::-1] if query.has("type") and by_title and query.text("order") == "asc" else rows

    builder.rows(LIST, change)


def _sorts(column: str, honestly: bool, reverse_of: str = "") -> Inject:
    """Return a mock that sorts one column by id, or takes one direction for the other."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            if context.query.text("sort") != column or not isinstance(result.data, list):
                return result
            if reverse_of and context.query.text("order", "desc") == reverse_of:
                return replace(result, data=result.data[::-1])
            if honestly:
                return result
            by_id = sorted(result.data, key=lambda row: int(row["id"]))
            return replace(result, data=by_id if context.query.text("order") == "asc" else by_id[::-1])

        builder.operation(LIST, faulty)

    return inject


add("sorts_titles_by_id", ("list/sorts-by-title",), _sorts("milestone_title", honestly=False), (PAGES,))
add(
    "sorts_titles_backwards_when_descending",
    ("list/sorts-by-title",),
    _sorts("milestone_title", honestly=True, reverse_of="desc"),
)
FOLLOWS = "reorder/list-follows-the-order"
add(
    "sorts_positions_by_id",
    ("list/sorts-by-position", FOLLOWS),
    _sorts("milestone_position", honestly=False),
    (PAGES, "project/an-update-leaves-milestones-alone"),
)
add(
    "sorts_positions_downwards_alone",
    ("list/sorts-by-position", FOLLOWS),
    _sorts("milestone_position", honestly=True, reverse_of="asc"),
    (PAGES,),
)


@breaks("list/sorts-by-position", FOLLOWS, implies=(PAGES,))
def sorts_positions_as_text(builder: MockBuilder) -> None:
    builder.patch(
        milestones, "SORT_KEYS", {**milestones.SORT_KEYS, "milestone_position": lambda row: str(row.id)[::-1]}
    )


@breaks("list/sorts-by-created", implies=("list/order-defaults-to-descending",))
def sorts_creations_by_title(builder: MockBuilder) -> None:
    builder.patch(milestones, "SORT_KEYS", {**milestones.SORT_KEYS, "milestone_created": pagination.sort_title})


@breaks("list/sorts-by-created", implies=("list/order-defaults-to-descending",))
def sorts_creations_upwards_alone(builder: MockBuilder) -> None:
    _sorts("milestone_created", honestly=True, reverse_of="desc")(builder)


def _upwards_by_default(*columns: str) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            is_left_out = context.query.text("sort") in columns and "order" not in context.query.submitted
            upwards = is_left_out and isinstance(result.data, list)
            return replace(result, data=list(cast("Rows", result.data))[::-1]) if upwards else result

        builder.operation(LIST, faulty)

    return inject


DESCENDING = ("list/order-defaults-to-descending",)
COLUMNS = ("milestone_title", "milestone_position", "milestone_created")
add("sorts_upwards_by_default", DESCENDING, _upwards_by_default(*COLUMNS))
add("sorts_by_position_upwards", DESCENDING, _upwards_by_default("milestone_position"), depth=Depth.STANDARD)
