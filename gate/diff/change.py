"""A change between two contracts, and its place."""

from dataclasses import dataclass
from enum import StrEnum

from gate.diff.catalogue import RULES, Effect, Rule
from gate.source.document import Node, Place


class Concern(StrEnum):
    """The subject of a change."""

    REQUEST = "request"
    RESPONSE = "response"
    RULE = "rule"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as clients notice it.

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
    """For a removed part that was deprecated: the day of removal that the old contract announced, as written."""

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
    """Return the place to look at in the new contract: that of the part or, if it was removed, where it was."""
    return new.document.place(new.pointer if old is None else old.pointer)


def sunset_of(node: Node | None) -> str:
    """Return the `x-sunset` of a deprecated part, beside a reference or at its target; empty if there is none."""
    for part in () if node is None else (node, node.resolved()):
        deprecated, day = part.get("deprecated"), part.get("x-sunset")
        if deprecated is not None and deprecated.value is True and day is not None:
            return str(day.value)
    return ""
