"""Whether every value of one schema is a value of another and, where not, what lies outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from gate.source.document import Node
from gate.subschema.arrays import array_differences, scalar_to_array_differences
from gate.subschema.coinduction import CoinductiveCache
from gate.subschema.defaults_and_caps import default_and_cap_differences
from gate.subschema.difference import MISSING, Difference, DifferenceKind, Example, Missing
from gate.subschema.direction import Direction
from gate.subschema.discriminators import discriminator_differences
from gate.subschema.instances import InstanceChecker, NoSample, Undecided
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Constant,
    Number,
    Object,
    Schema,
    String,
    TypeSchema,
    key,
    kind,
    same,
    shown,
)
from gate.subschema.normalizer import Normalizer
from gate.subschema.objects import object_differences
from gate.subschema.scalars import number_differences, number_to_string_differences, text_differences

# In a web of schemas, paths outnumber what there is to read at their ends.
MOST_PATHS = 3


@dataclass(eq=False)
class SubschemaCheck:
    """Compares schemas of two contracts under one direction, the first contract's on the left."""

    left: Normalizer
    right: Normalizer
    direction: Direction = Direction.LOGIC
    as_text: bool = False
    """Whether scalars go over the wire as text, as in a form or a query."""
    _answers: CoinductiveCache[tuple[Schema, Schema], Difference] = field(default_factory=CoinductiveCache, repr=False)
    _meanings: dict[Schema, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def differences(self, one: Schema, other: Schema) -> list[Difference]:
        """What the first schema takes that the second does not; empty where every value is taken."""
        if other == ANYTHING or self._mean_the_same(one, other):
            return []
        return self._answers.of((one, other), lambda: self._asked(one, other))

    def _asked(self, one: Schema, other: Schema) -> list[Difference]:
        found = [*default_and_cap_differences(self, one, other), *discriminator_differences(self, one, other)]
        found += self._outside(one, other)
        return [self._proven(each, one, other) for each in _told(found)]

    def _mean_the_same(self, one: Schema, other: Schema) -> bool:
        if self.left.old_dialect is not self.right.old_dialect or not one:
            return False
        return self._meaning(self.left, one) == self._meaning(self.right, other)

    def _meaning(self, normalizer: Normalizer, schema: Schema) -> tuple[str, ...]:
        if schema not in self._meanings:
            self._meanings[schema] = tuple(sorted(normalizer.meanings.of(node) for node in schema))
        return self._meanings[schema]

    def _proven(self, difference: Difference, one: Schema, other: Schema) -> Difference:
        """The difference, sure only if its example is of the first schema and not of the second."""
        if difference.by_rule or not difference.proven:
            return difference
        return replace(difference, proven=self._shows(difference.example, one, other))

    def _shows(self, example: Example, one: Schema, other: Schema) -> bool:
        if isinstance(example, Missing):
            return False
        try:
            return self.left_checker.accepts(one, example) and not self.right_checker.accepts(other, example)
        except Undecided:
            return False

    @cached_property
    def left_checker(self) -> InstanceChecker:
        """Judges single values by the first contract."""
        return InstanceChecker(self.left, as_text=self.as_text)

    @cached_property
    def right_checker(self) -> InstanceChecker:
        """Judges single values by the second contract."""
        return InstanceChecker(self.right, as_text=self.as_text)

    def _outside(self, one: Schema, other: Schema) -> Iterator[Difference]:
        lefts, rights = self.left.type_schemas(one), self.right.type_schemas(other)
        node, counterpart = _first(one), _first(other)
        known = {kind(type_schema) for type_schema in rights}
        yield from self._values_outside([each for each in lefts if isinstance(each, Constant)], other, known, node)
        for type_schema in lefts:
            if isinstance(type_schema, Constant):
                continue
            candidates = [each for each in rights if self.comparable(type_schema, each)]
            attempts = [list(self.between(type_schema, each)) for each in candidates]
            if not attempts:
                yield self._no_counterpart(type_schema, rights, known, node, counterpart)
            elif all(attempts):
                yield from self._closest(attempts, one, other)

    def _closest(self, attempts: list[list[Difference]], one: Schema, other: Schema) -> list[Difference]:
        """What is outside of the type_schema that is meant: what is outside of another may be in that one."""
        if len(attempts) == 1:
            return attempts[0]
        proven = [any(self._proven(each, one, other).proven for each in found) for found in attempts]
        return min(zip(proven, attempts, strict=True), key=lambda pair: (not pair[0], len(pair[1])))[1]

    def _values_outside(
        self, values: list[Constant], other: Schema, known: set[str], node: Node | None
    ) -> Iterator[Difference]:
        refused = [each for each in values if not self._taken(other, each)]
        counterpart = _first(other)
        for name in dict.fromkeys(kind(each) for each in refused):
            of_kind = [each for each in refused if kind(each) == name]
            listed = ", ".join(shown(each.value) for each in of_kind)
            where = of_kind[0].written.get("enum", node)
            whole = name not in known and (name in ("null", "boolean"))
            yield Difference(
                path=(),
                what=DifferenceKind.TYPE if whole else DifferenceKind.ENUM,
                text=name if whole else listed,
                one=where,
                other=counterpart,
                example=of_kind[0].value,
                proven=True,
            )

    def _taken(self, schema: Schema, one: Constant) -> bool:
        listed = (each for each in self.right.type_schemas(schema) if isinstance(each, Constant))
        if any(same(each.value, one.value) and each.extras <= one.extras for each in listed):
            return True
        try:
            return self.right_checker.accepts(schema, one.value)
        except Undecided:
            return False

    def _no_counterpart(
        self,
        type_schema: TypeSchema,
        rights: tuple[TypeSchema, ...],
        known: set[str],
        node: Node | None,
        counterpart: Node | None,
    ) -> Difference:
        """A type of which the second schema takes nothing, or only the values that it lists."""
        listed = [each for each in rights if isinstance(each, Constant) and kind(each) == kind(type_schema)]
        example = self.sampled(type_schema, listed)
        if kind(type_schema) in known:
            values = ", ".join(shown(each.value) for each in listed)
            text = f"any {kind(type_schema)}, not only {values}"
            return Difference(
                (), DifferenceKind.ENUM, text, node, listed[0].written.get("enum", counterpart), example, proven=True
            )
        return Difference((), DifferenceKind.TYPE, kind(type_schema), node, counterpart, example, proven=True)

    def sampled(self, type_schema: TypeSchema, but: list[Constant]) -> Example:
        """A value of a type_schema of the first contract, other than some."""
        checker = self.left_checker
        if isinstance(type_schema, String) and but and not type_schema.patterns and not type_schema.formats:
            return f"{max((str(each.value) for each in but), key=len)}x"
        if isinstance(type_schema, Number) and but:
            taken = {key(each.value) for each in but}
            fitting = (number for number in range(-2, len(taken) + 100) if checker.fits(type_schema, number))
            return next((number for number in fitting if key(number) not in taken), MISSING)
        try:
            return checker.of(type_schema)
        except NoSample:
            return MISSING

    def comparable(self, type_schema: TypeSchema, other: TypeSchema) -> bool:
        """Whether a type_schema could lie in another, as far as their types go."""
        if isinstance(other, Constant):
            return False
        if kind(type_schema) == kind(other):
            return True
        # On the wire a number is a text, and a single value is a list of one.
        scalar = isinstance(type_schema, Number | String)
        return self.as_text and scalar and (isinstance(other, Array | String))

    def between(self, one: TypeSchema, other: TypeSchema) -> Iterator[Difference]:
        """What of a type_schema is not in another one that could hold it."""
        for extra in sorted(other.extras - one.extras, key=lambda each: each.meaning):
            keyword = extra.meaning.partition(" ")[0]
            own = next((each.node for each in one.extras if each.meaning.startswith(f"{keyword} ")), None)
            yield Difference(
                (), DifferenceKind.CONSTRAINT, keyword, own, extra.node, self.sampled(one, []), proven=True
            )
        match one, other:
            case Number(), Number():
                yield from number_differences(one, other)
            case Number(), String():
                yield from number_to_string_differences(one, other)
            case String(), String():
                yield from text_differences(one, other)
            case Array(), Array():
                yield from array_differences(self, one, other)
            case Object(), Object():
                yield from object_differences(self, one, other)
            case _, Array():
                yield from scalar_to_array_differences(self, one, other)


def _first(schema: Schema) -> Node | None:
    return schema[0] if schema else None


def _told(found: list[Difference]) -> list[Difference]:
    """The differences, each at a few of the paths that lead to it: the surest and shortest."""
    paths: dict[object, list[Difference]] = {}
    for each in sorted(found, key=lambda one: (not one.proven, len(one.path))):
        placed = each.one or each.other
        paths.setdefault((each.what, each.text, each.one, each.other) if placed else id(each), []).append(each)
    kept = {id(one) for alike in paths.values() for one in alike[:MOST_PATHS]}
    return [each for each in found if id(each) in kept]
