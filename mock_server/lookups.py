"""What counts the records of a table and finds them by a key, without holding them."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from mock_server.selections import R

K = TypeVar("K", bound=Hashable)


class Lookup(Generic[R, K]):
    """The ids of a table's records by a key that hardly any two of them share."""

    def __init__(self, key_of: Callable[[R], K]) -> None:
        self._key_of = key_of
        self._shared: Mapping[K, tuple[int, ...]] = {}
        self._ids: dict[K, tuple[int, ...]] = {}

    def rest_on(self, base: "Lookup[R, K]") -> None:
        """Begin with what another lookup holds."""
        self._shared = base._ids

    def ids(self, key: K) -> tuple[int, ...]:
        """Return the ids of the records with a key."""
        found = self._ids.get(key)
        return self._shared.get(key, ()) if found is None else found

    def put(self, row: R, former: R | None) -> None:
        """Take in a record, in the place of the former one if there was one."""
        key = self._key_of(row)
        if former is not None:
            if self._key_of(former) == key:
                return
            self.discard(former)
        self._ids[key] = (*self.ids(key), row.id)

    def fill(self, rows: Iterable[R]) -> None:
        """Take in the first records, all at once."""
        for row in rows:
            self.put(row, None)

    def discard(self, row: R) -> None:
        """Let go of a record."""
        key = self._key_of(row)
        rest = tuple(row_id for row_id in self.ids(key) if row_id != row.id)
        if rest or key in self._shared:
            self._ids[key] = rest
        else:
            del self._ids[key]

    def copy_changes(self, other: "Lookup[R, K]") -> None:
        """Differ from the shared base as another lookup does."""
        self._ids = dict(other._ids)


class Tally(Generic[R, K]):
    """How many records of a table each owner has, of those that count."""

    def __init__(self, owner_of: Callable[[R], K], counts: Callable[[R], bool]) -> None:
        self._owner_of = owner_of
        self._counts = counts
        self._shared: Mapping[K, int] = {}
        self._totals: dict[K, int] = {}

    def rest_on(self, base: "Tally[R, K]") -> None:
        """Begin with what another tally holds."""
        self._shared = base._totals

    def count(self, owner: K) -> int:
        """Return how many records of one owner count."""
        total = self._totals.get(owner)
        return self._shared.get(owner, 0) if total is None else total

    def counts(self, owners: Iterable[K]) -> list[int]:
        """Return how many records of each owner count."""
        own, shared = self._totals.get, self._shared.get
        return [shared(owner, 0) if (total := own(owner)) is None else total for owner in owners]

    def put(self, row: R, former: R | None) -> None:
        """Take in a record, in the place of the former one if there was one."""
        if former is not None:
            self.discard(former)
        if self._counts(row):
            owner = self._owner_of(row)
            self._totals[owner] = self.count(owner) + 1

    def fill(self, rows: Iterable[R]) -> None:
        """Take in the first records, all at once."""
        self._totals = Counter(self._owner_of(row) for row in rows if self._counts(row))

    def discard(self, row: R) -> None:
        """Let go of a record."""
        if self._counts(row):
            owner = self._owner_of(row)
            self._totals[owner] = self.count(owner) - 1

    def merge(self, owner: K, heir: K) -> None:
        """Give all records of an owner to another one."""
        self._totals[heir] = self.count(heir) + self.count(owner)
        self._totals[owner] = 0

    def copy_changes(self, other: "Tally[R, K]") -> None:
        """Differ from the shared base as another tally does."""
        self._totals = dict(other._totals)
