"""Are the operations of a contract told apart, complete, and protected by what it declares?"""

import re
from collections.abc import Iterator

from gate.lint.issue import Issue
from gate.openapi.contract import METHODS, Contract, Operation
from gate.source.document import Node

VARIABLE = re.compile(r"\{([^{}]*)\}")
BESIDE_METHODS = ("parameters", "summary", "description", "servers", "$ref")


def operation_issues(contract: Contract) -> Iterator[Issue]:
    """What is wrong with paths, operations, and the keys that they ask for."""
    yield from _of_paths(contract.root)
    yield from _of_ids(contract.root)
    for operation in contract.operations.values():
        yield from _of_variables(operation)
        if not operation.responses:
            yield Issue("lint/responses", f"{operation.name} has no responses", "Say what answers.", operation.node)
    for carrier in (contract.root, *(node for *_, node in written_operations(contract.root))):
        yield from _of_security(contract.root, carrier)


def written_operations(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Path, method and node of each operation; of paths that are twins, both."""
    for holder in ("paths", "webhooks"):
        for path, item in root.items(holder):
            yield from ((path, method, node) for method, node in item.items() if method in METHODS)


def _of_paths(root: Node) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for path, item in root.items_raw("paths"):
        twin = seen.setdefault(VARIABLE.sub("{}", path), path)
        if twin != path:
            text = f"{path} and {twin} are the same path: no request tells them apart"
            yield Issue("lint/path-twice", text, "Join them under one name.", item)
        for name, _ in item.items_raw():
            if name not in METHODS and name not in BESIDE_METHODS and not name.startswith("x-"):
                yield Issue("lint/method", f"{path} has the unknown method {name}", "Correct its name.", item)


def _of_ids(root: Node) -> Iterator[Issue]:
    seen: dict[str, Node] = {}
    for path, method, node in written_operations(root):
        name = node.text("operationId")
        if not name:
            text = f"{method.upper()} {path} has no operationId"
            yield Issue("lint/operation-id", text, "Give it one.", node)
        elif seen.setdefault(name, node) != node:
            yield Issue("lint/operation-id", f"two operations are called {name}", "Rename one of them.", node)


def _of_variables(operation: Operation) -> Iterator[Issue]:
    written = set(VARIABLE.findall(operation.path))
    declared = {one.name for one in operation.parameters.values() if one.location == "path"}
    for name in sorted(written - declared):
        text = f"{operation.name} does not declare the variable {{{name}}} of its path"
        yield Issue("lint/path-variable", text, "Add a parameter that is `in: path`.", operation.node)
    for name in sorted(declared - written):
        text = f"{operation.name} declares {name}, which is not in its path"
        yield Issue("lint/path-variable", text, "Remove the parameter, or put it into the path.", operation.node)


def _of_security(root: Node, carrier: Node) -> Iterator[Issue]:
    declared = {name for name, _ in root.items_raw("components", "securitySchemes")}
    for alternative in carrier.elements("security"):
        for name, node in alternative.items_raw():
            if name not in declared:
                text = f"{name} is asked for, and is none of the security schemes"
                yield Issue("lint/security", text, "Declare it in components.securitySchemes.", node)
