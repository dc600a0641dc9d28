"""References within the contract: following them, and writing them."""

from typing import Any

Node = dict[str, Any]


def resolve(contract: Node, node: Node) -> Node:
    """Follow the node's reference within the contract, if it is one; raises `KeyError` where it leads nowhere."""
    while "$ref" in node:
        target: Any = contract
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def escape(name: str) -> str:
    """Write a name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
