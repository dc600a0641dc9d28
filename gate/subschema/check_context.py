"""The interface of the subschema check for its parts, and its coinductive cache for recursive comparisons."""

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
    """The interface that comparisons of objects, arrays and unions use."""

    left: Normalizer
    right: Normalizer
    direction: Direction
    as_text: bool

    @property
    def sampler(self) -> Sampler:
        """Return the sampler of the left contract."""

    def differences(self, left: Schema, right: Schema) -> list[Difference]:
        """Return the differences of values that the left schema accepts and the right one does not."""

    def compare_types(self, left: TypeSchema, right: TypeSchema) -> Iterator[Difference]:
        """Yield the differences between two type schemas of comparable types."""

    def is_comparable(self, left: TypeSchema, right: TypeSchema) -> bool:
        """Return whether a type schema can be contained in another, judged by their types."""

    def with_proof(self, difference: Difference, left: Schema, right: Schema) -> Difference:
        """Return a difference; it stays proven only if the left schema alone accepts its witness."""


@dataclass(eq=False)
class CoinductiveCache(Generic[K, D]):
    """Cache of differences by comparison.

    A comparison in progress is assumed to find no differences. A result without differences that depends on such an
    assumption is provisional until the outermost comparison ends. If a comparison finds differences, all assumptions
    made since it began are dropped, and computed again when needed. Differences remain valid: an assumption can hide
    some, but adds none.
    """

    _final: dict[K, list[D]] = field(default_factory=dict)
    _assumed: dict[K, None] = field(default_factory=dict)
    """Comparisons in progress and provisional results, in the order in which they began."""
    _is_assuming: bool = False

    @property
    def is_busy(self) -> bool:
        """Return whether a comparison is in progress."""
        return bool(self._assumed)

    def get(self, key: K, compute: Callable[[], list[D]]) -> list[D]:
        """Return the differences of a comparison, computed only if it is neither cached nor in progress."""
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
