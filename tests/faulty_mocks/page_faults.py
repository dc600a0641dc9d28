"""Faults of the pages of a list: their size, their limits, and their meta."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from mock_server.contract.contract import Contract, load_contract
from mock_server.contract.profile import Profile
from mock_server.messages import Request, Response
from mock_server.operations import pagination
from mock_server.operations.context import OperationContext
from mock_server.operations.pagination import ListedRecord
from mock_server.requests.form_data import FormData
from mock_server.responses import Meta, Result
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.listing_faults import LIST, PAGES, Rows
from tests.faulty_mocks.mock_builder import MockBuilder, Original


@breaks("list/limit-bounds-the-page", PAGES, implies=("list/*", "task/pages-*"))
def shows_one_row_more_than_the_limit(builder: MockBuilder) -> None:
    def paginate(
        rows: Sequence[ListedRecord], query: FormData, profile: Profile
    ) -> tuple[Sequence[ListedRecord], Meta]:
        _, meta = original(rows, query, profile)
        start = (meta.current_page - 1) * meta.per_page
        return rows[start : start + meta.per_page + 1], meta

    original = pagination.paginate
    builder.patch(pagination, "paginate", paginate)


@cache
def _contract_with_cap(path: Path, cap: int) -> Contract:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_text(path.read_text(encoding="utf-8").replace("x-cap: 100", f"x-cap: {cap}"), encoding="utf-8")
        return load_contract(copy)


@breaks("list/answers-as-documented")
def answers_one_of_several_pages_with_206(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        return replace(result, status=206 if result.meta and result.meta.last_page > 1 else result.status)

    builder.operation(LIST, faulty)


@breaks("list/limit-is-capped")
def takes_ten_times_the_limit(builder: MockBuilder) -> None:
    builder.contract = _contract_with_cap(builder.contract.path, 1000)


@breaks("list/limit-is-capped")
def takes_its_usual_limit_above_the_cap(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        return original(replace(request, query=re.sub(r"&?limit=(?!100\b)\d{3,}", "", request.query)))

    builder.handle(faulty)


def _pages(skip: int) -> Inject:
    """A mock whose later pages begin too early or too late by some rows."""

    def inject(builder: MockBuilder) -> None:
        original = pagination.paginate

        def paginate(
            rows: Sequence[ListedRecord], query: FormData, profile: Profile
        ) -> tuple[Sequence[ListedRecord], Meta]:
            _, meta = original(rows, query, profile)
            start = (meta.current_page - 1) * meta.per_page
            moved = start + skip if meta.current_page > 1 else start
            return rows[moved : moved + meta.per_page], meta

        builder.patch(pagination, "paginate", paginate)

    return inject


SHORT = (
    *("list/limit-bounds-the-page", "list/ties-lose-no-row", "list/limit-is-capped", "list/meta-total-*"),
    *("list/search-finds-a-word-inside-a-title", "list/sorts-by-title", "task/pages-*"),
)
add("shows_the_last_row_of_a_page_again", ("list/limit-bounds-the-page",), _pages(-1), (*SHORT, PAGES))
add("leaves_out_a_row_between_pages", (PAGES, "list/limit-bounds-the-page"), _pages(1), SHORT)


@breaks("list/ties-lose-no-row")
def shuffles_rows_of_one_moment(builder: MockBuilder) -> None:
    turns = itertools.cycle((False, True))

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        short = context.query.text("sort") == "milestone_created" and (context.query.integer("limit") or 25) < 10
        rows = list(cast("Rows", result.data))
        return replace(result, data=rows[:1] * len(rows)) if short and next(turns) else result

    builder.operation(LIST, faulty)


def _meta(change: Callable[[Meta, OperationContext], Meta]) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            result = original(context)
            return replace(result, meta=change(result.meta, context)) if result.meta else result

        builder.operation(LIST, faulty)

    return inject


add(
    "counts_the_rows_of_the_page_as_total",
    ("list/meta-total-counts-all-rows",),
    _meta(lambda meta, context: replace(meta, total=min(meta.total, meta.per_page))),
    ("list/meta-last-page-follows-the-total", "list/meta-total-follows-the-filter"),
)
add(
    "counts_what_the_filter_left_out_as_well",
    ("list/meta-total-follows-the-filter",),
    _meta(
        lambda meta, context: replace(
            meta, total=len(context.store.milestones_of_project.rows(context.query.integer("project_id")))
        )
    ),
    ("list/meta-last-page-follows-the-total",),
)
add(
    "rounds_the_last_page_down",
    ("list/meta-last-page-follows-the-total",),
    _meta(lambda meta, context: replace(meta, last_page=max(meta.total // meta.per_page, 1))),
    ("list/ties-lose-no-row", "list/limit-is-capped", PAGES),
)
add(
    "has_a_page_too_many_when_pages_come_out_even",
    ("list/meta-last-page-follows-the-total",),
    _meta(lambda meta, context: replace(meta, last_page=meta.total // meta.per_page + 1)),
)
add(
    "counts_pages_from_zero",
    ("list/meta-current-page-is-the-page-asked-for",),
    _meta(lambda meta, context: replace(meta, current_page=meta.current_page - 1)),
)
add(
    "says_its_own_page_size",
    ("list/meta-per-page-is-the-limit",),
    _meta(lambda meta, context: replace(meta, per_page=25)),
    ("list/meta-last-page-follows-the-total", "list/limit-is-capped"),
)
