"""Changes of requirements and open points: the promises of the contract beyond schemas."""

from collections.abc import Iterator, Mapping

from gate.diff.change import Change
from gate.openapi.contract import Contract
from gate.openapi.messages import Key
from gate.openapi.requirements import WHOLE, OpenPoint, Requirement
from gate.source.document import Node

LEVELS = ("inferred", "stated")


def requirement_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of the requirements and open points of two contracts."""
    renamed = dict(_renamed(old.requirements, new.requirements))
    for name, requirement in old.requirements.items():
        current = renamed.get(name, name)
        if current in new.requirements:
            yield from changes_of_requirement(old, new, name, current)
        else:
            place = surroundings(new, requirement.node)
            yield Change("rule/requirement-removed", f"{name} is gone: {requirement.text}", place.place, (name,))
    for name, requirement in new.requirements.items():
        if name not in old.requirements and name not in renamed.values():
            yield Change(
                "rule/requirement-added", f"{name} is new: {requirement.text}", requirement.node.place, (name,)
            )
    yield from open_point_changes(old, new)


def _renamed(old: Mapping[str, Requirement], new: Mapping[str, Requirement]) -> Iterator[tuple[str, str]]:
    """Yield the ids of requirements whose id has changed."""
    fresh = {normalized(requirement.text): requirement.id for requirement in new.values() if requirement.id not in old}
    for requirement in old.values():
        if requirement.id not in new and normalized(requirement.text) in fresh:
            yield requirement.id, fresh[normalized(requirement.text)]


def changes_of_requirement(old: Contract, new: Contract, was: str, now: str) -> Iterator[Change]:
    """Yield the changes of a requirement, for each operation that it concerns."""
    befores, afters = old.requirements_by_operation[was], new.requirements_by_operation[now]
    node = new.requirements[now].node
    if was != now:
        yield Change("rule/requirement-renamed", f"{was} is called {now} now", node.place, (now,))
    lost = [key for key in befores if key not in afters and is_still_there(new, key)]
    # A requirement of each operation says nothing about undocumented addresses.
    gained = [key for key in afters if key not in befores and is_still_there(old, key) and key != WHOLE]
    if lost:
        at = tuple(_concerned(new, now, key) for key in lost)
        text, proven = f"{now} no longer concerns all that it did", lost != [WHOLE]
        yield Change("rule/requirement-removed", text, node.place, at, proven=proven)
    if gained:
        at = tuple(_concerned(new, now, key) for key in gained)
        yield Change("rule/requirement-added", f"{now} concerns more than it did", node.place, at)
    pairs: dict[tuple[Requirement, Requirement], list[str]] = {}
    for key, before in befores.items():
        if key in afters:
            pairs.setdefault((before, afters[key]), []).append(_concerned(new, now, key))
    for (before, after), concerned in pairs.items():
        yield from wording_changes(before, after, (now,) if len(pairs) == 1 else tuple(concerned))


def is_still_there(contract: Contract, key: Key) -> bool:
    """Return whether the operation of a requirement still exists."""
    name, method = key
    return key == WHOLE or key in contract.operations or (name.removeprefix("webhook "), method) in contract.webhooks


def _concerned(contract: Contract, name: str, key: Key) -> str:
    path, method = key
    operation = contract.operations.get(key)
    called = operation.name if operation is not None else f"{path} ({method.upper()})"
    return f"{name} · {'the API as a whole' if key == WHOLE else called}"


def wording_changes(old: Requirement, new: Requirement, at: tuple[str, ...]) -> Iterator[Change]:
    """Yield the changes in the level and the sentence of a requirement."""
    if old.level != new.level:
        is_known = {old.level, new.level} <= set(LEVELS)
        kind = "level-unknown"
        if is_known:
            kind = "weakened" if LEVELS.index(new.level) < LEVELS.index(old.level) else "strengthened"
        text = f"{new.id} was {old.level} and is {new.level} now"
        place = (new.node.get("level") or new.node).place
        yield Change(f"rule/requirement-{kind}", text, place, at, proven=is_known)
    if normalized(old.text) != normalized(new.text):
        text = f"{new.id} now says: {new.text}"
        before = f"before: {old.text}"
        place = (new.node.get("text") or new.node).place
        yield Change("rule/requirement-reworded", text, place, at, before=before, proven=False, subject=old.text)


def open_point_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the changes of the open points."""
    new_promises = new.requirements.keys() - old.requirements.keys()
    for point in old.open_points.values():
        current = new.open_points.get(point.id)
        if current is not None:
            yield from changes_of_open_point(point, current)
            continue
        place = surroundings(new, point.node).place
        topic = point.id.partition("/")[0]
        decided = any(name.partition("/")[0] == topic for name in new_promises)
        rule = "rule/open-point-decided" if decided else "rule/open-point-dropped"
        yield Change(rule, f"{point.id} is no longer open: {point.question}", place, (point.id,))
    for point in new.open_points.values():
        if point.id not in old.open_points:
            reopened = point.id in old.requirements
            rule = "rule/open-point-reopened" if reopened else "rule/open-point-added"
            yield Change(rule, f"{point.id} is open now: {point.question}", point.node.place, (point.id,))


def changes_of_open_point(old: OpenPoint, new: OpenPoint) -> Iterator[Change]:
    """Yield the change of an open point: it promises nothing, but baselines and people depend on it."""
    changes = []
    if normalized(old.question) != normalized(new.question):
        changes.append(f"it now asks: {new.question}")
    for verb, names in (
        ("is new", new.choices.keys() - old.choices.keys()),
        ("is gone", old.choices.keys() - new.choices.keys()),
        (
            "means something else",
            {name for name, text in _common(old, new) if normalized(text) != normalized(new.choices[name])},
        ),
    ):
        changes += [f"the choice {name} {verb}" for name in sorted(names)]
    if old.default != new.default:
        changes.append(f"the default was {old.default} and is {new.default} now")
    if changes:
        yield Change("rule/open-point-changed", f"{new.id}: {'; '.join(changes)}", new.node.place, (new.id,))


def _common(old: OpenPoint, new: OpenPoint) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in old.choices.items() if name in new.choices)


def surroundings(contract: Contract, gone: Node) -> Node:
    """Return the node of the new contract that would contain a removed node, or its closest ancestor there."""
    node = contract.root
    for key in gone.pointer[:-1]:
        child = node.get(key)
        if child is None:
            break
        node = child
    return node


def normalized(text: str) -> str:
    """Return a sentence without irrelevant differences: the first letter's case, spaces, punctuation after words."""
    words = " ".join(word.rstrip(".,;:") for word in text.split())
    return words[:1].lower() + words[1:]
