"""Requirements and open points: unique, complete, and traced to their source."""

import re
from collections.abc import Iterator

from gate.lint.issue import Issue
from gate.openapi.contract import METHODS, Contract
from gate.source.document import Node

ID = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
LEVELS = ("stated", "inferred")


def requirement_issues(contract: Contract) -> Iterator[Issue]:
    """Yield the issues of requirements and open points, at the root, at paths and at operations."""
    items = [item for holder in ("paths", "webhooks") for _, item in contract.root.items(holder)]
    operations = [node for item in items for method, node in item.items() if method in METHODS]
    # Two paths may share what they are made of.
    carriers = list(dict.fromkeys([contract.root, *items, *operations]))
    yield from _of_requirements(carriers)
    yield from _of_open_points(carriers)


def _of_requirements(carriers: list[Node]) -> Iterator[Issue]:
    ids: set[str] = set()
    for node in _entries(carriers, "x-requirements"):
        name = node.text("id")
        yield from _of_id(name, node, ids)
        if node.text("level") not in LEVELS:
            text = f"{name} has the level {node.text('level') or 'none'}"
            yield Issue("lint/requirement", text, "A level is stated or inferred.", node)
        if not node.text("text"):
            yield Issue("lint/requirement", f"{name} says nothing", "Give it a `text`, one sentence.", node)
        if not node.text("source"):
            text = f"{name} cannot be traced: it has no source"
            yield Issue("lint/requirement", text, "Name the page and section that says it.", node)


def _of_open_points(carriers: list[Node]) -> Iterator[Issue]:
    ids: set[str] = set()
    for node in _entries(carriers, "x-open-points"):
        name = node.text("id")
        yield from _of_id(name, node, ids)
        choices = [choice for choice, _ in node.items("choices")]
        if not node.text("question") or len(choices) < 2:
            text = f"{name} has no question, or less than two choices"
            yield Issue("lint/open-point", text, "Ask something that has several answers.", node)
        if node.text("default") not in choices:
            text = f"the default of {name} is none of its choices"
            yield Issue("lint/open-point", text, "Make one of the choices the default.", node)


def _of_id(name: str, node: Node, ids: set[str]) -> Iterator[Issue]:
    if not ID.fullmatch(name):
        yield Issue("lint/id", f"{name or 'an entry'} is no id", "Write it topic/what-holds, in small letters.", node)
    elif name in ids:
        yield Issue("lint/id", f"{name} is there twice", "Rename or remove one of them.", node)
    ids.add(name)


def _entries(carriers: list[Node], extension: str) -> Iterator[Node]:
    return (node for carrier in carriers for node in carrier.elements(extension))
