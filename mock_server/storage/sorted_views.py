"""Sorted views: records that pass some filters, kept in an order.

With n records, a selection is made in O(n log n) when it is first asked for. From then on a change costs O(log n), and
a page O(log n) and what is on it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from sortedcontainers import SortedList


class Row(Protocol):
    """A record that a table can hold."""

    @property
    def id(self) -> int:
        """Return the number that names the record in its table."""


R = TypeVar("R", bound=Row)
SortKey: TypeAlias = str | int
Entry: TypeAlias = tuple[SortKey, int]

MAX_VIEWS = 16
"""The number of selections of the same records that are kept up to date."""

FEW = 64
"""So many changes are carried out one by one, however small the selection."""


@dataclass(frozen=True, slots=True)
class Filter(Generic[R]):
    """A condition on a record; name and value say the same as the test does."""

    name: str
    value: Hashable
    passes: Callable[[R], bool] = field(compare=False)


class Query(NamedTuple, Generic[R]):
    """A selection of records and the key they are sorted by; ties go by id."""

    filters: tuple[Filter[R], ...]
    key: Callable[[R], SortKey]

    def entry(self, row: R | None) -> Entry | None:
        """Return where a record stands in the order, or None if it is not wanted."""
        if row is None or (self.filters and not all(wish.passes(row) for wish in self.filters)):
            return None
        return self.key(row), row.id


class SortedView(Generic[R]):
    """The wanted records in their order, as ids, so that a change of what does not matter here costs nothing.

    Changes are noted, and carried out when somebody looks.
    """

    def __init__(self, wanted: Query[R], rows: Iterable[R]) -> None:
        self._wanted = wanted
        self._entries: SortedList[Entry] = SortedList(filter(None, map(wanted.entry, rows)))
        self._changes: list[tuple[Entry | None, Entry | None]] = []

    def __len__(self) -> int:
        if self._changes:
            self._apply_pending()
        return len(self._entries)

    def ids(self, start: int, stop: int) -> list[int]:
        """Return the ids from one place up to another."""
        if self._changes:
            self._apply_pending()
        return [row_id for _, row_id in self._entries[start:stop]]

    def last(self) -> int | None:
        """Return the last id, None if there is none."""
        if self._changes:
            self._apply_pending()
        return self._entries[-1][1] if self._entries else None

    def change(self, former: R | None, row: R | None) -> bool:
        """Follow the change of a record, None for one that was not there or is no more.

        Return False once so much has changed that it is cheaper to make the selection anew.
        """
        old, new = self._wanted.entry(former), self._wanted.entry(row)
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
    """Sorted views of the same records that were asked for, kept up to date; the oldest makes room."""

    def __init__(self) -> None:
        self._kept: dict[Query[R], SortedView[R]] = {}

    def find(self, wanted: Query[R], rows: Iterable[R]) -> SortedView[R]:
        """Return a selection; `rows` are all records, for when it is asked for the first time."""
        selection = self._kept.get(wanted)
        if selection is None:
            while len(self._kept) >= MAX_VIEWS:
                del self._kept[next(iter(self._kept))]
            selection = self._kept[wanted] = SortedView(wanted, rows)
        return selection

    def change(self, former: R | None, row: R | None) -> None:
        """Follow the change of a record."""
        for wanted, selection in list(self._kept.items()):
            if not selection.change(former, row):
                del self._kept[wanted]
