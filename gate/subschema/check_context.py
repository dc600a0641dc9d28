"""The subschema check as its parts see it, and its memory: what is being compared is assumed to hold (coinduction)."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from gate.subschema.difference import Difference, Direction
from gate.subschema.normal_form import Schema, TypeSchema
from gate.subschema.normalizer import Normalizer
from gate.subschema.samples import Sampler

K = TypeVar("K", bound=Hashable)
D = TypeVar("D")


class CheckContext(Protocol):
    """Needs of the comparisons of objects, arrays and unions."""

    left: Normalizer
    right: Normalizer
    direction: Direction
    as_text: bool

    @property
    def sampler(self) -> Sampler:
        """Return what makes instances of the left contract."""

    def differences(self, left: Schema, right: Schema) -> list[Difference]:
        """Return what the left schema accepts and the right one does not."""

    def compare_types(self, left: TypeSchema, right: TypeSchema) -> Iterator[Difference]:
        """Yield the differences between two type schemas of comparable types."""

    def is_comparable(self, left: TypeSchema, right: TypeSchema) -> bool:
        """Test whether one type schema could lie in another, as far as their types go."""

    def with_proof(self, difference: Difference, left: Schema, right: Schema) -> Difference:
        """Return a difference, proven only if its witness is accepted on the left alone."""


@dataclass(eq=False)
class CoinductiveCache(Generic[K, D]):
    """Lists of differences by what is compared.

    A comparison without differences that assumed another one stays an assumption until the outermost one ends. Where a
    comparison has differences, all that was assumed since it began is dropped, and computed again when it is needed.
    Differences remain: an assumption hides some, and adds none.
    """

    _final: dict[K, list[D]] = field(default_factory=dict)
    _assumed: dict[K, None] = field(default_factory=dict)
    """Comparisons in progress and those that assume them, in the order in which they began."""
    _is_assuming: bool = False

    @property
    def is_busy(self) -> bool:
        """Return whether a comparison is in progress."""
        return bool(self._assumed)

    def get(self, key: K, compute: Callable[[], list[D]]) -> list[D]:
        """Return the differences of a comparison, computed only if it is neither cached nor assumed to have none."""
        if key in self._final:
            return self._final[key]
        if key in self._assumed:
            self._is_assuming = True
            return []
        start, outer, self._is_assuming = len(self._assumed), self._is_assuming, False
        self._assumed[key] = None
        differences = compute()
        if differences or not self._is_assuming or start == 0:
            while len(self._assumed) > start:
                assumed, _ = self._assumed.popitem()
                if not differences:
                    self._final[assumed] = []
            self._final[key] = differences
        self._is_assuming |= outer
        return differences
