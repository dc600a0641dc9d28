"""Does each reference and discriminator of a contract lead somewhere, and is each key there once?"""

from collections.abc import Iterator

import yaml

from gate.errors import GateError
from gate.lint.issue import Issue
from gate.source.document import Document, Node, Pointer
from gate.source.visitor import walk
from gate.source.yaml_loader import LOADER, as_yaml


def reference_issues(root: Node) -> Iterator[Issue]:
    """Each reference that leads nowhere or in a circle."""
    for part in walk(root):
        if part.node.reference is not None:
            try:
                part.node.resolved()
            except GateError as problem:
                place = part.node.place
                text = str(problem).removeprefix(f"{place.file}:{place.line}: ")
                yield Issue("lint/reference", text, "Define what the reference names.", part.node)


def mapping_issues(root: Node) -> Iterator[Issue]:
    """Each value of a discriminator that is mapped to nowhere."""
    for part in walk(root):
        mapping = part.node.get("mapping") if part.trail[-1:] == ("discriminator",) else None
        for name, target in mapping.items_raw() if mapping is not None else ():
            if not _is_there(root, target):
                text = f"the discriminator maps {name} to {target.value}, which is nowhere"
                yield Issue("lint/discriminator", text, "Name a schema, or define this one.", target)


def _is_there(root: Node, target: Node) -> bool:
    """A mapping names a schema of the components, or refers as `$ref` does."""
    name = str(target.value)
    schemas = root.get("components", "schemas")
    if schemas is not None and schemas.get(name) is not None:
        return True
    try:
        target.follow(name)
    except GateError:
        return False
    return True


def duplicate_key_issues(document: Document) -> Iterator[Issue]:
    """Each key that is there twice, in any file that was read: the last of them wins, and nobody is told."""
    for one in list(document.others.values()):
        composed = yaml.compose(as_yaml(one.text), Loader=LOADER)
        for pointer in _twice(composed, (), set()) if composed is not None else ():
            text = f"{pointer[-1]} is there twice, and only the last one counts"
            yield Issue("lint/key-twice", text, "Join them, or remove one.", Node(one, pointer, None))


def _twice(node: yaml.Node, pointer: Pointer, seen: set[int]) -> Iterator[Pointer]:
    # What has an anchor is met wherever its alias stands.
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys = set[str]()
        for key, value in node.value:
            name = str(key.value)
            if name in keys and name != "<<":
                yield (*pointer, name)
            keys.add(name)
            yield from _twice(value, (*pointer, name), seen)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _twice(value, (*pointer, str(number)), seen)
