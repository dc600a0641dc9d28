"""The command `milestones-gate lint`: issues of a contract that no standard linter reports.

The issues are in requirements, open points, their sources, and links.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gate.errors import GateError
from gate.openapi.contract import METHODS, Contract, Operation, read
from gate.source.document import Document, Node, load
from gate.source.visitor import walk
from gate.verdict import Finding, NextSteps, Severity, Verdict

LOCATIONS = ("path", "query", "header", "cookie")
ID = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
LEVELS = ("stated", "inferred")
NEXT_STEPS = NextSteps(
    fine="There are no issues.",
    breaks="Fix each issue as it says.",
    undecided="",
    failed="not well made",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """One error, its place, and how to fix it."""

    rule: str
    text: str
    remedy: str
    node: Node


def run(contracts: Iterable[str]) -> Verdict:
    """Lint contracts, each a file or REVISION:FILE; raise GateError if one cannot be read."""
    names = list(contracts)
    findings = [_finding(issue) for name in names for issue in find_issues(load(name))]
    return Verdict("lint", ", ".join(names), findings, NEXT_STEPS)


def _finding(issue: Issue) -> Finding:
    return Finding(
        rule=issue.rule,
        kind="complaint",
        heading="Complaints",
        severity=Severity.ERROR,
        text=issue.text,
        reason="Nobody can fulfil a contract that contradicts itself.",
        remedy=issue.remedy,
        place=issue.node.place,
    )


def find_issues(document: Document) -> Iterator[Issue]:
    """Yield the issues of requirements, open points and links.

    Raises GateError for a file that is no OpenAPI document, or has references without a target.
    """
    contract = read(document)
    yield from requirement_issues(contract)
    yield from link_issues(contract)


def link_issues(contract: Contract) -> Iterator[Issue]:
    """Yield an issue for each link without a target, and for each parameter that its operation lacks."""
    operations = {operation.id: operation for operation in contract.operations.values() if operation.id}
    by_node = {operation.node: operation for operation in contract.operations.values()}
    checked: set[Node] = set()
    for node in walk(contract.root):
        for name, link in node.items("links"):
            if link not in checked:
                checked.add(link)
                yield from issues_of_link(name, link, operations, by_node)


def issues_of_link(
    name: str, link: Node, operations: Mapping[str, Operation], by_node: Mapping[Node, Operation]
) -> Iterator[Issue]:
    """Yield the issues of one link."""
    identifier, reference = link.text("operationId"), link.text("operationRef")
    operation = operations.get(identifier)
    if operation is None and reference:
        # Operations in other documents cannot be checked.
        if not reference.startswith("#"):
            return
        operation = by_node.get(_target(link, reference) or link)
    if operation is None:
        text = f"the link {name} leads to {identifier or reference or 'no operation'}, which is not there"
        yield Issue("lint/link", text, "Name an operation of this contract.", link)
        return
    names = {parameter.name for parameter in operation.parameters.values()}
    for parameter, node in link.items_raw("parameters"):
        location, _, rest = parameter.partition(".")
        if parameter not in names and not (location in LOCATIONS and rest in names):
            text = f"the link {name} sets {parameter}, which {operation.name} does not have"
            yield Issue("lint/link", text, "Name a parameter of the operation.", node)


def _target(link: Node, reference: str) -> Node | None:
    try:
        return link.follow(reference).resolved()
    except GateError:
        return None


def requirement_issues(contract: Contract) -> Iterator[Issue]:
    """Yield the issues of requirements and open points, at the root, at paths and at operations."""
    items = [item for holder in ("paths", "webhooks") for _, item in contract.root.items(holder)]
    operations = [node for item in items for method, node in item.items() if method in METHODS]
    # Two paths may share a path item.
    carriers = list(dict.fromkeys([contract.root, *items, *operations]))
    yield from issues_of_requirements(carriers)
    yield from issues_of_open_points(carriers)


def issues_of_requirements(carriers: list[Node]) -> Iterator[Issue]:
    """Yield the issues of requirements."""
    ids: set[str] = set()
    for node in _entries(carriers, "x-requirements"):
        name = node.text("id")
        yield from issues_of_id(name, node, ids)
        if node.text("level") not in LEVELS:
            text = f"{name} has the level {node.text('level') or 'none'}"
            yield Issue("lint/requirement", text, "A level is stated or inferred.", node)
        if not node.text("text"):
            yield Issue("lint/requirement", f"{name} says nothing", "Give it a `text`, one sentence.", node)
        if not node.text("source"):
            text = f"{name} cannot be traced: it has no source"
            yield Issue("lint/requirement", text, "Name the page and section that says it.", node)


def issues_of_open_points(carriers: list[Node]) -> Iterator[Issue]:
    """Yield the issues of open points."""
    ids: set[str] = set()
    for node in _entries(carriers, "x-open-points"):
        name = node.text("id")
        yield from issues_of_id(name, node, ids)
        choices = [choice for choice, _ in node.items("choices")]
        if not node.text("question") or len(choices) < 2:
            text = f"{name} has no question, or less than two choices"
            yield Issue("lint/open-point", text, "Ask a question that has several answers.", node)
        if node.text("default") not in choices:
            text = f"the default of {name} is none of its choices"
            yield Issue("lint/open-point", text, "Make one of the choices the default.", node)


def issues_of_id(name: str, node: Node, ids: set[str]) -> Iterator[Issue]:
    """Yield the issue of an id that is malformed or used twice."""
    if not ID.fullmatch(name):
        yield Issue("lint/id", f"{name or 'an entry'} is no id", "Write it topic/what-holds, in small letters.", node)
    elif name in ids:
        yield Issue("lint/id", f"{name} is there twice", "Rename or remove one of them.", node)
    ids.add(name)


def _entries(carriers: list[Node], extension: str) -> Iterator[Node]:
    return (node for carrier in carriers for node in carrier.elements(extension))
