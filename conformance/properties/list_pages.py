"""Pages of a list, and the arithmetic of meta (Getting started, Pagination)."""

from collections.abc import Sequence

from hypothesis import strategies as st

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, Json
from conformance.generation.variation import FOND
from conformance.properties.flags import OTHER, judge_other_flags
from conformance.properties.registry import Examples, judges
from conformance.records import meta_of, milestone_of, rows_of

DELETIONS_WITH_ANOTHER_FLAG = 6


def _ids(pages: Sequence[Exchange]) -> list[int]:
    return [milestone.id for page in pages for row in rows_of(page) if (milestone := milestone_of(row)) is not None]


@judges(
    "list/limit-bounds-the-page",
    "list/pages-partition-the-list",
    "list/meta-total-counts-all-rows",
    "list/meta-total-follows-the-filter",
    "list/meta-last-page-follows-the-total",
    "list/meta-current-page-is-the-page-asked-for",
    "list/meta-per-page-is-the-limit",
    "list/ties-lose-no-row",
    examples=Examples.WORLD,
)
def pages_and_meta_agree_with_the_rows(context: PropertyContext) -> None:
    """List a few milestones with smaller limits, by title, by position, and by type."""
    project, (default, *made) = context.ordered_milestones(context.draw(st.integers(3, 8)))
    even, uneven = limits_of(len(made) + 1)
    while context.thorough and (len(made) + 1) % even:
        made.append(context.add_ordered_milestone(project).id)
    size = len(made)
    context.client.reorder_milestones([*made[::-1], default])
    # A quick run reads one order, and single pages of it.
    for column, limit in (("milestone_title", even), ("milestone_position", uneven))[: context.rounds]:
        query: dict[str, Json] = {"project_id": project, "sort": column, "order": "asc"}
        pages = list(context.pages({**query, "limit": context.contract.limit_cap}))
        whole = _ids(pages)
        context.expect("list/meta-per-page-is-the-limit").equal(
            meta_of(pages[0]).get("per_page"), context.contract.limit_cap, "per_page of the most that may be asked for"
        )
        if context.thorough:
            judge_pages(context, query, whole, limit)
        else:
            judge_some_pages(context, query, whole)
    if context.thorough:
        context.task(project, made[0])
        context.task(project, made[0])
        single = context.client.list_milestones({"project_id": project, "limit": 1})
        context.expect("list/limit-bounds-the-page").equal(len(rows_of(single)), 1, "rows on a page of one")
        context.expect("list/meta-total-counts-all-rows").equal(meta_of(single).get("total"), size + 1, "total")
    judge_ties(context, project, made, even if context.thorough else -(-(size + 1) // 2))
    filtered = meta_of(context.client.list_milestones({"project_id": project, "type": "categorised", "limit": even}))
    context.expect("list/meta-total-follows-the-filter").equal(filtered.get("total"), size, "total of the categorised")


def limits_of(total: int) -> tuple[int, int]:
    """Return a limit that divides the number of rows, if there is a small one, and one that does not."""
    small = range(2, 7)
    even = max((limit for limit in small if total % limit == 0 and limit < total), default=4)
    return even, next(limit for limit in (*small, 7) if (total + -total % even) % limit)


def judge_pages(context: PropertyContext, query: dict[str, Json], whole: list[int], limit: int) -> None:
    needed = -(-len(whole) // limit)
    collected = [
        row for number in range(1, needed + 1) for row in judge_page(context, query, len(whole), limit, number)
    ]
    context.expect("list/pages-partition-the-list").equal(
        collected, whole, "the ids of all pages, as of one long page,"
    )
    # A limit whose last page is not full.
    judge_first_page(context, query, len(whole), limit + 1)


def judge_some_pages(context: PropertyContext, query: dict[str, Json], whole: list[int]) -> None:
    """Judge single pages of several limits, each by its place in the whole list; used by quick runs."""
    chance, total = context.chance(), len(whole)
    limits = range(1, min(total - 1, context.contract.limit_cap) + 1)
    uneven = chance.choice([limit for limit in limits if total % limit] or limits)
    two, any_limit = limits[:2][-1], chance.choice(limits)
    pages = [
        (1, chance.randrange(min(10, total), total + 1)),
        (two, chance.randrange(1, -(-total // two) + 1)),
        (uneven, -(-total // uneven)),
        (any_limit, chance.randrange(1, -(-total // any_limit) + 1)),
    ]
    for limit, number in pages:
        rows = judge_page(context, query, total, limit, number)
        place = whole[limit * (number - 1) : limit * number]
        context.expect("list/pages-partition-the-list").equal(rows, place, f"the ids of page {number} of {limit} rows")


def judge_page(context: PropertyContext, query: dict[str, Json], total: int, limit: int, number: int) -> list[int]:
    """Judge one page by the known list, and return its ids."""
    page = context.client.list_milestones({**query, "limit": limit, "page": number})
    if not page.ok:
        context.obtained(page, "a page")
    rows, full = _ids([page]), min(limit, total - limit * (number - 1))
    context.expect("list/limit-bounds-the-page").equal(len(rows), full, f"rows on page {number}")
    context.expect("list/meta-per-page-is-the-limit").equal(meta_of(page).get("per_page"), limit, "per_page")
    context.expect("list/meta-current-page-is-the-page-asked-for").equal(
        meta_of(page).get("current_page"), number, "current_page"
    )
    context.expect("list/meta-total-counts-all-rows").equal(meta_of(page).get("total"), total, "total")
    shown, per_page = meta_of(page).get("total", 0), meta_of(page).get("per_page", 0)
    if shown > 0 and per_page > 0:
        context.expect("list/meta-last-page-follows-the-total").equal(
            meta_of(page).get("last_page"), -(-shown // per_page), f"last_page of {shown} rows at {per_page} a page"
        )
    return rows


def judge_first_page(context: PropertyContext, query: dict[str, Json], total: int, limit: int) -> None:
    """Judge the meta of a list that is requested without a page number."""
    first = meta_of(context.client.list_milestones({**query, "limit": limit}))
    context.expect("list/meta-last-page-follows-the-total").equal(
        first.get("last_page"), -(-total // limit), f"last_page of {total} rows at {limit} a page"
    )
    context.expect("list/meta-current-page-is-the-page-asked-for").equal(
        first.get("current_page"), 1, "current_page if no page was requested"
    )


def judge_ties(context: PropertyContext, project: int, made: list[int], limit: int) -> None:
    """List milestones created within the same second, sorted by creation."""
    for order in ("asc", "desc")[: context.rounds]:
        query: dict[str, Json] = {"project_id": project, "sort": "milestone_created", "order": order, "limit": limit}
        collected = [identifier for identifier in _ids(list(context.pages(query))) if identifier in made]
        context.expect("list/ties-lose-no-row").same_members(collected, made, "the ids of all pages")


@judges("list/limit-is-capped")
def meta_shows_the_cap(context: PropertyContext) -> None:
    """Send a limit far above the cap; a refusal is as good as the cap."""
    project = context.project()
    page = context.client.list_milestones({"project_id": project, "limit": context.contract.limit_cap * 10})
    if page.refused:
        context.expect("list/limit-is-capped").refused(page)
        return
    cap = context.contract.limit_cap
    context.expect("list/limit-is-capped").equal(meta_of(page).get("per_page", cap), cap, "per_page")


@judges(
    "list/limit-is-capped",
    "list/pages-partition-the-list",
    "list/limit-bounds-the-page",
    "list/meta-per-page-is-the-limit",
    "list/meta-total-counts-all-rows",
    "list/meta-last-page-follows-the-total",
    "reorder/positions-run-from-one",
    "project/a-clone-copies-the-milestones",
    "project/deletion-takes-its-milestones",
    "create/duplicate-title-conflicts",
    "count/rises-with-a-new-task",
    OTHER,
    examples=Examples.LONG_LIST,
)
def a_page_never_exceeds_the_cap(context: PropertyContext) -> None:
    """List more milestones than fit on a page, at once and page by page."""
    project = context.empty_project()
    made = [context.milestone(project).id for _ in range(context.contract.limit_cap + 1)]
    for limit in (context.contract.limit_cap + 1, context.contract.limit_cap * 10):
        rows = rows_of(context.client.list_milestones({"project_id": project, "limit": limit}))
        context.expect("list/limit-is-capped").holds(
            len(rows) <= context.contract.limit_cap, f"at most {context.contract.limit_cap} rows", f"{len(rows)} rows"
        )
    query: dict[str, Json] = {"project_id": project, "sort": "milestone_title", "order": "asc", "type": "categorised"}
    context.expect("list/pages-partition-the-list").same_members(
        _ids(list(context.pages(query))), made, "the ids of all pages of the default size"
    )
    chance, cap = context.chance(), context.contract.limit_cap
    small, large = ([size for size in FOND if cap > size and (2 * size > cap) is half] for half in (False, True))
    for limit in (cap, chance.choice(small), *chance.sample(large, 2)):
        page = context.client.list_milestones({"project_id": project, "limit": limit})
        judge_limit(context, page, limit, len(made) + 1)
    judge_beyond_a_page(context, project, made)


def judge_beyond_a_page(context: PropertyContext, project: int, made: list[int]) -> None:
    """Judge operations that could be confined to the first page: a reorder, a clone, the check for a taken title."""
    order = context.chance().sample([*made, context.default_id(project)], len(made) + 1)
    context.obtained_order(order)
    with_a_task = [made[0], made[-1]] if context.prerequisites.status_id is not None else []
    for milestone_id in with_a_task:
        context.task(project, milestone_id)
    rows = context.snapshot(project)
    counts = [rows[milestone_id].tasks_count for milestone_id in with_a_task]
    context.expect("count/rises-with-a-new-task").equal(counts, [1] * len(counts), "tasks_count in a long list")
    places = [rows[milestone_id].position for milestone_id in order]
    context.expect("reorder/positions-run-from-one").equal(places, list(range(1, len(order) + 1)), "the positions")
    placed = [milestone_id for milestone_id in order if milestone_id in made]
    for milestone_id in (placed[0], placed[-1]):
        again = context.client.create_milestone(context.milestone_fields(project, rows[milestone_id].title))
        context.expect("create/duplicate-title-conflicts").status(again, 409)
    copy = {"project_title": context.sandbox.project_title(), "copy_milestones": "on"}
    clone = context.adopt_project(context.client.clone_project(project, copy))
    copied, titles = context.milestones(clone, type="categorised"), [rows[milestone_id].title for milestone_id in made]
    copies = "project/a-clone-copies-the-milestones"
    context.judge_copies(copies, [row.title for row in copied], titles, "titles of the copies")
    if context.prerequisites.status_id is not None:
        judge_other_flags(context, project, made[:DELETIONS_WITH_ANOTHER_FLAG])
    context.obtained(context.client.delete_project(project), "a deletion of the project")
    context.expect("project/deletion-takes-its-milestones").status(context.client.get_milestone(made[-1]), 404)


@judges(
    "list/limit-bounds-the-page",
    "list/meta-per-page-is-the-limit",
    "list/meta-total-counts-all-rows",
    "list/meta-last-page-follows-the-total",
    examples=Examples.NOT_QUICK,
)
def any_limit_is_taken(context: PropertyContext) -> None:
    """Request lists with limits from the whole range, above the number of rows."""
    project = context.project()
    total = len(context.milestones(project))
    for limit in limits(context):
        page = context.client.list_milestones({"project_id": project, "limit": limit})
        judge_limit(context, page, limit, total)


def limits(context: PropertyContext) -> list[int]:
    """Draw two limits, one from each half of the range; every second one is a size that software often uses."""
    chance, cap = context.chance(), context.contract.limit_cap
    halves = [range(1, 1 + cap // 2), range(1 + cap // 2, 1 + cap)]
    return [
        chance.choice(fond if (fond := [size for size in FOND if size in half]) and chance.random() < 0.5 else half)
        for half in halves
    ]


def judge_limit(context: PropertyContext, page: Exchange, limit: int, total: int) -> None:
    context.expect("list/limit-bounds-the-page").equal(len(rows_of(page)), min(limit, total), f"rows of limit={limit}")
    context.expect("list/meta-per-page-is-the-limit").equal(meta_of(page).get("per_page"), limit, "per_page")
    context.expect("list/meta-total-counts-all-rows").equal(meta_of(page).get("total"), total, "total")
    context.expect("list/meta-last-page-follows-the-total").equal(
        meta_of(page).get("last_page"), -(-total // limit), f"last_page of {total} rows at {limit} a page"
    )
