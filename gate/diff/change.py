"""A change between two contracts, and where to look for it."""

from dataclasses import dataclass
from enum import StrEnum

from gate.diff.catalogue import RULES, Effect, Rule
from gate.source.document import Node, Place


class Concern(StrEnum):
    """Subject of a change."""

    REQUEST = "request"
    RESPONSE = "response"
    RULE = "rule"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as a client meets it.

    `at` lists where it shows: operation, part of the message, encoding. `example` is a value, as JSON, that shows it.
    `sure` says whether it is proven; what is not sure, a person has to look at. `subject` tells it from others where
    the text says too little.
    """

    rule: str
    text: str
    place: Place
    at: tuple[str, ...]
    before: str = ""
    example: str = ""
    proven: bool = True
    subject: str = ""
    sunset: str = ""
    """Of what is gone and was deprecated: the day that the old contract announced for that, as it is written."""

    @property
    def kind_of_change(self) -> Rule:
        """Return the catalogue entry of its kind."""
        return RULES[self.rule]

    @property
    def effect(self) -> Effect:
        """Return the effect on clients."""
        return self.kind_of_change.effect

    @property
    def concern(self) -> Concern:
        """Return the subject."""
        topic = self.rule.partition("/")[0]
        return {"request": Concern.REQUEST, "response": Concern.RESPONSE, "documentation": Concern.PROSE}.get(
            topic, Concern.RULE
        )


def place_of(new: Node, old: Node | None = None) -> Place:
    """Return the place to look at: in the new contract, where the thing is or, if it is gone, was."""
    return new.document.place(new.pointer if old is None else old.pointer)


def sunset_of(node: Node | None) -> str:
    """Return the `x-sunset` of what a contract has as deprecated, beside a reference or behind it; else nothing."""
    for part in () if node is None else (node, node.resolved()):
        deprecated, day = part.get("deprecated"), part.get("x-sunset")
        if deprecated is not None and deprecated.value is True and day is not None:
            return str(day.value)
    return ""
