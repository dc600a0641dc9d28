"""Interface of the subschema check for the parts that compare one JSON type each."""

from collections.abc import Iterator
from typing import Protocol

from gate.subschema.difference import Difference, Direction
from gate.subschema.normal_form import Schema, TypeSchema
from gate.subschema.normalizer import Normalizer
from gate.subschema.samples import Sampler


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
