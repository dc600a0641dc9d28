"""Compare unions: branches of `oneOf` and `anyOf` are paired, and each pair is compared.

They are paired by equality, by component name, and by a tag: a required property with one value, as with a
discriminator. An additional branch on the right is compatible; one on the left is a difference. Differences of unpaired
branches are never proven, as the branches may be rearranged. The work is linear in the number of branches.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from gate.subschema.check_context import CheckContext
from gate.subschema.difference import Difference, DifferenceKind
from gate.subschema.normal_form import Branch, Enumeration, Number, Object, Schema, String, TypeSchema, first, kind
from gate.subschema.normalizer import Normalizer

# An unpaired branch may be contained in one of a few others.
MOST_ATTEMPTS = 12
# A proof examines all branches, so a proof for each branch would take quadratic time.
MOST_PROOFS = 24
MOST_TAGS = 8
COMPONENTS = ("components", "schemas")

Tags: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A branch of a union, or a schema that is no union: the type schema and its identities."""

    type_schema: TypeSchema
    branch: Branch
    tags: Tags

    @property
    def label(self) -> str:
        """Return the name of the alternative in texts."""
        tags = " and ".join(f"{name} {value}" for name, value in self.tags.items())
        return self.branch.component or tags or kind(self.type_schema)


Pair: TypeAlias = tuple[Alternative, Alternative]


def union_differences(
    check: CheckContext, lefts: Sequence[TypeSchema], rights: Sequence[TypeSchema], left: Schema, right: Schema
) -> Iterator[Difference]:
    """Yield the differences between alternatives of one JSON type, if either side has several."""
    if isinstance(lefts[0], Number | String):
        for scalar in lefts:
            yield from scalar_differences(check, scalar, rights, left, right)
        return
    if len(lefts) > 1 and is_exclusive(rights) and not is_exclusive(lefts):
        node = next(
            constraint.node
            for alternative in rights
            for constraint in alternative.opaque
            if constraint.keyword == "oneOf"
        )
        yield Difference((), DifferenceKind.CONSTRAINT, "oneOf", None, node)
    yield from _Pairing(
        check,
        _alternatives(check.left, lefts, left),
        _alternatives(check.right, rights, right),
        left,
        right,
    ).differences()


def is_exclusive(alternatives: Sequence[TypeSchema]) -> bool:
    """Return whether a value can satisfy only one of the alternatives."""
    return any(constraint.keyword == "oneOf" for alternative in alternatives for constraint in alternative.opaque)


def scalar_differences(
    check: CheckContext, scalar: TypeSchema, rights: Sequence[TypeSchema], left: Schema, right: Schema
) -> Iterator[Difference]:
    """Yield the differences of one scalar alternative from those on the right."""
    attempts: list[tuple[bool, list[Difference]]] = []
    for candidate in rights[:MOST_ATTEMPTS]:
        differences = list(check.compare_types(scalar, candidate))
        if not differences:
            return
        attempts.append((kind(candidate) == kind(scalar), differences))
    same_kind = [differences for same, differences in attempts if same]
    closest = min(same_kind or [differences for _, differences in attempts], key=len)
    for difference in closest:
        proven = check.with_proof(difference, left, right)
        yield proven if len(same_kind or attempts) == 1 else replace(proven, proven=False, by_rule=False)


