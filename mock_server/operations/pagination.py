"""Lists: search, sort and pagination, shared by milestones, projects and tasks."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar, overload

from mock_server.contract.profile import Profile
from mock_server.errors import NotFound
from mock_server.requests.form_data import FormData
from mock_server.responses import Meta
from mock_server.storage.sorted_views import Filter, Query, SortedView, SortKey
from mock_server.storage.tables import Table
from mock_server.storage.text_folding import strip_accents


class ListedRecord(Protocol):
    """A record that can be listed."""

    @property
    def id(self) -> int:
        """Return the id, by which ties of a sort are broken."""

    @property
    def title(self) -> str:
        """Return the text to search in."""


R = TypeVar("R", bound=ListedRecord)
SortKeys: TypeAlias = Mapping[str, Callable[[R], SortKey]]


class LazyRows(Sequence[R]):
    """The records of a sorted view, in either direction; records are looked up only when they are accessed."""

    def __init__(self, selection: SortedView[R], table: Table[R], *, backwards: bool) -> None:
        self._selection = selection
        self._table = table
        self._backwards = backwards
        self._count = len(selection)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[R]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> R: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[R]: ...

    def __getitem__(self, place: int | slice) -> R | Sequence[R]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(self._count)
        if not self._backwards:
            return self._table.get_all_or_raise(self._selection.ids(start, stop))
        return self._table.get_all_or_raise(reversed(self._selection.ids(self._count - stop, self._count - start)))


@dataclass(slots=True)
class ListSource(Generic[R]):
    """The source of a list's rows: a table, and the function that selects from all or from one owner's records."""

    table: Table[R]
    select: Callable[[Query[R]], SortedView[R]]
    filters: tuple[Filter[R], ...]


def select(
    source: ListSource[R], query: FormData, profile: Profile, keys: SortKeys[R], unsorted: Callable[[], tuple[str, str]]
) -> tuple[Sequence[R], Meta]:
    """Return the requested page and its place in the list: filtered, searched, sorted and paged.

    `keys` are the sort keys by column; `unsorted` returns the column and order of a list requested without both.
    Implements: Getting started, Pagination.
    """
    key, order = resolve_order(query, keys, unsorted)
    rows = LazyRows(source.select(Query(source.filters, key)), source.table, backwards=order != "asc")
    return paginate(search(rows, query.text("search"), profile), query, profile)


def search(rows: Sequence[R], text: str, profile: Profile) -> Sequence[R]:
    """Return the rows whose title contains a text; all rows for an empty text.

    Implements: Milestones, List milestones (`search`).
    """
    if not text:
        return rows
    has_letters = text.lower() != text.upper()
    ignores_case = has_letters and profile.decide("list/search-letter-case") == "insensitive"

    def normalize(title: str) -> str:
        """Return a text without the differences that the search ignores."""
        plain = strip_accents(title)
        if plain != title and profile.decide("list/search-accents") == "same":
            title = plain
        return title.casefold() if ignores_case else title

    pieces = split_pattern(normalize(text), profile)
    return [row for row in rows if matches(normalize(row.title), pieces)]


def split_pattern(text: str, profile: Profile) -> list[re.Pattern[str]]:
    """Return the patterns that must occur one after the other in a matching title."""
    has_wildcards = "%" in text or "_" in text
    if not has_wildcards or profile.decide("list/search-wildcards") == "literal":
        return [re.compile(re.escape(text))]
    return [re.compile(re.escape(piece).replace("_", "."), re.DOTALL) for piece in text.split("%")]


def matches(title: str, pieces: Sequence[re.Pattern[str]]) -> bool:
    """Return whether the pieces occur in order; each is matched as early as possible, so there is no backtracking."""
    position = 0
    for piece in pieces:
        match = piece.search(title, position)
        if not match:
            return False
        position = match.end()
    return True


def resolve_order(
    query: FormData, keys: SortKeys[R], unsorted: Callable[[], tuple[str, str]]
) -> tuple[Callable[[R], SortKey], str]:
    """Return the sort key and the order; `unsorted` returns both for a list without a sort.

    A list with an order but no sort is sorted in that order by the column of `unsorted`.
    """
    column = query.text("sort")
    if column in keys:
        return keys[column], query.text("order", "desc")
    column, order = unsorted()
    # The contract's default order only applies to a list with a sort.
    return keys[column], query.text("order", order) if "order" in query.submitted else order


def paginate(rows: Sequence[R], query: FormData, profile: Profile) -> tuple[Sequence[R], Meta]:
    """Return the rows of the requested page, and its place in the list. Implements: Getting started, Pagination."""
    size = resolve_size(query, profile)
    count = len(rows)
    pages = -(-count // size)
    page = query.integer("page", 1)
    if page > max(pages, 1):
        page = resolve_page_beyond(page, max(pages, 1), profile)
    start = (page - 1) * size
    last = pages or int(profile.decide("list/empty-list-last-page"))
    return rows[start : start + size], Meta(page, size, count, last)


def resolve_size(query: FormData, profile: Profile) -> int:
    """Return the rows per page: the limit sent or the default, and at most the contract's cap.

    A limit that was sent is already within the cap (`requests.leniency`); a profile's default may exceed a contract's
    cap.
    """
    size = query.integer("limit") if query.has("limit") else int(profile.decide("list/default-page-size"))
    cap = query.fields.schemas.get("limit", {}).get("maximum")
    return max(1, min(size, cap) if isinstance(cap, int) else size)


def resolve_page_beyond(page: int, last: int, profile: Profile) -> int:
    """Return the page to show instead of one beyond the last; raise NotFound."""
    match profile.decide("list/page-beyond-last"):
        case "last-page":
            return last
        case "404":
            raise NotFound("There is no such page.")
        case _:
            return page


def sort_title(row: ListedRecord) -> str:
    """Return the sort key of a title, which ignores letter case."""
    return row.title.casefold()
