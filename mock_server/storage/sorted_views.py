"""Sorted views: the records that pass some filters, in a sort order that is kept up to date.

With n records, a view is built in O(n log n) on first use. From then on a change costs O(log n), and a page O(log n)
plus its length.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from sortedcontainers import SortedList


class Row(Protocol):
    """A record of a table."""

    @property
    def id(self) -> int:
        """Return the number that identifies the record in its table."""


R = TypeVar("R", bound=Row)
SortKey: TypeAlias = str | int
Entry: TypeAlias = tuple[SortKey, int]

MAX_VIEWS = 16
"""The maximum number of views of the same records that are kept up to date."""

FEW = 64
"""The number of changes that are applied one by one, however small the view."""


@dataclass(frozen=True, slots=True)
class Filter(Generic[R]):
    """A condition on a record; name and value identify the test."""

    name: str
    value: Hashable
    passes: Callable[[R], bool] = field(compare=False)


class Query(NamedTuple, Generic[R]):
    """Filters and a sort key; ties are broken by id."""

    filters: tuple[Filter[R], ...]
    key: Callable[[R], SortKey]

    def entry(self, row: R | None) -> Entry | None:
        """Return the sort entry of a record, or None if a filter excludes it."""
        if row is None or (self.filters and not all(wish.passes(row) for wish in self.filters)):
            return None
        return self.key(row), row.id


class SortedView(Generic[R]):
    """The ids of the records that match a query, in order; changes of other fields cost nothing.

    Changes are queued, and applied on the next access.
    """

    def __init__(self, query: Query[R], rows: Iterable[R]) -> None:
        self._query = query
        self._entries: SortedList[Entry] = SortedList(filter(None, map(query.entry, rows)))
        self._changes: list[tuple[Entry | None, Entry | None]] = []

    def __len__(self) -> int:
        if self._changes:
            self._apply_pending()
        return len(self._entries)

    def ids(self, start: int, stop: int) -> list[int]:
        """Return the ids between two places."""
        if self._changes:
            self._apply_pending()
        return [row_id for _, row_id in self._entries[start:stop]]

    def last(self) -> int | None:
        """Return the last id, or None if there is none."""
        if self._changes:
            self._apply_pending()
        return self._entries[-1][1] if self._entries else None

    def change(self, former: R | None, row: R | None) -> bool:
        """Queue the change of a record; None stands for one that did not exist or is removed.

        Return False if so much has changed that it is cheaper to rebuild the view.
        """
        old, new = self._query.entry(former), self._query.entry(row)
        if old != new:
            self._changes.append((old, new))
        return len(self._changes) * 4 <= len(self._entries) + FEW

    def _apply_pending(self) -> None:
        for old, new in self._changes:
            if old is not None:
                self._entries.remove(old)
            if new is not None:
                self._entries.add(new)
        self._changes.clear()


class SortedViews(Generic[R]):
    """The sorted views of the same records, kept up to date; a new one replaces the oldest."""

    def __init__(self) -> None:
        self._kept: dict[Query[R], SortedView[R]] = {}

    def find(self, query: Query[R], rows: Iterable[R]) -> SortedView[R]:
        """Return the view of a query; `rows` are all records, for building it on first use."""
        selection = self._kept.get(query)
        if selection is None:
            while len(self._kept) >= MAX_VIEWS:
                del self._kept[next(iter(self._kept))]
            selection = self._kept[query] = SortedView(query, rows)
        return selection

    def change(self, former: R | None, row: R | None) -> None:
        """Apply the change of a record to all views."""
        for query, selection in list(self._kept.items()):
            if not selection.change(former, row):
                del self._kept[query]