@dataclass(eq=False)
class _Pairing:
    """Pairs the alternatives of two schemas and compares the pairs."""

    check: CheckContext
    lefts: list[Alternative]
    rights: list[Alternative]
    left: Schema
    right: Schema
    proofs: int = 0

    def differences(self) -> Iterator[Difference]:
        """Yield the differences within pairs, then those of alternatives without a pair."""
        tag = self.telling_tag()
        pairs, lefts, rights = self._pair()
        for left_branch, right_branch in pairs:
            is_exact = tag is not None and left_branch.tags[tag] == right_branch.tags[tag]
            for difference in self.check.compare_types(left_branch.type_schema, right_branch.type_schema):
                # Only its pair can accept a value with the tag.
                is_proven = is_exact and difference.is_inside
                yield difference if is_proven else self._with_proof(difference)
        for alternative in lefts:
            yield from self._without_pair(alternative, rights, is_alone=len(lefts) == 1)

    def _with_proof(self, difference: Difference) -> Difference:
        if difference.by_rule or not difference.proven:
            return difference
        self.proofs += 1
        if self.proofs > MOST_PROOFS:
            return replace(difference, proven=False)
        return self.check.with_proof(difference, self.left, self.right)

    def _pair(self) -> tuple[list[Pair], list[Alternative], list[Alternative]]:
        """Return the pairs, and the unpaired alternatives of both sides."""
        pairs: list[Pair] = []
        lefts, rights = self.lefts, self.rights
        # An alternative that is not unique at first may be unique among the rest.
        for key in (by_meaning, by_component, by_tag, by_meaning):
            pairs += matches(lefts, rights, key)
            paired = {id(alternative) for pair in pairs for alternative in pair}
            lefts = [alternative for alternative in lefts if id(alternative) not in paired]
            rights = [alternative for alternative in rights if id(alternative) not in paired]
        return pairs, lefts, rights

    def telling_tag(self) -> str | None:
        """Return the property whose values distinguish all alternatives of each side."""
        sides = (self.lefts, self.rights)
        common = set.intersection(*(set(member.tags) for side in sides for member in side))
        return next(
            (
                name
                for name in sorted(common)
                if all(len({member.tags[name] for member in side}) == len(side) for side in sides)
            ),
            None,
        )

    def _without_pair(
        self, alternative: Alternative, rights: list[Alternative], *, is_alone: bool
    ) -> Iterator[Difference]:
        pool = rights or self.rights
        attempts = [
            list(self.check.compare_types(alternative.type_schema, candidate.type_schema))
            for candidate in (pool[:MOST_ATTEMPTS] if is_alone or len(pool) == 1 else [])
        ]
        if any(not attempt for attempt in attempts):
            return
        if len(attempts) == len(rights) == 1:
            for difference in attempts[0]:
                proven = self.check.with_proof(difference, self.left, self.right)
                yield proven if len(self.rights) == 1 else replace(proven, proven=False, by_rule=False)
            return
        example = self.check.sampler.sample_type(alternative.type_schema)
        difference = Difference(
            (), DifferenceKind.BRANCH, alternative.label, first(self.left), first(self.right), example, proven=True
        )
        # If both sides have unpaired branches, one may have become the other.
        yield replace(difference, proven=False) if rights else self._with_proof(difference)


def by_meaning(alternative: Alternative) -> list[str]:
    """Return the canonical name as a key."""
    return [alternative.branch.meaning]


def by_component(alternative: Alternative) -> list[str]:
    """Return the component name as a key."""
    return [alternative.branch.component] if alternative.branch.component else []


def by_tag(alternative: Alternative) -> list[str]:
    """Return the tags as keys."""
    return [f"{name}={value}" for name, value in alternative.tags.items()]


def matches(
    lefts: list[Alternative], rights: list[Alternative], keys: Callable[[Alternative], list[str]]
) -> list[Pair]:
    """Return the pairs that share a key which no other alternative on either side has."""
    left_counts = Counter(key for alternative in lefts for key in set(keys(alternative)))
    by_key: dict[str, list[Alternative]] = {}
    for alternative in rights:
        for key in set(keys(alternative)):
            by_key.setdefault(key, []).append(alternative)
    pairs: list[Pair] = []
    taken: set[int] = set()
    for alternative in lefts:
        shared = [key for key in keys(alternative) if left_counts[key] == 1 and len(by_key.get(key, ())) == 1]
        free = [by_key[key][0] for key in shared if id(by_key[key][0]) not in taken]
        if free:
            taken.add(id(free[0]))
            pairs.append((alternative, free[0]))
    return pairs


def _alternatives(normalizer: Normalizer, type_schemas: Sequence[TypeSchema], schema: Schema) -> list[Alternative]:
    whole = Branch(_component(schema), " ".join(normalizer.canonical.name(node) for node in schema))
    return [
        Alternative(type_schema, type_schema.branch or whole, _tags(normalizer, type_schema))
        for type_schema in type_schemas
    ]


def _component(schema: Schema) -> str:
    if len(schema) != 1:
        return ""
    if schema[0].reference is not None:
        return schema[0].reference.rpartition("/")[2]
    return schema[0].pointer[-1] if schema[0].pointer[:-1] == COMPONENTS else ""


def _tags(normalizer: Normalizer, type_schema: TypeSchema) -> Tags:
    """Return the required properties that have only one value, with that value as JSON."""
    tags: Tags = {}
    if not isinstance(type_schema, Object):
        return tags
    for name in sorted(type_schema.required & type_schema.properties.keys()):
        match normalizer.type_schemas(type_schema.properties[name]):
            case (Enumeration(values=values),) if len(values) == 1 and len(tags) < MOST_TAGS:
                tags[name] = next(iter(values))
    return tags
