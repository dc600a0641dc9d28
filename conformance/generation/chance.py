"""Choose by chance among what a deployment answered, which may be less than there should be."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING, TypeVar

from conformance.http.client import PreconditionFailed

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

Item = TypeVar("Item")


class Chance(Random):
    """Chance for which too few records are an obstacle, not an error of the suite."""

    def choice(self, seq: "SupportsLenAndGetItem[Item]") -> Item:
        """Choose one; PreconditionFailed where there is none."""
        if not len(seq):
            raise PreconditionFailed("there is no record to choose: the deployment shows fewer than were made")
        return super().choice(seq)

    def sample(self, population: Sequence[Item], k: int, *, counts: Iterable[int] | None = None) -> list[Item]:
        """Choose some; PreconditionFailed where there are fewer."""
        if counts is None and k > len(population):
            raise PreconditionFailed(
                f"there are {len(population)} records to choose {k} from: the deployment shows fewer than were made"
            )
        return super().sample(population, k, counts=counts)
