"""Documentation-only changes: descriptions, examples, names, deprecations, and equivalent notations."""

from collections.abc import Iterator

from gate.diff.change import Change
from gate.openapi.contract import Contract
from gate.source.document import Json, Node, Pointer
from gate.source.visitor import NAMED

SAID_TO_PEOPLE = frozenset(
    {
        "$comment",
        "contact",
        "description",
        "example",
        "examples",
        "externalDocs",
        "info",
        "license",
        "links",
        "summary",
        "tags",
        "title",
    }
)
# The keys of their children are names, which may equal one of the above.
OF_NAMES = NAMED | {"mapping"}
RULES = frozenset({"x-requirements", "x-open-points"})


def documentation_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield documentation-only changes; none for parts that are new or removed as a whole."""
    for pointer in dict.fromkeys(
        documentation_pointer(changed) for changed in differing(old.root.value, new.root.value, ())
    ):
        if pointer is not None:
            place = new.document.place(pointer)
            yield Change(_rule(pointer), _text(pointer, old, new), place, (place.pointer,))


def notation_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield one change for contracts that are written differently but mean the same."""
    if old.root.value != new.root.value:
        text = "references, order or names within the file are others; what they say is not"
        yield Change("documentation/written-differently", text, new.root.place, ())


def _rule(pointer: Pointer) -> str:
    return "documentation/deprecated" if pointer[-1] == "deprecated" else "documentation/changed"


def _text(pointer: Pointer, old: Contract, new: Contract) -> str:
    before, after = find_node(old.root, pointer), find_node(new.root, pointer)
    where = " of ".join(reversed([*pointer[-3:-1], pointer[-1]])) if len(pointer) > 1 else pointer[-1]
    what = "is new" if before is None else "is gone" if after is None else "says something else"
    return f"{where} {what}"


def find_node(root: Node, pointer: Pointer) -> Node | None:
    """Return the node at a pointer; None if there is none."""
    node: Node | None = root
    for key in pointer:
        node = node.get_token(key) if node is not None else None
    return node


def documentation_pointer(pointer: Pointer) -> Pointer | None:
    """Return the pointer up to a documentation keyword; None if it has none."""
    named = False
    for number, key in enumerate(pointer):
        if key == "x-cap" or (key in RULES and is_read(pointer, number)):
            return None
        if not named and (key in SAID_TO_PEOPLE or key == "deprecated" or key.startswith("x-")):
            return pointer[: number + (2 if key == "info" else 1)]
        named = key in OF_NAMES and not named
    return None


def is_read(pointer: Pointer, number: int) -> bool:
    """Return whether rules at a place are compared elsewhere: those of the root, of paths and of operations."""
    below = pointer[1:] if pointer[:2] == ("components", "pathItems") else pointer
    depth = number - (len(pointer) - len(below))
    return depth == 0 or (below[0] in ("paths", "webhooks", "pathItems") and depth in (2, 3))


def differing(old: Json, new: Json, pointer: Pointer) -> Iterator[Pointer]:
    """Yield the pointers at which two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            if key in old and key in new:
                yield from differing(old[key], new[key], (*pointer, key))
            else:
                yield (*pointer, key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from differing(left, right, (*pointer, str(number)))
    elif old != new or isinstance(old, bool) is not isinstance(new, bool):
        yield pointer
