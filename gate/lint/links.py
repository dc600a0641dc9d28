"""Links: do they lead to an operation, and to parameters that it has?"""

from collections.abc import Iterator, Mapping

from gate.errors import GateError
from gate.lint.issue import Issue
from gate.openapi.contract import Contract, Operation
from gate.source.document import Node
from gate.source.visitor import walk

LOCATIONS = ("path", "query", "header", "cookie")


def link_issues(contract: Contract) -> Iterator[Issue]:
    """Yield an issue for each link that leads nowhere, and for each parameter that its operation does not have."""
    operations = {operation.id: operation for operation in contract.operations.values() if operation.id}
    by_node = {operation.node: operation for operation in contract.operations.values()}
    checked: set[Node] = set()
    for part in walk(contract.root):
        for name, link in part.node.items("links"):
            if link not in checked:
                checked.add(link)
                yield from _issues(name, link, operations, by_node)


def _issues(
    name: str, link: Node, operations: Mapping[str, Operation], by_node: Mapping[Node, Operation]
) -> Iterator[Issue]:
    identifier, reference = link.text("operationId"), link.text("operationRef")
    operation = operations.get(identifier)
    if operation is None and reference:
        # What is elsewhere cannot be checked.
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
