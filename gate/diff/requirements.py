"""Changes of requirements and open points: what the contract promises beyond schemas."""

from collections.abc import Iterator, Mapping

from gate.diff.change import Change
from gate.openapi.contract import Contract
from gate.openapi.messages import Key
from gate.openapi.requirements import WHOLE, OpenPoint, Requirement
from gate.source.document import Node

LEVELS = ("inferred", "stated")


def requirement_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Every change of the requirements and open points of two contracts."""
    renamed = dict(_renamed(old.requirements, new.requirements))
    for name, one in old.requirements.items():
        known = renamed.get(name, name)
        if known in new.requirements:
            yield from _of_requirement(old, new, name, known)
        else:
            place = _surroundings(new, one.node)
            yield Change("rule/requirement-removed", f"{name} is gone: {one.text}", place.place, (name,))
    for name, one in new.requirements.items():
        if name not in old.requirements and name not in renamed.values():
            yield Change("rule/requirement-added", f"{name} is new: {one.text}", one.node.place, (name,))
    yield from _of_open_points(old, new)


def _renamed(old: Mapping[str, Requirement], new: Mapping[str, Requirement]) -> Iterator[tuple[str, str]]:
    """The requirements that only have another id now."""
    fresh = {_said(one.text): one.id for one in new.values() if one.id not in old}
    for one in old.values():
        if one.id not in new and _said(one.text) in fresh:
            yield one.id, fresh[_said(one.text)]


def _of_requirement(old: Contract, new: Contract, was: str, now: str) -> Iterator[Change]:
    """What changed of a requirement, for each operation that it concerns."""
    befores, afters = old.requirements_by_operation[was], new.requirements_by_operation[now]
    node = new.requirements[now].node
    if was != now:
        yield Change("rule/requirement-renamed", f"{was} is called {now} now", node.place, (now,))
    lost = [key for key in befores if key not in afters and _is_left(new, key)]
    # Whoever promised it of each operation promised it of no other address.
    gained = [key for key in afters if key not in befores and _is_left(old, key) and key != WHOLE]
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
        yield from _of_wording(before, after, (now,) if len(pairs) == 1 else tuple(concerned))


def _is_left(contract: Contract, key: Key) -> bool:
    """Whether there still is what a requirement concerned; what is gone is told by itself."""
    name, method = key
    return key == WHOLE or key in contract.operations or (name.removeprefix("webhook "), method) in contract.webhooks


def _concerned(contract: Contract, name: str, key: Key) -> str:
    path, method = key
    operation = contract.operations.get(key)
    called = operation.name if operation is not None else f"{path} ({method.upper()})"
    return f"{name} · {'the API as a whole' if key == WHOLE else called}"


def _of_wording(old: Requirement, new: Requirement, at: tuple[str, ...]) -> Iterator[Change]:
    if old.level != new.level:
        known = {old.level, new.level} <= set(LEVELS)
        kind = "level-unknown"
        if known:
            kind = "weakened" if LEVELS.index(new.level) < LEVELS.index(old.level) else "strengthened"
        text = f"{new.id} was {old.level} and is {new.level} now"
        place = (new.node.get("level") or new.node).place
        yield Change(f"rule/requirement-{kind}", text, place, at, proven=known)
    if _said(old.text) != _said(new.text):
        text = f"{new.id} now says: {new.text}"
        before = f"before: {old.text}"
        place = (new.node.get("text") or new.node).place
        yield Change("rule/requirement-reworded", text, place, at, before=before, proven=False, subject=old.text)


def _of_open_points(old: Contract, new: Contract) -> Iterator[Change]:
    promised_anew = new.requirements.keys() - old.requirements.keys()
    for one in old.open_points.values():
        known = new.open_points.get(one.id)
        if known is not None:
            yield from _of_open_point(one, known)
            continue
        place = _surroundings(new, one.node).place
        topic = one.id.partition("/")[0]
        decided = any(name.partition("/")[0] == topic for name in promised_anew)
        rule = "rule/open-point-decided" if decided else "rule/open-point-dropped"
        yield Change(rule, f"{one.id} is no longer open: {one.question}", place, (one.id,))
    for one in new.open_points.values():
        if one.id not in old.open_points:
            reopened = one.id in old.requirements
            rule = "rule/open-point-reopened" if reopened else "rule/open-point-added"
            yield Change(rule, f"{one.id} is open now: {one.question}", one.node.place, (one.id,))


def _of_open_point(old: OpenPoint, new: OpenPoint) -> Iterator[Change]:
    """Nothing of it is promised, so that no client can rely on it; baselines and people go by it all the same."""
    said = []
    if _said(old.question) != _said(new.question):
        said.append(f"it now asks: {new.question}")
    for what, names in (
        ("is new", new.choices.keys() - old.choices.keys()),
        ("is gone", old.choices.keys() - new.choices.keys()),
        ("means something else", {name for name, text in _common(old, new) if _said(text) != _said(new.choices[name])}),
    ):
        said += [f"the choice {name} {what}" for name in sorted(names)]
    if old.default != new.default:
        said.append(f"the default was {old.default} and is {new.default} now")
    if said:
        yield Change("rule/open-point-changed", f"{new.id}: {'; '.join(said)}", new.node.place, (new.id,))


def _common(old: OpenPoint, new: OpenPoint) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in old.choices.items() if name in new.choices)


def _surroundings(contract: Contract, gone: Node) -> Node:
    """The list in the new contract that something was in, or what is left around it."""
    node = contract.root
    for key in gone.pointer[:-1]:
        child = node.get(key)
        if child is None:
            break
        node = child
    return node


def _said(text: str) -> str:
    """A sentence without what never changes its meaning: its first letter's case, spaces, stops that end a word."""
    words = " ".join(word.rstrip(".,;:") for word in text.split())
    return words[:1].lower() + words[1:]
