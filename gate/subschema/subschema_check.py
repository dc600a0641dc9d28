"""The subschema check: is every instance of one schema an instance of another? If not, what are the differences?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from gate.source.document import Node
from gate.subschema.arrays import array_differences, scalar_to_array_differences
from gate.subschema.check_context import CoinductiveCache
from gate.subschema.defaults_and_caps import default_and_cap_differences
from gate.subschema.difference import (
    UNDECIDED,
    Difference,
    DifferenceKind,
    Direction,
    Example,
    Missing,
    few_paths,
    proven_and_near_first,
    unproven,
)
from gate.subschema.discriminators import discriminator_differences, one_sided_tag
from gate.subschema.instances import InstanceChecker, Undecided
from gate.subschema.limits import Budget
from gate.subschema.normal_form import (
    ANYTHING,
    Array,
    Enumeration,
    Number,
    Object,
    Schema,
    String,
    TypeSchema,
    TypeSchemas,
    displayed_list,
    first,
    kind,
)
from gate.subschema.normalizer import Normalizer
from gate.subschema.objects import object_differences
from gate.subschema.openapi_dialect import common_targets
from gate.subschema.samples import Sampler
from gate.subschema.scalars import number_as_text, number_differences, string_differences
from gate.subschema.unions import union_differences

# In a graph of schemas, there are many more paths than schemas.
MOST_PATHS = 3
# The maximum number of differences within a schema that are reported at every reference to it.
MOST_DIFFERENCES = 60
MOST_COMPATIBLE = 12
DIFFERENCES_PER_STEP = 5


@dataclass(eq=False)
class SubschemaCheck:
    """Compares schemas of two contracts in one direction; `as_text` if scalars are sent as text."""

    left: Normalizer
    right: Normalizer
    direction: Direction = Direction.LOGIC
    as_text: bool = False
    budget: Budget = field(default_factory=Budget)
    _cache: CoinductiveCache[tuple[Schema, Schema], Difference] = field(default_factory=CoinductiveCache, repr=False)
    _names: dict[tuple[bool, Schema], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def compare(self, left: Schema, right: Schema) -> list[Difference]:
        """Return the differences of two messages, with a budget of their own."""
        self.budget.begin()
        differences = self.differences(left, right)
        if UNDECIDED in differences and not self.direction.is_towards_new:
            # Comparisons that were left undecided may be decided with the next budget.
            self._cache = CoinductiveCache()
        return differences

    def differences(self, left: Schema, right: Schema) -> list[Difference]:
        """Return the values that the left schema accepts and the right one does not, as differences."""
        if right == ANYTHING:
            return []
        left, right = common_targets(left, right)
        if self._is_same(left, right):
            return []
        if not self.budget.spend():
            return [UNDECIDED]
        return self.carried(self._cache.get((left, right), lambda: self._compare(left, right)))

    @cached_property
    def left_checker(self) -> InstanceChecker:
        """Return the instance checker of the left contract."""
        return InstanceChecker(self.left, as_text=self.as_text, budget=self.budget)

    @cached_property
    def right_checker(self) -> InstanceChecker:
        """Return the instance checker of the right contract."""
        return InstanceChecker(self.right, as_text=self.as_text, budget=self.budget)

    @cached_property
    def sampler(self) -> Sampler:
        """Return the sampler of the left contract."""
        return Sampler(self.left_checker)

    def _is_same(self, left: Schema, right: Schema) -> bool:
        if self.left.old is not self.right.old or not left:
            return False
        return self._canonical_names(left, of_left=True) == self._canonical_names(right, of_left=False)

    def _canonical_names(self, schema: Schema, *, of_left: bool) -> tuple[str, ...]:
        key = (of_left, schema)
        if key not in self._names:
            canonical = (self.left if of_left else self.right).canonical
            self._names[key] = tuple(sorted(canonical.name(node) for node in schema))
        return self._names[key]

    def _compare(self, left: Schema, right: Schema) -> list[Difference]:
        differences = [
            *default_and_cap_differences(self, left, right),
            *discriminator_differences(self, left, right),
            *self._type_differences(left, right),
        ]
        decided = [difference for difference in differences if difference is not UNDECIDED]
        is_undecided = len(decided) < len(differences)
        if decided and (tag := one_sided_tag(self, left, right)):
            decided = [unproven(difference) if difference.path[:1] == (tag,) else difference for difference in decided]
        self.budget.spend(len(differences) // DIFFERENCES_PER_STEP)
        decided = few_paths(decided, 1 if self.direction.is_towards_new else MOST_PATHS)
        return [*decided, *([UNDECIDED] if is_undecided else [])]

    def carried(self, differences: list[Difference]) -> list[Difference]:
        """Return the differences that an enclosing schema reports: the proven and nearest of the inner ones."""
        is_compatible = self.direction.is_towards_new
        most = MOST_COMPATIBLE if is_compatible else MOST_DIFFERENCES
        if len(differences) <= most or not self._cache.is_busy:
            return differences
        decided = [difference for difference in differences if difference is not UNDECIDED]
        is_decided = is_compatible and len(decided) == len(differences)
        nearest = sorted(decided, key=proven_and_near_first)[:most]
        return nearest if is_decided else [*nearest, UNDECIDED]

    def _type_differences(self, left: Schema, right: Schema) -> Iterator[Difference]:
        lefts, rights = self.left.type_schemas(left), self.right.type_schemas(right)
        by_kind: dict[str, list[TypeSchema]] = {}
        for type_schema in lefts:
            by_kind.setdefault(kind(type_schema), []).append(type_schema)
        for name, alternatives in by_kind.items():
            listed = [alternative for alternative in alternatives if isinstance(alternative, Enumeration)]
            general = [alternative for alternative in alternatives if not isinstance(alternative, Enumeration)]
            same_kind = [alternative for alternative in rights if kind(alternative) == name]
            for difference in self.enumeration_differences(listed, same_kind, left, right):
                yield self.with_proof(difference, left, right)
            yield from self._general_differences(general, rights, left, right)

    def _general_differences(
        self, lefts: list[TypeSchema], rights: TypeSchemas, left: Schema, right: Schema
    ) -> Iterator[Difference]:
        if not lefts:
            return
        candidates = [alternative for alternative in rights if self.is_comparable(lefts[0], alternative)]
        if candidates and (len(lefts), len(candidates)) != (1, 1):
            yield from union_differences(self, lefts, candidates, left, right)
            return
        differences = (
            self.compare_types(lefts[0], candidates[0])
            if candidates
            else [self.no_counterpart(lefts[0], rights, first(left), first(right))]
        )
        is_exact = not lefts[0].opaque and [kind(alternative) for alternative in rights].count(kind(lefts[0])) == 1
        for difference in differences:
            # A proven inner difference needs no further proof if nothing else could accept or reject the whole value.
            if difference.is_inside and is_exact:
                yield difference
            else:
                yield self.with_proof(difference, left, right)

    def with_proof(self, difference: Difference, left: Schema, right: Schema) -> Difference:
        """Return a difference; it stays proven only if the left schema alone accepts its witness."""
        if difference.by_rule or not difference.proven:
            return difference
        return replace(difference, proven=self._is_witness(difference.witness, left, right))

    def _is_witness(self, witness: Example, left: Schema, right: Schema) -> bool:
        if isinstance(witness, Missing):
            return False
        try:
            return self.left_checker.accepts(left, witness) and not self.right_checker.accepts(right, witness)
        except Undecided:
            return False

    def enumeration_differences(
        self, lefts: Sequence[Enumeration], rights: Sequence[TypeSchema], left: Schema, right: Schema
    ) -> Iterator[Difference]:
        """Yield one difference for the enumerated values of a type that are not accepted."""
        rejected = [
            value
            for alternative in lefts
            for name, value in alternative.values.items()
            if not self._accepts_value(alternative, name, rights, right)
        ]
        if rejected:
            name = kind(lefts[0])
            is_whole = not rights and name in ("null", "boolean")
            yield Difference(
                path=(),
                kind=DifferenceKind.TYPE if is_whole else DifferenceKind.ENUM,
                text=name if is_whole else displayed_list(rejected),
                left=lefts[0].sources.get("enum", first(left)),
                right=first(right),
                example=rejected[0],
                proven=True,
            )

    def _accepts_value(self, left: Enumeration, name: str, rights: Sequence[TypeSchema], right: Schema) -> bool:
        listed = [alternative for alternative in rights if isinstance(alternative, Enumeration)]
        if any(name in enumeration.values and enumeration.opaque <= left.opaque for enumeration in listed):
            return True
        if (
            not self.as_text
            and len(listed) == len(rights)
            and not any(name in enumeration.values for enumeration in listed)
        ):
            return False
        try:
            return self.right_checker.accepts(right, left.values[name])
        except Undecided:
            return False

    def no_counterpart(
        self, alternative: TypeSchema, rights: TypeSchemas, left: Node | None, right: Node | None
    ) -> Difference:
        """Return the difference of a type of which the right schema accepts no values, or only listed ones."""
        name = kind(alternative)
        listed = [
            alternative for alternative in rights if isinstance(alternative, Enumeration) and kind(alternative) == name
        ]
        example = self.sampler.sample_type(
            alternative, {value for enumeration in listed for value in enumeration.values}
        )
        if listed:
            values = displayed_list(value for enumeration in listed for value in enumeration.values.values())
            source = listed[0].sources.get("enum", right)
            return Difference(
                (), DifferenceKind.ENUM, f"any {name}, not only {values}", left, source, example, proven=True
            )
        return Difference((), DifferenceKind.TYPE, name, left, right, example, proven=True)

    def is_comparable(self, left: TypeSchema, right: TypeSchema) -> bool:
        """Return whether a type schema can be contained in another, judged by their types."""
        if isinstance(right, Enumeration):
            return False
        if kind(left) == kind(right):
            return True
        # As text, a number is a string, and a single value is an array of one item.
        return self.as_text and isinstance(left, Number | String) and isinstance(right, Array | String)

    def compare_types(self, left: TypeSchema, right: TypeSchema) -> Iterator[Difference]:
        """Yield the differences between two type schemas of comparable types."""
        own = {constraint.keyword: constraint.node for constraint in left.opaque}
        for constraint in sorted(
            right.opaque - left.opaque, key=lambda constraint: (constraint.keyword, constraint.meaning)
        ):
            # The branches of oneOf are assumed to be disjoint, as intended.
            if constraint.keyword != "oneOf":
                node = own.get(constraint.keyword)
                kind_ = DifferenceKind.CONSTRAINT
                example = self.sampler.sample_type(left)
                yield Difference((), kind_, constraint.keyword, node, constraint.node, example, proven=True)
        match left, right:
            case Number(), Number():
                yield from number_differences(left, right)
            case Number(), String():
                yield from string_differences(number_as_text(left), right)
            case String(), String():
                yield from string_differences(left, right)
            case Array(), Array():
                yield from array_differences(self, left, right)
            case Object(), Object():
                yield from object_differences(self, left, right)
            case _, Array():
                yield from scalar_to_array_differences(self, left, right)
