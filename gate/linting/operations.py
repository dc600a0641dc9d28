"""Are the operations of a contract told apart, complete, and protected by what it declares?"""

import re
from collections.abc import Iterator

from gate.contract import METHODS, Contract, Operation
from gate.document import Node
from gate.linting.complaint import Complaint

VARIABLE = re.compile(r"\{([^{}]*)\}")
BESIDE_METHODS = ("parameters", "summary", "description", "servers", "$ref")


def of_operations(contract: Contract) -> Iterator[Complaint]:
    """What is wrong with paths, operations, and the keys that they ask for."""
    yield from _of_paths(contract.root)
    yield from _of_ids(contract.root)
    for operation in contract.operations.values():
        yield from _of_variables(operation)
        if not operation.responses:
            yield Complaint("lint/responses", f"{operation.name} has no responses", "Say what answers.", operation.node)
    for carrier in (contract.root, *(node for *_, node in written_operations(contract.root))):
        yield from _of_security(contract.root, carrier)


def written_operations(root: Node) -> Iterator[tuple[str, str, Node]]:
    """Path, method and node of each operation; of paths that are twins, both."""
    for holder in ("paths", "webhooks"):
        for path, item in root.fields(holder):
            yield from ((path, method, node) for method, node in item.fields() if method in METHODS)


def _of_paths(root: Node) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for path, item in root.named("paths"):
        twin = seen.setdefault(VARIABLE.sub("{}", path), path)
        if twin != path:
            text = f"{path} and {twin} are the same path: no request tells them apart"
            yield Complaint("lint/path-twice", text, "Join them under one name.", item)
        for name, _ in item.named():
            if name not in METHODS and name not in BESIDE_METHODS and not name.startswith("x-"):
                yield Complaint("lint/method", f"{path} has the unknown method {name}", "Correct its name.", item)


def _of_ids(root: Node) -> Iterator[Complaint]:
    seen: dict[str, Node] = {}
    for path, method, node in written_operations(root):
        name = node.text("operationId")
        if not name:
            text = f"{method.upper()} {path} has no operationId"
            yield Complaint("lint/operation-id", text, "Give it one.", node)
        elif seen.setdefault(name, node) != node:
            yield Complaint("lint/operation-id", f"two operations are called {name}", "Rename one of them.", node)


def _of_variables(operation: Operation) -> Iterator[Complaint]:
    written = set(VARIABLE.findall(operation.path))
    declared = {one.name for one in operation.parameters.values() if one.location == "path"}
    for name in sorted(written - declared):
        text = f"{operation.name} does not declare the variable {{{name}}} of its path"
        yield Complaint("lint/path-variable", text, "Add a parameter that is `in: path`.", operation.node)
    for name in sorted(declared - written):
        text = f"{operation.name} declares {name}, which is not in its path"
        yield Complaint("lint/path-variable", text, "Remove the parameter, or put it into the path.", operation.node)


def _of_security(root: Node, carrier: Node) -> Iterator[Complaint]:
    declared = {name for name, _ in root.named("components", "securitySchemes")}
    for alternative in carrier.elements("security"):
        for name, node in alternative.named():
            if name not in declared:
                text = f"{name} is asked for, and is none of the security schemes"
                yield Complaint("lint/security", text, "Declare it in components.securitySchemes.", node)
