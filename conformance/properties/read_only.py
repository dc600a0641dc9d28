"""Judge an existing project in a read-only run, while others may be working in it."""

from conformance.context.property_context import PreconditionFailed, PropertyContext
from conformance.exchange import AuthVariant, Json
from conformance.http.client import RequestOptions
from conformance.properties.registry import judges
from conformance.properties.written_values import PLAIN_TITLE
from conformance.records import Milestone, id_in, meta_of, rows_of


def standing_still(context: PropertyContext, project: int, before: list[Milestone]) -> None:
    """Discard judgements on a project that changed while it was read."""
    if context.snapshot(project) != {row.id: row for row in before}:
        raise PreconditionFailed(f"project {project} changed during the check; somebody else works in it")


@judges(
    "list/shows-exactly-one-default",
    "list/leaves-other-projects-out",
    "list/rows-equal-the-milestones",
    "list/filters-by-type",
    "list/search-finds-the-title",
    "list/order-defaults-to-descending",
    "get/answers-the-milestone-asked-for",
    read_only_run_only=True,
)
def a_project_is_listed_as_it_stands(context: PropertyContext) -> None:
    """List an existing project whole, by type and by a search, and compare the list with its milestones."""
    project = context.project()
    rows = context.milestones(project)
    got = [context.client.get_milestone(row.id) for row in rows[:5]]
    by_type = {kind: context.milestones(project, type=kind) for kind in ("categorised", "uncategorised")}
    term = next((row for row in rows if PLAIN_TITLE.fullmatch(row.title or "")), None)
    matches = context.milestones(project, search=term.title) if term else []
    unordered = context.milestones(project, sort="milestone_created")
    descending = context.milestones(project, sort="milestone_created", order="desc")
    standing_still(context, project, rows)
    defaults = [row.id for row in rows if row.type == "uncategorised"]
    context.expect("list/shows-exactly-one-default").holds(len(defaults) == 1, "one default", f"defaults {defaults}")
    strangers = [row.id for row in rows if row.project_id != project]
    context.expect("list/leaves-other-projects-out").equal(strangers, [], "milestones of other projects")
    for row, answer in zip(rows, got, strict=False):
        context.expect("get/answers-the-milestone-asked-for").equal(id_in(answer), row.id, "the id")
        context.expect("list/rows-equal-the-milestones").equal(
            row, context.milestone_in(answer), f"the row of {row.id}, as read by id,"
        )
    for kind, of_type in by_type.items():
        expected = [row.id for row in rows if row.type == kind]
        context.expect("list/filters-by-type").same_members(
            [row.id for row in of_type], expected, f"those of type {kind}"
        )
    if term:
        context.expect("list/search-finds-the-title").holds(term in matches, f"milestone {term.id}", "it is not found")
    context.expect("list/order-defaults-to-descending").equal(
        [row.created for row in unordered], [row.created for row in descending], "the creations as with order=desc,"
    )


@judges(
    "list/limit-bounds-the-page",
    "list/meta-per-page-is-the-limit",
    "list/meta-current-page-is-the-page-asked-for",
    "list/meta-total-counts-all-rows",
    "list/meta-last-page-follows-the-total",
    read_only_run_only=True,
)
def pages_of_a_project_as_it_stands(context: PropertyContext) -> None:
    """Compare the first page of two rows with the whole list of an existing project."""
    project = context.project()
    rows = context.milestones(project)
    query: dict[str, Json] = {"project_id": project, "limit": 2, "page": 1}
    page = context.client.list_milestones(query)
    standing_still(context, project, rows)
    meta = meta_of(page)
    context.expect("list/limit-bounds-the-page").equal(len(rows_of(page)), min(2, len(rows)), "rows on a page of two")
    context.expect("list/meta-per-page-is-the-limit").equal(meta.get("per_page"), 2, "per_page")
    context.expect("list/meta-current-page-is-the-page-asked-for").equal(meta.get("current_page"), 1, "current_page")
    context.expect("list/meta-total-counts-all-rows").equal(meta.get("total"), len(rows), "total")
    if rows:
        context.expect("list/meta-last-page-follows-the-total").equal(
            meta.get("last_page"), -(-len(rows) // 2), "last_page"
        )


@judges(
    "list/needs-a-key",
    "list/refuses-a-wrong-key",
    "get/needs-a-key",
    "get/refuses-a-wrong-key",
    "get/unknown-id-is-404",
    read_only_run_only=True,
)
def reading_takes_a_key(context: PropertyContext) -> None:
    """Read a list and a milestone without a key and with a wrong one, and an id beyond any installation's range."""
    project = context.project()
    rows = context.milestones(project)
    some = rows[0].id if rows else 1
    for requirement, key in (("needs-a-key", AuthVariant.NONE), ("refuses-a-wrong-key", AuthVariant.WRONG)):
        options = RequestOptions(key=key)
        context.expect(f"list/{requirement}").status(
            context.client.list_milestones({"project_id": project}, options), 401
        )
        context.expect(f"get/{requirement}").status(context.client.get_milestone(some, options), 401)
    context.expect("get/unknown-id-is-404").status(context.client.get_milestone(some + 900_000_000), 404)
