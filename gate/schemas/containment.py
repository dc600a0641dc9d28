"""Whether every value of one schema is a value of another and, where not, what lies outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from gate.document import Node
from gate.schemas.answers import Answers
from gate.schemas.difference import MISSING, Difference, Example, Missing, What
from gate.schemas.discriminators import discriminator_differences
from gate.schemas.lists import array_differences, one_and_many_differences
from gate.schemas.objects import object_differences
from gate.schemas.omissions import omission_differences
from gate.schemas.pieces import ANYTHING, Array, Number, Object, Piece, Schema, Text, Value, key, kind, same, shown
from gate.schemas.question import Question
from gate.schemas.reading import Reader
from gate.schemas.scalars import number_differences, text_differences, word_language_differences
from gate.schemas.values import Judge, NoSample, Undecided

# In a web of schemas, paths outnumber what there is to read at their ends.
MOST_PATHS = 3


@dataclass(eq=False)
class Comparison:
    """Compares schemas of two contracts under one question, the first contract's on the left."""

    left: Reader
    right: Reader
    question: Question = Question.LOGIC
    words: bool = False
    """Whether scalars go over the wire as text, as in a form or a query."""
    _answers: Answers[tuple[Schema, Schema], Difference] = field(default_factory=Answers, repr=False)
    _meanings: dict[Schema, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def differences(self, one: Schema, other: Schema) -> list[Difference]:
        """What the first schema takes that the second does not; empty where every value is taken."""
        if other == ANYTHING or self._mean_the_same(one, other):
            return []
        return self._answers.of((one, other), lambda: self._asked(one, other))

    def _asked(self, one: Schema, other: Schema) -> list[Difference]:
        found = [*omission_differences(self, one, other), *discriminator_differences(self, one, other)]
        found += self._outside(one, other)
        return [self._proven(each, one, other) for each in _told(found)]

    def _mean_the_same(self, one: Schema, other: Schema) -> bool:
        if self.left.old_dialect is not self.right.old_dialect or not one:
            return False
        return self._meaning(self.left, one) == self._meaning(self.right, other)

    def _meaning(self, reader: Reader, schema: Schema) -> tuple[str, ...]:
        if schema not in self._meanings:
            self._meanings[schema] = tuple(sorted(reader.meanings.of(node) for node in schema))
        return self._meanings[schema]

    def _proven(self, difference: Difference, one: Schema, other: Schema) -> Difference:
        """The difference, sure only if its example is of the first schema and not of the second."""
        if difference.by_rule or not difference.sure:
            return difference
        return replace(difference, sure=self._shows(difference.example, one, other))

    def _shows(self, example: Example, one: Schema, other: Schema) -> bool:
        if isinstance(example, Missing):
            return False
        try:
            return self.of_left.takes(one, example) and not self.of_right.takes(other, example)
        except Undecided:
            return False

    @cached_property
    def of_left(self) -> Judge:
        """Judges single values by the first contract."""
        return Judge(self.left, words=self.words)

    @cached_property
    def of_right(self) -> Judge:
        """Judges single values by the second contract."""
        return Judge(self.right, words=self.words)

    def _outside(self, one: Schema, other: Schema) -> Iterator[Difference]:
        lefts, rights = self.left.pieces(one), self.right.pieces(other)
        node, counterpart = _first(one), _first(other)
        known = {kind(piece) for piece in rights}
        yield from self._values_outside([each for each in lefts if isinstance(each, Value)], other, known, node)
        for piece in lefts:
            if isinstance(piece, Value):
                continue
            candidates = [each for each in rights if self.comparable(piece, each)]
            attempts = [list(self.between(piece, each)) for each in candidates]
            if not attempts:
                yield self._no_counterpart(piece, rights, known, node, counterpart)
            elif all(attempts):
                yield from self._closest(attempts, one, other)

    def _closest(self, attempts: list[list[Difference]], one: Schema, other: Schema) -> list[Difference]:
        """What is outside of the piece that is meant: what is outside of another may be in that one."""
        if len(attempts) == 1:
            return attempts[0]
        proven = [any(self._proven(each, one, other).sure for each in found) for found in attempts]
        return min(zip(proven, attempts, strict=True), key=lambda pair: (not pair[0], len(pair[1])))[1]

    def _values_outside(
        self, values: list[Value], other: Schema, known: set[str], node: Node | None
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
                what=What.TYPE if whole else What.ENUM,
                text=name if whole else listed,
                one=where,
                other=counterpart,
                example=of_kind[0].value,
                sure=True,
            )

    def _taken(self, schema: Schema, one: Value) -> bool:
        listed = (each for each in self.right.pieces(schema) if isinstance(each, Value))
        if any(same(each.value, one.value) and each.extras <= one.extras for each in listed):
            return True
        try:
            return self.of_right.takes(schema, one.value)
        except Undecided:
            return False

    def _no_counterpart(
        self, piece: Piece, rights: tuple[Piece, ...], known: set[str], node: Node | None, counterpart: Node | None
    ) -> Difference:
        """A type of which the second schema takes nothing, or only the values that it lists."""
        listed = [each for each in rights if isinstance(each, Value) and kind(each) == kind(piece)]
        example = self.sampled(piece, listed)
        if kind(piece) in known:
            values = ", ".join(shown(each.value) for each in listed)
            text = f"any {kind(piece)}, not only {values}"
            return Difference((), What.ENUM, text, node, listed[0].written.get("enum", counterpart), example, sure=True)
        return Difference((), What.TYPE, kind(piece), node, counterpart, example, sure=True)

    def sampled(self, piece: Piece, but: list[Value]) -> Example:
        """A value of a piece of the first contract, other than some."""
        judge = self.of_left
        if isinstance(piece, Text) and but and not piece.patterns and not piece.formats:
            return f"{max((str(each.value) for each in but), key=len)}x"
        if isinstance(piece, Number) and but:
            taken = {key(each.value) for each in but}
            fitting = (number for number in range(-2, len(taken) + 100) if judge.fits(piece, number))
            return next((number for number in fitting if key(number) not in taken), MISSING)
        try:
            return judge.of(piece)
        except NoSample:
            return MISSING

    def comparable(self, piece: Piece, other: Piece) -> bool:
        """Whether a piece could lie in another, as far as their types go."""
        if isinstance(other, Value):
            return False
        if kind(piece) == kind(other):
            return True
        # On the wire a number is a text, and a single value is a list of one.
        scalar = isinstance(piece, Number | Text)
        return self.words and scalar and (isinstance(other, Array | Text))

    def between(self, one: Piece, other: Piece) -> Iterator[Difference]:
        """What of a piece is not in another one that could hold it."""
        for extra in sorted(other.extras - one.extras, key=lambda each: each.meaning):
            keyword = extra.meaning.partition(" ")[0]
            own = next((each.node for each in one.extras if each.meaning.startswith(f"{keyword} ")), None)
            yield Difference((), What.CONSTRAINT, keyword, own, extra.node, self.sampled(one, []), sure=True)
        match one, other:
            case Number(), Number():
                yield from number_differences(one, other)
            case Number(), Text():
                yield from word_language_differences(one, other)
            case Text(), Text():
                yield from text_differences(one, other)
            case Array(), Array():
                yield from array_differences(self, one, other)
            case Object(), Object():
                yield from object_differences(self, one, other)
            case _, Array():
                yield from one_and_many_differences(self, one, other)


def _first(schema: Schema) -> Node | None:
    return schema[0] if schema else None


def _told(found: list[Difference]) -> list[Difference]:
    """The differences, each at a few of the paths that lead to it: the surest and shortest."""
    paths: dict[object, list[Difference]] = {}
    for each in sorted(found, key=lambda one: (not one.sure, len(one.path))):
        placed = each.one or each.other
        paths.setdefault((each.what, each.text, each.one, each.other) if placed else id(each), []).append(each)
    kept = {id(one) for alike in paths.values() for one in alike[:MOST_PATHS]}
    return [each for each in found if id(each) in kept]
