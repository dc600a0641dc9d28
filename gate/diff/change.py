"""A change between two contracts, and what makes two sightings of it one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from gate.diff.catalogue import RULES, Effect, Rule
from gate.source.document import Node, Place


class Concern(StrEnum):
    """What a change is about."""

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

    @property
    def said(self) -> Rule:
        """What is known of all changes of its kind."""
        return RULES[self.rule]

    @property
    def effect(self) -> Effect:
        """What it does to clients."""
        return self.said.effect

    @property
    def concern(self) -> Concern:
        """What it is about."""
        topic = self.rule.partition("/")[0]
        return {"request": Concern.REQUEST, "response": Concern.RESPONSE, "documentation": Concern.PROSE}.get(
            topic, Concern.RULE
        )


def place_of(new: Node, old: Node | None = None) -> Place:
    """Where people have to look: in the new contract, where the thing is or, if it is gone, was."""
    return new.document.place(new.pointer if old is None else old.pointer)


def merged(changes: Iterable[Change]) -> list[Change]:
    """The changes, one that shows at many places told once; what breaks comes first, then by line."""
    found: dict[tuple[str, str, Place, str], Change] = {}
    for change in changes:
        key = (change.rule, change.text, change.place, change.subject)
        known = found.get(key)
        if known is None:
            found[key] = change
        else:
            at = tuple(dict.fromkeys([*known.at, *change.at]))
            found[key] = replace(
                known, at=at, proven=known.proven or change.proven, example=known.example or change.example
            )
    order = list(Effect)
    return sorted(
        found.values(),
        key=lambda one: (order.index(one.effect), not one.proven, one.place.file, one.place.line, one.rule),
    )
