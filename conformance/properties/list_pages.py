"""Pages of a list and the arithmetic of meta (Getting started, Pagination)."""

from collections.abc import Sequence

from hypothesis import strategies as st

from conformance.context.property_context import Lab
from conformance.exchange import Exchange, Json
from conformance.models import meta_of, milestone_of, rows_of
from conformance.properties.registry import Variety, judges


def _ids(pages: Sequence[Exchange]) -> list[int]:
    return [one.id for page in pages for row in rows_of(page) if (one := milestone_of(row)) is not None]


@judges(
    "list/limit-bounds-the-page",
    "list/pages-partition-the-list",
    "list/meta-total-counts-all-rows",
    "list/meta-total-follows-the-filter",
    "list/meta-last-page-follows-the-total",
    "list/meta-current-page-is-the-page-asked-for",
    "list/meta-per-page-is-the-limit",
    "list/ties-lose-no-row",
    variety=Variety.FEW,
)
def pages_and_meta_agree_with_the_rows(lab: Lab) -> None:
    """A few milestones in pages of fewer, by title and by position, and by type."""
    project = lab.empty_project()
    # With the default there are as many rows as fill pages of the one limit, and not those of the other.
    even, full = lab.draw(st.integers(2, 3)), lab.draw(st.integers(2, 3))
    size = even * full - 1
    made = [lab.milestone(project).id for _ in range(size)]
    lab.client.reorder_milestones([*made[::-1], lab.default_id(project)])
    columns = (("milestone_title", even), ("milestone_position", even + 1))
    for column, limit in columns[: lab.rounds]:
        query: dict[str, Json] = {"project_id": project, "sort": column, "order": "asc"}
        pages = list(lab.pages({**query, "limit": lab.contract.limit_cap}))
        whole = _ids(pages)
        lab.expect("list/meta-per-page-is-the-limit").equal(
            meta_of(pages[0]).get("per_page"), lab.contract.limit_cap, "per_page of the most that may be asked for"
        )
        _judge_pages(lab, {**query, "limit": limit}, whole, limit)
    if lab.thorough:
        lab.task(project, made[0])
        lab.task(project, made[0])
        single = lab.client.list_milestones({"project_id": project, "limit": 1})
        lab.expect("list/limit-bounds-the-page").equal(len(rows_of(single)), 1, "rows on a page of one")
        lab.expect("list/meta-total-counts-all-rows").equal(meta_of(single).get("total"), size + 1, "total")
    _judge_ties(lab, project, made, even)
    filtered = meta_of(lab.client.list_milestones({"project_id": project, "type": "categorised", "limit": even}))
    lab.expect("list/meta-total-follows-the-filter").equal(filtered.get("total"), size, "total of the categorised")


def _judge_pages(lab: Lab, query: dict[str, Json], whole: list[int], limit: int) -> None:
    needed = -(-len(whole) // limit)
    seen: list[int] = []
    for number in range(1, needed + 1):
        page = lab.client.list_milestones({**query, "page": number})
        if not page.ok:
            lab.obtained(page, "a page")
        meta, rows = meta_of(page), _ids([page])
        seen += rows
        full = min(limit, len(whole) - limit * (number - 1))
        lab.expect("list/limit-bounds-the-page").equal(len(rows), full, f"rows on page {number}")
        lab.expect("list/meta-per-page-is-the-limit").equal(meta.get("per_page"), limit, "per_page")
        lab.expect("list/meta-current-page-is-the-page-asked-for").equal(
            meta.get("current_page"), number, "current_page"
        )
        lab.expect("list/meta-total-counts-all-rows").equal(meta.get("total"), len(whole), "total")
        total, per_page = meta.get("total", 0), meta.get("per_page", 0)
        if total > 0 and per_page > 0:
            lab.expect("list/meta-last-page-follows-the-total").equal(
                meta.get("last_page"), -(-total // per_page), f"last_page of {total} rows at {per_page} a page"
            )
    lab.expect("list/pages-partition-the-list").equal(seen, whole, "the ids of all pages, as of one long page,")
    limit += 1
    first = meta_of(lab.client.list_milestones({**query, "limit": limit}))
    lab.expect("list/meta-last-page-follows-the-total").equal(
        first.get("last_page"), -(-len(whole) // limit), f"last_page of {len(whole)} rows at {limit} a page"
    )
    lab.expect("list/meta-current-page-is-the-page-asked-for").equal(
        first.get("current_page"), 1, "current_page where none was asked for"
    )


def _judge_ties(lab: Lab, project: int, made: list[int], limit: int) -> None:
    """Milestones made within a moment, by creation."""
    for order in ("asc", "desc")[: lab.rounds]:
        query: dict[str, Json] = {"project_id": project, "sort": "milestone_created", "order": order, "limit": limit}
        seen = [one for one in _ids(list(lab.pages(query))) if one in made]
        lab.expect("list/ties-lose-no-row").same_members(seen, made, "the ids of all pages")


@judges("list/limit-is-capped")
def meta_shows_the_cap(lab: Lab) -> None:
    """A limit far above the cap; refusing it is as good as capping it."""
    project = lab.project()
    page = lab.client.list_milestones({"project_id": project, "limit": lab.contract.limit_cap * 10})
    if page.refused:
        lab.expect("list/limit-is-capped").refused(page)
        return
    per_page = meta_of(page).get("per_page", 0)
    lab.expect("list/limit-is-capped").holds(
        per_page <= lab.contract.limit_cap, f"a per_page of at most {lab.contract.limit_cap}", str(per_page)
    )


@judges("list/limit-is-capped", "list/pages-partition-the-list", variety=Variety.LONG)
def a_page_never_exceeds_the_cap(lab: Lab) -> None:
    """More milestones than a page may have, asked for at once and page by page."""
    project = lab.empty_project()
    made = [lab.milestone(project).id for _ in range(lab.contract.limit_cap + 1)]
    for limit in (lab.contract.limit_cap + 1, lab.contract.limit_cap * 10):
        rows = rows_of(lab.client.list_milestones({"project_id": project, "limit": limit}))
        lab.expect("list/limit-is-capped").holds(
            len(rows) <= lab.contract.limit_cap, f"at most {lab.contract.limit_cap} rows", f"{len(rows)} rows"
        )
    query: dict[str, Json] = {"project_id": project, "sort": "milestone_title", "order": "asc", "type": "categorised"}
    lab.expect("list/pages-partition-the-list").same_members(
        _ids(list(lab.pages(query))), made, "the ids of all pages of the default size"
    )
