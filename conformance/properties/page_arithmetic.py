"""Rows and meta of every list requested with a limit (Getting started, Pagination)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.records import meta_of, rows_of
from conformance.results.passive_checks import CheckResult, Finding, check_every_exchange

ROWS = "list/limit-bounds-the-page"
PER_PAGE = "list/meta-per-page-is-the-limit"
CURRENT_PAGE = "list/meta-current-page-is-the-page-asked-for"
LAST_PAGE = "list/meta-last-page-follows-the-total"
TOTAL = "list/meta-total-counts-all-rows"
FILTERED = "list/meta-total-follows-the-filter"
TASKS = "task/pages-are-as-their-meta-says"

FILTERS = frozenset({"type", "search"})
META = frozenset({"current_page", "per_page", "total", "last_page"})


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a list: the query, the number of rows, and the meta."""

    limit: int
    number: int
    is_filtered: bool
    rows: int
    meta: Mapping[str, int]

    def problem(self) -> tuple[str, Finding] | None:
        """Return the first mismatch with the requirement it violates; it makes further ones meaningless."""
        total, pages = self.meta["total"], -(-self.meta["total"] // self.limit)
        left, blamed = min(self.limit, max(total - self.limit * (self.number - 1), 0)), self._blamed_for_rows()
        # If the number of rows is possible, the total is wrong, or either of them.
        place = "data" if blamed == ROWS else ""
        checks = [
            (PER_PAGE, "per_page", self.limit, self.meta["per_page"], "meta.per_page"),
            (CURRENT_PAGE, "current_page", self.number, self.meta["current_page"], "meta.current_page"),
            (blamed, f"rows of {total} on page {self.number} of {self.limit}", left, self.rows, place),
        ]
        if total:
            checks.append((LAST_PAGE, f"last_page of {total} rows", pages, self.meta["last_page"], "meta.last_page"))
        for requirement, name, expected, actual, path in checks:
            if actual != expected:
                return requirement, Finding(f"{name} {expected}", f"{actual}", path)
        return None

    def _blamed_for_rows(self) -> str:
        """Return the requirement on pages if there are too many rows, or too few before more; else that on totals."""
        if self.rows > self.limit or (0 < self.rows < self.limit and self.meta["last_page"] > self.number):
            return FILTERED if self.is_filtered and self.rows < self.limit else ROWS
        return FILTERED if self.is_filtered else TOTAL


def _page_of(contract: Contract, exchange: Exchange) -> _Page | None:
    """Return the page that an exchange shows; None for a request without a limit, or an answer that is no list."""
    query, meta = parse_qs(exchange.query), meta_of(exchange)
    limit, number = (query.get(name, [""])[-1] for name in ("limit", "page"))
    is_whole = exchange.ok and isinstance(exchange.envelope.get("data"), list) and meta.keys() >= META
    readable = {"limit", "page", "project_id", "milestone_id", "active_state", "sort", "order", *FILTERS}
    asked_for = limit.isdecimal() and 0 < int(limit) <= contract.limit_cap and (number or "1").isdecimal()
    if exchange.concurrent or not is_whole or not asked_for or not query.keys() <= readable:
        return None
    if int(number or "1") > max(meta["last_page"], 1):
        # The answer to a page beyond the last is an open point.
        return None
    return _Page(int(limit), int(number or "1"), not FILTERS.isdisjoint(query), len(rows_of(exchange)), meta)


def _page_watcher(operation: str, requirement: str) -> None:
    @check_every_exchange(requirement)
    def watch(contract: Contract, exchange: Exchange) -> CheckResult:
        page = _page_of(contract, exchange) if exchange.operation == operation else None
        if page is None or (requirement == FILTERED and not page.is_filtered):
            return False
        problem = page.problem()
        blamed = problem is not None and (operation == "listTasks" or problem[0] == requirement)
        return problem[1] if problem is not None and blamed else problem is None


for _requirement in (ROWS, PER_PAGE, CURRENT_PAGE, LAST_PAGE, TOTAL, FILTERED):
    _page_watcher("listMilestones", _requirement)
_page_watcher("listTasks", TASKS)
