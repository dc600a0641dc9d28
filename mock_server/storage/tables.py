"""Tables of records, with indexes so that no operation needs a full scan, and copies that share unchanged records.

Tables do not know what records mean. A copy is made in O(1) and stores only its differences from the original, which
must not change any more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from mock_server.storage.indexes import K
from mock_server.storage.sorted_views import Query, R, SortedView, SortedViews

R_contra = TypeVar("R_contra", contravariant=True)
F = TypeVar("F", bound="TableObserver[Any]")

MAX_OWNERS = 64
"""The maximum number of owners in an index whose sorted views are kept up to date."""


class TableObserver(Protocol[R_contra]):
    """An observer that is kept up to date with a table."""

    def put(self, row: R_contra, former: R_contra | None) -> None:
        """Add a record, or replace its former version."""

    def fill(self, rows: Iterable[R_contra]) -> None:
        """Add the initial records at once."""

    def discard(self, row: R_contra) -> None:
        """Remove a record."""


class Index(Generic[R, K]):
    """The records of a table, grouped by owner."""

    def __init__(self, owner_of: Callable[[R], K]) -> None:
        self.owner_of = owner_of
        self._base: Index[R, K] | None = None
        self._shared: Mapping[K, dict[int, R]] = {}
        self._groups: dict[K, dict[int, R]] = {}
        self._views: dict[K, SortedViews[R]] = {}

    def fork_from(self, base: "Index[R, K]") -> None:
        """Start with the groups of another index."""
        self._base, self._shared = base, base._groups

    def _group(self, owner: K) -> Mapping[int, R]:
        group = self._groups.get(owner)
        return self._shared.get(owner, {}) if group is None else group

    def _own_group(self, owner: K) -> dict[int, R]:
        group = self._groups.get(owner)
        if group is None:
            group = self._groups[owner] = dict(self._shared.get(owner, {}))
        return group

    def rows(self, owner: K) -> list[R]:
        """Return the records of one owner."""
        return list(self._group(owner).values())

    def count(self, owner: K) -> int:
        """Return the number of records of one owner."""
        group = self._groups.get(owner)
        return len(self._shared.get(owner, ()) if group is None else group)

    def select(self, owner: K, query: Query[R]) -> SortedView[R]:
        """Return the records of one owner that match a query, in order."""
        if self._base is not None and owner not in self._groups:
            return self._base.select(owner, query)
        selections = self._views.get(owner)
        if selections is None:
            while len(self._views) >= MAX_OWNERS:
                del self._views[next(iter(self._views))]
            selections = self._views[owner] = SortedViews()
        return selections.find(query, self._group(owner).values())

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        owner = self.owner_of(row)
        if former is not None and self.owner_of(former) != owner:
            self.discard(former)
            former = None
        self._own_group(owner)[row.id] = row
        if selections := self._views.get(owner):
            selections.change(former, row)

    def fill(self, rows: Iterable[R]) -> None:
        """Add the initial records at once."""
        owner_of, groups = self.owner_of, self._groups
        for row in rows:
            groups.setdefault(owner_of(row), {})[row.id] = row

    def discard(self, row: R) -> None:
        """Remove a record."""
        owner = self.owner_of(row)
        group = self._own_group(owner)
        del group[row.id]
        if not group and owner not in self._shared:
            del self._groups[owner]
            self._views.pop(owner, None)
        elif selections := self._views.get(owner):
            selections.change(row, None)

    def merge_groups(self, owner: K, target: K) -> None:
        """Move all records of an owner to another one, which `owner_of` must return for them from now on.

        The smaller group is added to the larger one, so that a record is moved O(log n) times at most, however often
        groups are merged.
        """
        if not self.count(owner):
            return
        small, large = self._own_group(owner), self._own_group(target)
        if len(small) > len(large):
            small, large = large, small
        large.update(small)
        self._groups[target], self._groups[owner] = large, {}
        self._views.pop(target, None)
        self._views.pop(owner, None)

    def copy_overlay(self, other: "Index[R, K]") -> None:
        """Copy the differences of another index from the shared base."""
        self._groups = {owner: dict(group) for owner, group in other._groups.items()}


class Table(Generic[R]):
    """Records of one kind by id; ids are never reused."""

    def __init__(self) -> None:
        self.last_id = 0
        self._base: Table[R] | None = None
        self._shared: Mapping[int, R] = {}
        self._rows: dict[int, R] = {}
        self._gone: set[int] = set()
        self._count = 0
        self._is_shared = False
        self._observers: list[TableObserver[R]] = []
        self._views: SortedViews[R] = SortedViews()

    def fork_from(self, base: "Table[R]") -> None:
        """Start with the records of another table, which must not change from now on."""
        base._is_shared = True
        self._base, self._shared = base, base._rows
        self._count, self.last_id = base._count, base.last_id

    def attach(self, observer: F) -> F:
        """Add an observer of the table and return it."""
        self._observers.append(observer)
        return observer

    def __iter__(self) -> Iterator[R]:
        for row_id, row in self._shared.items():
            if row_id not in self._gone:
                yield self._rows.get(row_id, row)
        yield from [row for row_id, row in self._rows.items() if row_id not in self._shared]

    def __len__(self) -> int:
        return self._count

    def _check_writable(self) -> None:
        if self._is_shared:
            raise RuntimeError("A table that was copied must not change; change the copy.")

    def next_id(self) -> int:
        """Return a new id, which no record has or had."""
        self.last_id += 1
        return self.last_id

    def get(self, row_id: int) -> R | None:
        """Return the record with an id, or None."""
        row = self._rows.get(row_id)
        return self._shared.get(row_id) if row is None and row_id not in self._gone else row

    def get_or_raise(self, row_id: int) -> R:
        """Return the record with an id; raise KeyError."""
        row = self._rows.get(row_id) or self.get(row_id)
        if row is None:
            raise KeyError(row_id)
        return row

    def get_all_or_raise(self, row_ids: Iterable[int]) -> list[R]:
        """Return the records with these ids; raise KeyError."""
        find, take = self._rows.get, self.get_or_raise
        return [find(row_id) or take(row_id) for row_id in row_ids]

    def select(self, query: Query[R]) -> SortedView[R]:
        """Return the records that match a query, in order."""
        if self._base is not None and not self._rows and not self._gone:
            return self._base.select(query)
        return self._views.find(query, self)

    def put(self, row: R) -> R:
        """Insert a record, or replace the one with its id."""
        self._check_writable()
        row_id = row.id
        former = self.get(row_id)
        self._rows[row_id] = row
        if former is None:
            self._gone.discard(row_id)
            self._count += 1
            self.last_id = max(self.last_id, row_id)
        for observer in self._observers:
            observer.put(row, former)
        self._views.change(former, row)
        return row

    def fill(self, rows: Iterable[R]) -> None:
        """Insert records into an empty table at once, in the order of their ids."""
        self._rows = {row.id: row for row in rows}
        self._count = len(self._rows)
        self.last_id = max(self._rows, default=0)
        for observer in self._observers:
            observer.fill(self._rows.values())

    def remove(self, row: R) -> None:
        """Delete the record with the id of the given one; raise KeyError."""
        self._check_writable()
        former = self.get_or_raise(row.id)
        self._rows.pop(row.id, None)
        if row.id in self._shared:
            self._gone.add(row.id)
        self._count -= 1
        for observer in self._observers:
            observer.discard(former)
        self._views.change(former, None)

    def copy_overlay(self, other: "Table[R]") -> None:
        """Copy the differences of another table from the shared base."""
        self._rows, self._gone = dict(other._rows), set(other._gone)
        self._count, self.last_id = other._count, other.last_id
