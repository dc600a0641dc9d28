"""A violation to be explained, and what is asked of it again and again."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from conformance.exchange import Json
from conformance.reproduction.answers import Answer, to_leaf
from conformance.reproduction.checks import ValueIs
from conformance.reproduction.derivation import KnownIds, kind_at, label_parts, selected
from conformance.reproduction.program import Label, Ref, Template
from conformance.reproduction.trace import Trace
from conformance.results.difference import Basis

NUMBER = re.compile(r"-?\d+(\.\d+)?")
DOCUMENTED_WORDS = frozenset(
    {*("", "null", "true", "false", "categorised", "uncategorised", "active", "archived", "yes", "no")}
)


@dataclass(frozen=True)
class Judged:
    """A violation to be explained: its basis, the recorded answers, and those of the reference."""

    basis: Basis
    steps: Sequence[int]
    recorded: Trace
    reference: Trace
    ids: KnownIds
    sent: AbstractSet[str]
    """The texts that were sent, as values of fields."""

    def at(self, step: int, path: str, expected: Template) -> Iterator[ValueIs]:
        """Yield that a place has a value; a row first by what is its own, since its index may be another next time."""
        answer = self.answer(step)
        if (own := selected(answer, path)) != path:
            yield ValueIs(step, own, expected)
        _, _, column = path.removeprefix("data.").partition(".")
        row = f"{path.removesuffix(column)}id"
        made = self.ids.places.get((kind_at(answer.exchange, row), answer.at(row).text))
        if column and column != "id" and made is not None and made.step < step and made.path == "data.id":
            yield ValueIs(step, column, expected, row=made)
        yield ValueIs(step, path, expected)

    def is_telling(self, text: str) -> bool:
        """Tell if a text can be expected of any deployment: a number, a documented word, or one that was sent.

        Others are a deployment's own, such as the title of the default.
        """
        is_ours = any(isinstance(part, Label) for part in label_parts(text))
        return text in DOCUMENTED_WORDS or text in self.sent or bool(NUMBER.fullmatch(text)) or is_ours

    def meanings(self) -> dict[tuple[str, str], Ref]:
        """Return the references whose values are the ids of the reference's answers."""
        meant: dict[tuple[str, str], Ref] = {}
        for (kind, _), ref in self.ids.places.items():
            answer = self.reference.answers.get(ref.step)
            if answer is not None and (text := answer.at(ref.path).text):
                meant.setdefault((kind, text), ref)
        return meant

    def answer(self, step: int) -> Answer:
        return self.recorded.answers[step]


def text_of(value: object) -> str:
    """Return a value as answers show it."""
    if value is None or isinstance(value, bool | int | float | str):
        scalar: Json = value
        return to_leaf(scalar).text
    return repr(value)
