"""A contract by itself: is it well made, do its examples fit, can each of its requirements be traced?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gate.contract import METHODS, Contract, Operation
from gate.document import Node
from gate.examples import misfits
from gate.problem import NotDone

ID = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
VARIABLE = re.compile(r"\{([^{}]*)\}")
LEVELS = ("stated", "inferred")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, where, and how to mend it."""

    rule: str
    text: str
    remedy: str
    node: Node


def complaints(contract: Contract) -> Iterator[Complaint]:
    """All that is wrong with a contract. Raises NotDone where a reference leads nowhere."""
    yield from _of_references(contract.root)
    yield from _of_operations(contract)
    yield from _of_examples(contract)
    yield from _of_requirements(contract)
    yield from _of_open_points(contract)


def _of_references(node: Node) -> Iterator[Complaint]:
    if node.reference is not None:
        try:
            node.resolved()
        except NotDone as problem:
            yield Complaint("lint/reference", str(problem), "Define what the reference names.", node)
        return
    for child in _children(node):
        yield from _of_references(child)


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node.value, dict):
        yield from (Node(node.document, (*node.pointer, key), value) for key, value in node.value.items())
    elif isinstance(node.value, list):
        for number, value in enumerate(node.value):
            yield Node(node.document, (*node.pointer, str(number)), value)


def _of_operations(contract: Contract) -> Iterator[Complaint]:
    seen: dict[str, Operation] = {}
    for operation in contract.operations.values():
        if not operation.id:
            text = f"{operation.method.upper()} {operation.path} has no operationId"
            yield Complaint("lint/operation-id", text, "Give it one.", operation.node)
        elif operation.id in seen:
            text = f"two operations are called {operation.id}"
            yield Complaint("lint/operation-id", text, "Rename one of them.", operation.node)
        seen[operation.id] = operation
        yield from _of_variables(operation)
        if not operation.responses:
            yield Complaint("lint/responses", f"{operation.name} has no responses", "Say what answers.", operation.node)
    for path, item in contract.root.fields("paths"):
        for name, _ in item.fields():
            known = name in METHODS or name in ("parameters", "summary", "description", "servers", "$ref")
            if not known and not name.startswith("x-"):
                yield Complaint("lint/method", f"{path} has the unknown method {name}", "Correct its name.", item)


def _of_variables(operation: Operation) -> Iterator[Complaint]:
    written = set(VARIABLE.findall(operation.path))
    declared = {one.name for one in operation.parameters.values() if one.location == "path"}
    for name in sorted(written - declared):
        text = f"{operation.name} does not declare the variable {{{name}}} of its path"
        yield Complaint("lint/path-variable", text, "Add a parameter that is `in: path`.", operation.node)
    for name in sorted(declared - written):
        text = f"{operation.name} declares {name}, which is not in its path"
        yield Complaint("lint/path-variable", text, "Remove the parameter, or put it into the path.", operation.node)


def _of_examples(contract: Contract) -> Iterator[Complaint]:
    for example, why in misfits(contract):
        text = f"the example does not fit its schema: {why}"
        yield Complaint("lint/example", text, "Correct the example, or the schema.", example)


def _of_requirements(contract: Contract) -> Iterator[Complaint]:
    seen: set[str] = set()
    for node in _entries(contract, "x-requirements"):
        name = node.text("id")
        yield from _of_id(name, node, seen)
        if node.text("level") not in LEVELS:
            text = f"{name} has the level {node.text('level') or 'none'}"
            yield Complaint("lint/requirement", text, "A level is stated or inferred.", node)
        if not node.text("text"):
            yield Complaint("lint/requirement", f"{name} says nothing", "Give it a `text`, one sentence.", node)
        if not node.text("source"):
            text = f"{name} cannot be traced: it has no source"
            yield Complaint("lint/requirement", text, "Name the page and section that says it.", node)


def _of_open_points(contract: Contract) -> Iterator[Complaint]:
    seen: set[str] = set()
    for node in _entries(contract, "x-open-points"):
        name = node.text("id")
        yield from _of_id(name, node, seen)
        choices = [choice for choice, _ in node.fields("choices")]
        if not node.text("question") or len(choices) < 2:
            text = f"{name} has no question, or less than two choices"
            yield Complaint("lint/open-point", text, "Ask something that has several answers.", node)
        if node.text("default") not in choices:
            text = f"the default of {name} is none of its choices"
            yield Complaint("lint/open-point", text, "Make one of the choices the default.", node)


def _of_id(name: str, node: Node, seen: set[str]) -> Iterator[Complaint]:
    if not ID.fullmatch(name):
        yield Complaint(
            "lint/id", f"{name or 'an entry'} is no id", "Write it topic/what-holds, in small letters.", node
        )
    elif name in seen:
        yield Complaint("lint/id", f"{name} is there twice", "Rename or remove one of them.", node)
    seen.add(name)


def _entries(contract: Contract, extension: str) -> Iterator[Node]:
    for carrier in (contract.root, *(one.node for one in contract.operations.values())):
        yield from carrier.elements(extension)
