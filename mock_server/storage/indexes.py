"""Indexes and caches kept up to date with a table: count, maximum, lookup by key, serialized form."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from mock_server.storage.sorted_views import R

K = TypeVar("K", bound=Hashable)
D = TypeVar("D")


class KeyIndex(Generic[R, K]):
    """The ids of a table's records by a key that is nearly unique.

    A single id is stored as it is, which takes half the memory of a tuple.
    """

    def __init__(self, key_of: Callable[[R], K]) -> None:
        self._key_of = key_of
        self._shared: Mapping[K, int | tuple[int, ...]] = {}
        self._ids: dict[K, int | tuple[int, ...]] = {}

    def fork_from(self, base: "KeyIndex[R, K]") -> None:
        """Start with the entries of another index."""
        self._shared = base._ids

    def ids(self, key: K) -> tuple[int, ...]:
        """Return the ids of the records with a key."""
        identifier = self._ids.get(key)
        if identifier is None:
            identifier = self._shared.get(key, ())
        return (identifier,) if isinstance(identifier, int) else identifier

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        key = self._key_of(row)
        if former is not None:
            former_key = self._key_of(former)
            if former_key == key:
                return
            self._forget(former_key, row.id)
        ids = self.ids(key)
        self._ids[key] = (*ids, row.id) if ids else row.id

    def fill(self, rows: Iterable[R]) -> None:
        """Add the initial records at once."""
        for row in rows:
            self.put(row, None)

    def discard(self, row: R) -> None:
        """Remove a record."""
        self._forget(self._key_of(row), row.id)

    def _forget(self, key: K, gone: int) -> None:
        rest = tuple(row_id for row_id in self.ids(key) if row_id != gone)
        if rest or key in self._shared:
            self._ids[key] = rest
        else:
            del self._ids[key]

    def copy_overlay(self, other: "KeyIndex[R, K]") -> None:
        """Copy the differences of another index from the shared base."""
        self._ids = dict(other._ids)


class GroupMax(Generic[R, K]):
    """The record with the highest value of each owner, cached by its finder.

    It is updated as long as values only rise; when the highest record falls or is removed, it must be found again.
    """

    def __init__(self, owner_of: Callable[[R], K], value_of: Callable[[R], int]) -> None:
        self._owner_of = owner_of
        self._value_of = value_of
        self._peaks: dict[K, R] = {}

    def find(self, owner: K) -> R | None:
        """Return the highest record of an owner, or None if it is not known."""
        return self._peaks.get(owner)

    def set(self, row: R) -> None:
        """Record the highest record of its owner."""
        self._peaks[self._owner_of(row)] = row

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        owner = self._owner_of(row)
        if former is not None and self._owner_of(former) != owner:
            self.discard(former)
        peak = self._peaks.get(owner)
        if peak is None:
            return
        if self._value_of(row) >= self._value_of(peak):
            self._peaks[owner] = row
        elif peak is former:
            del self._peaks[owner]

    def fill(self, rows: Iterable[R]) -> None:
        """Do nothing: no highest record is known yet."""

    def discard(self, row: R) -> None:
        """Remove a record."""
        owner = self._owner_of(row)
        if self._peaks.get(owner) is row:
            del self._peaks[owner]


class SerializedCache(Generic[R, D]):
    """The serialized form of records by id, cached until they change.

    Changes of other data that it contains have to be reported: see ChangeListener. `limit` is the maximum number of
    records.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[str, dict[int, D]] = {}

    def of(self, manner: str) -> dict[int, D]:
        """Return the cache of one serialization by id, to read from and add to."""
        kept = self._kept.setdefault(manner, {})
        if len(kept) > self._limit:
            kept.clear()
        return kept

    def drop(self, row_id: int) -> None:
        """Remove the serialized forms of a record."""
        for kept in self._kept.values():
            kept.pop(row_id, None)

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        if former is not None:
            self.drop(row.id)

    def fill(self, rows: Iterable[R]) -> None:
        """Do nothing: nothing is cached yet."""

    def discard(self, row: R) -> None:
        """Remove a record."""
        self.drop(row.id)


class ChangeListener(Generic[R, K]):
    """Calls a function with the owner of each record that is added, changed or removed."""

    def __init__(self, owner_of: Callable[[R], K], tell: Callable[[K], None]) -> None:
        self._owner_of = owner_of
        self._tell = tell

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        self._tell(self._owner_of(row))
        if former is not None:
            self._tell(self._owner_of(former))

    def fill(self, rows: Iterable[R]) -> None:
        """Do nothing: the initial records are no change."""

    def discard(self, row: R) -> None:
        """Remove a record."""
        self._tell(self._owner_of(row))


class GroupCount(Generic[R, K]):
    """The number of records of each owner in a table that meet a condition."""

    def __init__(self, owner_of: Callable[[R], K], counts: Callable[[R], bool]) -> None:
        self._owner_of = owner_of
        self._counts = counts
        self._shared: Mapping[K, int] = {}
        self._totals: dict[K, int] = {}

    def fork_from(self, base: "GroupCount[R, K]") -> None:
        """Start with the counts of another one."""
        self._shared = base._totals

    def count(self, owner: K) -> int:
        """Return the number of records of one owner that meet the condition."""
        total = self._totals.get(owner)
        return self._shared.get(owner, 0) if total is None else total

    def put(self, row: R, former: R | None) -> None:
        """Add a record, or replace its former version."""
        if former is not None:
            self.discard(former)
        if self._counts(row):
            owner = self._owner_of(row)
            self._totals[owner] = self.count(owner) + 1

    def fill(self, rows: Iterable[R]) -> None:
        """Add the initial records at once."""
        self._totals = Counter(self._owner_of(row) for row in rows if self._counts(row))

    def discard(self, row: R) -> None:
        """Remove a record."""
        if self._counts(row):
            owner = self._owner_of(row)
            self._totals[owner] = self.count(owner) - 1

    def merge_groups(self, owner: K, target: K) -> None:
        """Move all records of an owner to another one."""
        self._totals[target] = self.count(target) + self.count(owner)
        self._totals[owner] = 0

    def copy_overlay(self, other: "GroupCount[R, K]") -> None:
        """Copy the differences of another one from the shared base."""
        self._totals = dict(other._totals)
