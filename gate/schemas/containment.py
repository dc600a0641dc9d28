"""Whether every value of one schema is a value of another and, where not, what lies outside.

Beside plain logic there are the four questions that two contracts raise, in which a field that one of them does not name
is new or gone rather than just anything: a client neither sends nor reads what its contract does not name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gate.document import Json, Node
from gate.schemas.canonical import meaning
from gate.schemas.difference import MISSING, Difference, Example, Missing, What
from gate.schemas.pieces import ANYTHING, Array, Number, Object, Piece, Schema, Text, Value, key, kind
from gate.schemas.reading import Reader
from gate.schemas.scalars import number_differences, text_differences, word_language_differences
from gate.schemas.values import Judge, NoSample, Undecided, schemas_of


class Question(StrEnum):
    """What is asked of two schemas; which of them is the old one follows from it."""

    LOGIC = "is every value of the first one of the second?"
    STILL_TAKEN = "requests, old against new: what could be sent and is no longer taken?"
    NEWLY_TAKEN = "requests, new against old: what can be sent that could not be?"
    NEWLY_ANSWERED = "responses, new against old: what may come that could not come?"
    NO_LONGER_ANSWERED = "responses, old against new: what could come and no longer does?"

    @property
    def of_requests(self) -> bool:
        """Whether it is about what clients send."""
        return self in (Question.STILL_TAKEN, Question.NEWLY_TAKEN)


@dataclass(eq=False)
class Comparison:
    """Compares schemas of two contracts under one question, the first contract's on the left."""

    left: Reader
    right: Reader
    question: Question = Question.LOGIC
    words: bool = False
    """Whether scalars go over the wire as text, as in a form or a query."""
    _done: dict[tuple[Schema, Schema], list[Difference]] = field(default_factory=dict, repr=False)
    _meanings: dict[Schema, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def differences(self, one: Schema, other: Schema) -> list[Difference]:
        """What the first schema takes that the second does not; empty where every value is taken."""
        if other == ANYTHING or self._mean_the_same(one, other):
            return []
        if (one, other) not in self._done:
            # Schemas within themselves: as long as nothing speaks against it, what is being asked is so.
            self._done[(one, other)] = []
            found = [] if not one else list(self._promises(one, other))
            found += [self._proven(each, one, other) for each in self._outside(one, other)]
            self._done[(one, other)] = found
        return self._done[(one, other)]

    def _mean_the_same(self, one: Schema, other: Schema) -> bool:
        if self.left.old_dialect is not self.right.old_dialect or not one:
            return False
        return self._meaning(one) == self._meaning(other)

    def _meaning(self, schema: Schema) -> tuple[str, ...]:
        if schema not in self._meanings:
            self._meanings[schema] = tuple(sorted(meaning(node) for node in schema))
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
            return self._of_left.takes(one, example) and not self._of_right.takes(other, example)
        except Undecided:
            return False

    @property
    def _of_left(self) -> Judge:
        return Judge(self.left, words=self.words)

    @property
    def _of_right(self) -> Judge:
        return Judge(self.right, words=self.words)

    def _outside(self, one: Schema, other: Schema) -> Iterator[Difference]:
        lefts, rights = self.left.pieces(one), self.right.pieces(other)
        node, counterpart = _first(one), _first(other)
        known = {kind(piece) for piece in rights}
        yield from self._values_outside([each for each in lefts if isinstance(each, Value)], other, known, node)
        for piece in lefts:
            if isinstance(piece, Value):
                continue
            candidates = [each for each in rights if self._comparable(piece, each)]
            attempts = [list(self._between(piece, each)) for each in candidates]
            if not attempts:
                yield self._no_counterpart(piece, rights, known, node, counterpart)
            elif all(attempts):
                yield from min(attempts, key=len)

    def _values_outside(
        self, values: list[Value], other: Schema, known: set[str], node: Node | None
    ) -> Iterator[Difference]:
        refused = [each for each in values if not self._taken(other, each.value)]
        counterpart = _first(other)
        for name in dict.fromkeys(kind(each) for each in refused):
            of_kind = [each for each in refused if kind(each) == name]
            shown = ", ".join(_shown(each.value) for each in of_kind)
            where = of_kind[0].written.get("enum", node)
            whole = name not in known and (name in ("null", "boolean"))
            yield Difference(
                path=(),
                what=What.TYPE if whole else What.ENUM,
                text=name if whole else shown,
                one=where,
                other=counterpart,
                example=of_kind[0].value,
                sure=True,
            )

    def _taken(self, schema: Schema, value: Json) -> bool:
        try:
            return self._of_right.takes(schema, value)
        except Undecided:
            return False

    def _no_counterpart(
        self, piece: Piece, rights: tuple[Piece, ...], known: set[str], node: Node | None, counterpart: Node | None
    ) -> Difference:
        """A type of which the second schema takes nothing, or only the values that it lists."""
        listed = [each for each in rights if isinstance(each, Value) and kind(each) == kind(piece)]
        example = self._sampled(piece, listed)
        if kind(piece) in known:
            values = ", ".join(_shown(each.value) for each in listed)
            text = f"any {kind(piece)}, not only {values}"
            return Difference((), What.ENUM, text, node, listed[0].written.get("enum", counterpart), example, sure=True)
        return Difference((), What.TYPE, kind(piece), node, counterpart, example, sure=True)

    def _sampled(self, piece: Piece, but: list[Value]) -> Example:
        judge = self._of_left
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

    def _comparable(self, piece: Piece, other: Piece) -> bool:
        if isinstance(other, Value):
            return False
        if kind(piece) == kind(other):
            return True
        # On the wire a number is a text, and a single value is a list of one.
        scalar = isinstance(piece, Number | Text)
        return self.words and scalar and (isinstance(other, Array) or (isinstance(other, Text)))

    def _between(self, one: Piece, other: Piece) -> Iterator[Difference]:
        for extra in sorted(other.extras - one.extras, key=lambda each: each.meaning):
            keyword = extra.meaning.partition(" ")[0]
            yield Difference((), What.CONSTRAINT, keyword, None, extra.node, self._sampled(one, []), sure=True)
        match one, other:
            case Number(), Number():
                yield from number_differences(one, other)
            case Number(), Text():
                yield from word_language_differences(one, other)
            case Text(), Text():
                yield from text_differences(one, other)
            case Array(), Array():
                yield from self._between_arrays(one, other)
            case Object(), Object():
                yield from self._between_objects(one, other)
            case _, Array():
                yield from self._between_one_and_many(one, other)

    def _between_one_and_many(self, one: Piece, other: Array) -> Iterator[Difference]:
        if other.shortest > 1 or other.longest == 0:
            yield Difference(
                (), What.TYPE, kind(one), None, other.written.get("type"), self._sampled(one, []), sure=True
            )
            return
        pieces = [piece for piece in self.right.pieces(other.item(0)) if self._comparable(one, piece)]
        attempts = [list(self._between(one, piece)) for piece in pieces]
        if not attempts:
            yield Difference(
                (), What.TYPE, kind(one), None, other.written.get("items"), self._sampled(one, []), sure=True
            )
        elif all(attempts):
            yield from min(attempts, key=len)

    def _between_arrays(self, one: Array, other: Array) -> Iterator[Difference]:
        if one.shortest < other.shortest:
            text = f"fewer than {other.shortest} items"
            yield self._count("minItems", text, one, other, self._array(one, one.shortest))
        if other.longest is not None and (one.longest is None or one.longest > other.longest):
            text = f"more than {other.longest} items"
            yield self._count("maxItems", text, one, other, self._array(one, other.longest + 1))
        if other.unique and not one.unique and (one.longest is None or one.longest > 1):
            example = self._array(one, max(2, one.shortest))
            yield Difference(
                (), What.UNIQUE, "doubled items", None, other.written.get("uniqueItems"), example, sure=True
            )
        for number in range(max(len(one.prefix), len(other.prefix)) + 1):
            if one.longest is not None and number >= one.longest:
                break
            last = number == max(len(one.prefix), len(other.prefix))
            step = "[]" if last else f"[{number}]"

            def wrap(value: Json, number: int = number) -> Example:
                array = self._array(one, max(one.shortest, number + 1))
                if isinstance(array, list):
                    array[number] = value
                return array

            for each in self.differences(one.item(number), other.item(number)):
                yield each.inside(step, wrap)

    def _count(self, keyword: str, text: str, one: Piece, other: Piece, example: Example) -> Difference:
        written = other.written.get(keyword)
        return Difference((), What.COUNT, text, one.written.get(keyword), written, example, sure=True)

    def _array(self, piece: Array, length: int) -> Example:
        try:
            return [self._of_left.sample(piece.item(number)) for number in range(length)]
        except NoSample:
            return MISSING

    def _between_objects(self, one: Object, other: Object) -> Iterator[Difference]:
        gone: set[str] = set()
        for name in dict.fromkeys([*one.fields, *other.fields]):
            found = list(self._field(one, other, name))
            gone |= {name for each in found if each.what in (What.REMOVED, What.ADDED) and each.path == (name,)}
            yield from found
        for name in sorted(other.required - one.required - gone):
            if self._known_to_both_or_asked(one, other, name):
                yield self._presence(one, other, name)
        yield from self._other_fields(one, other)
        fewest = max(one.fewest, len(one.required))
        if fewest < other.fewest:
            yield self._count("minProperties", f"fewer than {other.fewest} fields", one, other, self._object(one, {}))
        closed = one.rest != ANYTHING and not self.left.pieces(one.rest) and not one.patterns
        most = one.most if one.most is not None or not closed else len(one.fields)
        if other.most is not None and (most is None or most > other.most):
            yield self._count("maxProperties", f"more than {other.most} fields", one, other, MISSING)

    def _known_to_both_or_asked(self, one: Object, other: Object, name: str) -> bool:
        """Whether the absence of a field says something beside the field's being new or gone."""
        match self.question:
            case Question.NEWLY_TAKEN | Question.NO_LONGER_ANSWERED:
                return name in one.fields and name in other.fields
            case _:
                return True

    def _presence(self, one: Object, other: Object, name: str) -> Difference:
        left = one.fields.get(name, ())
        where = other.written.get("required") or _first(other.fields.get(name, ()))
        return Difference((name,), What.PRESENCE, name, _first(left), where, self._object(one, {}), sure=True)

    def _field(self, one: Object, other: Object, name: str) -> Iterator[Difference]:
        left, right = _joined(one, name), _joined(other, name)
        question = self.question
        if (name in one.fields and name in other.fields) or question is Question.LOGIC:
            yield from self._inside_field(one, name, left, right)
        elif question in (Question.NEWLY_TAKEN, Question.NO_LONGER_ANSWERED):
            new = one if question is Question.NEWLY_TAKEN else other
            if name in new.fields:
                node = _first(new.fields[name])
                yield Difference((name,), What.ADDED, name, node, node, sure=True, by_rule=True)
        elif question is Question.STILL_TAKEN:
            yield from self._field_of_request(one, other, name)
        elif name in other.fields:
            found = list(self._inside_field(one, name, left, right)) if self._is_map(self.left, one, name) else None
            if found is None or found:
                yield Difference((name,), What.REMOVED, name, None, _first(right), sure=True, by_rule=True)
        elif right != ANYTHING:
            named = self._is_map(self.right, other, name)
            node = _first(left)
            if named:
                yield from self._inside_field(one, name, left, right)
            else:
                yield Difference((name,), What.ADDED, name, node, _first(right), self._with(one, name), sure=True)

    def _field_of_request(self, one: Object, other: Object, name: str) -> Iterator[Difference]:
        left, right = _joined(one, name), _joined(other, name)
        if name in other.fields:
            if self._is_map(self.left, one, name):
                yield from self._inside_field(one, name, left, right)
        elif self._is_map(self.right, other, name):
            yield from self._inside_field(one, name, left, right)
        else:
            yield Difference((name,), What.REMOVED, name, _first(left), None, sure=True, by_rule=True)

    def _is_map(self, reader: Reader, piece: Object, name: str) -> bool:
        """Whether an object that does not name a field says what it holds all the same."""
        schema = _joined(piece, name)
        return schema != ANYTHING and bool(reader.pieces(schema))

    def _inside_field(self, one: Object, name: str, left: Schema, right: Schema) -> Iterator[Difference]:
        optional = name not in one.required
        for each in self.differences(left, right):
            if each.what is What.DEFAULT and not each.path and not optional:
                continue
            yield each.inside(name, lambda value: self._object(one, {name: value}))

    def _with(self, one: Object, name: str) -> Example:
        try:
            return self._object(one, {name: self._of_left.sample(_joined(one, name))})
        except NoSample:
            return MISSING

    def _object(self, piece: Object, given: dict[str, Json]) -> Example:
        try:
            needed = [name for name in sorted(piece.required) if name not in given]
            return given | {name: self._of_left.sample(_joined(piece, name)) for name in needed}
        except NoSample:
            return MISSING

    def _other_fields(self, one: Object, other: Object) -> Iterator[Difference]:
        if one.patterns.keys() != other.patterns.keys() and one.patterns and other.patterns:
            yield Difference((), What.CONSTRAINT, "patternProperties", None, other.written.get("patternProperties"))
            return
        for pattern in dict.fromkeys([*one.patterns, *other.patterns]):
            left, right = one.patterns.get(pattern, one.rest), other.patterns.get(pattern, other.rest)
            if self.question is not Question.LOGIC and left == ANYTHING and pattern not in one.patterns:
                continue
            for each in self.differences(left, right):
                yield replace(each.inside(f"{{{pattern}}}", lambda _: MISSING), sure=False)
        if other.rest == ANYTHING or not self.left.pieces(one.rest):
            return
        name = next(name for name in _unnamed() if name not in one.fields and name not in other.fields)
        found = self.differences(one.rest, other.rest)
        if found and not self.right.pieces(other.rest):
            where = other.written.get("additionalProperties")
            example = self._with(one, name)
            yield Difference(
                (), What.OTHER_FIELDS, "", one.written.get("additionalProperties"), where, example, sure=True
            )
            return
        for each in found:
            yield each.inside("{*}", lambda value: self._object(one, {name: value}))

    def _promises(self, one: Schema, other: Schema) -> Iterator[Difference]:
        """What a request schema promises beside what it takes: the value of what is left out, and where a value is capped."""
        if not self.question.of_requests:
            return
        lost = self.question is Question.STILL_TAKEN
        yield from _default(one, other, lost=lost)
        left, right = _said(one, "x-cap"), _said(other, "x-cap")
        high, low = _cap(left), _cap(right)
        if low is not None and (high is None or low < high):
            text = (
                f"{'no' if high is None else high}, then {low}"
                if lost
                else f"{low}, then {'none' if high is None else high}"
            )
            yield Difference((), What.CAP, text, left, right, sure=True, by_rule=True)


def _default(one: Schema, other: Schema, *, lost: bool) -> Iterator[Difference]:
    left, right = _said(one, "default"), _said(other, "default")
    if lost and left is not None and (right is None or key(left.value) != key(right.value)):
        now = "none" if right is None else _shown(right.value)
        yield Difference((), What.DEFAULT, f"{_shown(left.value)}, now {now}", left, right, sure=True, by_rule=True)
    elif not lost and left is not None and right is None:
        yield Difference((), What.DEFAULT, f"none, now {_shown(left.value)}", left, right, sure=True, by_rule=True)


def _said(schema: Schema, keyword: str) -> Node | None:
    """What a schema says with a keyword that bears on no value: itself, by reference, or in allOf."""
    for node in schema:
        beside = node.without_reference().child(keyword)
        found = beside or node.resolved().child(keyword)
        if found is None:
            found = next((inner for one in node.written_elements("allOf") if (inner := _said((one,), keyword))), None)
        if found is not None:
            return found
    return None


def _cap(node: Node | None) -> int | None:
    return node.value if node is not None and isinstance(node.value, int) else None


def _joined(piece: Object, name: str) -> Schema:
    return tuple(node for schema in schemas_of(piece, name) for node in schema)


def _first(schema: Schema) -> Node | None:
    return schema[0] if schema else None


def _unnamed() -> Iterator[str]:
    yield "other"
    number = 2
    while True:
        yield f"other{number}"
        number += 1


def _shown(value: Json) -> str:
    text = key(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
