"""A violation to explain, and the questions that the search for a check asks about it."""

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
IN_A_ROW = re.compile(r"data\.\d+\.")
"""Matches a path that goes by the index of a row."""
DOCUMENTED_WORDS = frozenset(
    {*("", "null", "true", "false", "categorised", "uncategorised", "active", "archived", "yes", "no")}
)


@dataclass(frozen=True)
class Judged:
    """A violation to explain: its basis, the recorded answers, and those of the reference."""

    basis: Basis
    steps: Sequence[int]
    recorded: Trace
    reference: Trace
    ids: KnownIds
    sent: AbstractSet[str]
    """The values of fields that were sent, as text."""

    def at(self, step: int, path: str, expected: Template) -> Iterator[ValueIs]:
        """Yield checks of a value; in a row, first by its id, then by a unique value, as its index may change."""
        answer = self.answer(step)
        _, _, column = path.removeprefix("data.").partition(".")
        row = f"{path.removesuffix(column)}id"
        made = self.ids.places.get((kind_at(answer.exchange, row), answer.at(row).text))
        if column and column != "id" and made is not None and made.step < step and not IN_A_ROW.match(made.path):
            yield ValueIs(step, column, expected, row=made)
        if (own := selected(answer, path)) != path:
            yield ValueIs(step, own, expected)
        yield ValueIs(step, path, expected)

    def is_telling(self, text: str) -> bool:
        """Return whether any deployment must show a text: a number, a documented word, or a text that was sent.

        Other texts are a deployment's own, such as the title of the default.
        """
        is_ours = any(isinstance(part, Label) for part in label_parts(text))
        return text in DOCUMENTED_WORDS or text in self.sent or bool(NUMBER.fullmatch(text)) or is_ours

    def expected_text(self, text: str) -> Template:
        """Return a text that the reference shows, with the titles of its projects as labels."""
        return tuple(label_parts(text, {title: number for number, title in self.reference.labels.items()}))

    def meanings(self) -> dict[tuple[str, str], Ref]:
        """Return the references by the ids that the reference's answers show for them."""
        meant: dict[tuple[str, str], Ref] = {}
        for (kind, _), ref in self.ids.places.items():
            answer = self.reference.answers.get(ref.step)
            if answer is not None and (text := answer.at(ref.path).text):
                meant.setdefault((kind, text), ref)
        return meant

    def answer(self, step: int) -> Answer:
        return self.recorded.answers[step]


def text_of(value: object) -> str:
    """Return a value as text, as answers show it."""
    if value is None or isinstance(value, bool | int | float | str):
        scalar: Json = value
        return to_leaf(scalar).text
    return repr(value)
