"""Requirements and open points, with their operations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gate.openapi.messages import Key
from gate.source.document import Node

Carriers: TypeAlias = list[tuple[Node, tuple[Key, ...]]]
# Stands for requirements of no operation, such as those of an unknown path.
WHOLE: Key = ("", "")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule that no schema can say."""

    id: str
    level: str
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question that the documentation leaves open, and the meaning of each choice."""

    id: str
    question: str
    choices: Mapping[str, str]
    default: str
    node: Node


def requirements(carriers: Carriers) -> dict[str, dict[Key, Requirement]]:
    """Return the requirements by id and operation; the definition closest to the operation counts."""
    by_id: dict[str, dict[Key, Requirement]] = {}
    for carrier, concerned in carriers:
        for node in carrier.elements("x-requirements"):
            requirement = Requirement(node.text("id"), node.text("level", "stated"), node.text("text"), node)
            by_id.setdefault(requirement.id, {}).update(dict.fromkeys(concerned, requirement))
    return by_id


def open_points(carriers: Carriers) -> Iterator[OpenPoint]:
    """Yield the open points."""
    for carrier, _ in carriers:
        for node in carrier.elements("x-open-points"):
            choices = {name: str(meaning.value) for name, meaning in node.items("choices")}
            yield OpenPoint(node.text("id"), node.text("question"), choices, node.text("default"), node)
