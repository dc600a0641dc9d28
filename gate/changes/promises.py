"""Changes of requirements and open points: what the contract promises beyond schemas."""

import re
from collections.abc import Iterator, Mapping

from gate.changes.change import Change
from gate.contract import Contract, OpenPoint, Requirement
from gate.document import Node


def of_promises(old: Contract, new: Contract) -> Iterator[Change]:
    """Every change of the requirements and open points of two contracts."""
    renamed = dict(_renamed(old.requirements, new.requirements))
    for one in old.requirements.values():
        known = new.requirements.get(renamed.get(one.id, one.id))
        if known is not None:
            yield from _of_requirement(one, known)
        else:
            place = _surroundings(new, one.node)
            yield Change("rule/requirement-removed", f"{one.id} is gone: {one.text}", place.place, (one.id,))
    for one in new.requirements.values():
        if one.id not in old.requirements and one.id not in renamed.values():
            yield Change("rule/requirement-added", f"{one.id} is new: {one.text}", one.node.place, (one.id,))
    yield from _of_open_points(old, new)


def _renamed(old: Mapping[str, Requirement], new: Mapping[str, Requirement]) -> Iterator[tuple[str, str]]:
    """The requirements that only have another id now."""
    fresh = {_said(one.text): one.id for one in new.values() if one.id not in old}
    for one in old.values():
        if one.id not in new and _said(one.text) in fresh:
            yield one.id, fresh[_said(one.text)]


def _of_requirement(old: Requirement, new: Requirement) -> Iterator[Change]:
    place, at = new.node.place, (new.id,)
    if old.id != new.id:
        yield Change("rule/requirement-renamed", f"{old.id} is called {new.id} now", place, at)
    if old.level != new.level:
        weakened = new.level == "inferred"
        rule = "rule/requirement-weakened" if weakened else "rule/requirement-strengthened"
        place_of_level = (new.node.child("level") or new.node).place
        yield Change(rule, f"{new.id} was {old.level} and is {new.level} now", place_of_level, at)
    if _said(old.text) != _said(new.text):
        text = f"{new.id} now says: {new.text}"
        before = f"before: {old.text}"
        place_of_text = (new.node.child("text") or new.node).place
        yield Change("rule/requirement-reworded", text, place_of_text, at, before=before, sure=False)


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
    said = []
    for what, names in (("new", new.choices - old.choices), ("gone", old.choices - new.choices)):
        said += [f"the choice {name} is {what}" for name in sorted(names)]
    if old.default != new.default:
        said.append(f"the default was {old.default} and is {new.default} now")
    if said:
        yield Change("rule/open-point-changed", f"{new.id}: {'; '.join(said)}", new.node.place, (new.id,))


def _surroundings(contract: Contract, gone: Node) -> Node:
    """The list in the new contract that something was in, or what is left around it."""
    node = contract.root
    for key in gone.pointer[:-1]:
        child = node.child(key)
        if child is None:
            break
        node = child
    return node


def _said(text: str) -> str:
    """A sentence without what does not change its meaning: letter case, spaces, punctuation."""
    return " ".join(re.findall(r"\w+", text.lower()))
