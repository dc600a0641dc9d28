"""Changes of the schemas of messages, by comparing them in both directions for each media type."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gate.diff.change import Change, sunset_of
from gate.openapi.contract import Contract
from gate.openapi.messages import Content
from gate.source.document import Json, Node, Place
from gate.subschema.canonical_form import canonical_form
from gate.subschema.difference import UNDECIDED, Difference, DifferenceKind, Direction, Missing
from gate.subschema.instances import Placeholder
from gate.subschema.limits import Budget
from gate.subschema.normal_form import canonical_json
from gate.subschema.normalizer import Side
from gate.subschema.subschema_check import SubschemaCheck

# Differences without a rule here have the general one.
NAMED: Mapping[Direction, Mapping[DifferenceKind, tuple[str, str]]] = {
    Direction.REQUEST_NARROWED: {
        DifferenceKind.PRESENCE: ("request/field-now-required", "{field} is required now"),
        DifferenceKind.REMOVED: ("request/field-removed", "{field} is gone"),
        DifferenceKind.OTHER_FIELDS: ("request/other-fields-refused", "{field} takes no other fields any more"),
        DifferenceKind.BRANCH: ("request/branch-removed", "{field} no longer takes the branch {text}"),
        DifferenceKind.DEFAULT: ("request/default-changed", "the default of {field} was {text}"),
        DifferenceKind.CAP: ("request/cap-lowered", "the cap of {field} was lowered: {text}"),
    },
    Direction.REQUEST_WIDENED: {
        DifferenceKind.PRESENCE: ("request/field-now-optional", "{field} may be left out now"),
        DifferenceKind.ADDED: ("request/field-added", "{field} is new"),
        DifferenceKind.OTHER_FIELDS: ("request/other-fields-taken", "{field} takes other fields, too"),
        DifferenceKind.BRANCH: ("request/branch-added", "{field} now takes the branch {text}"),
        DifferenceKind.DEFAULT: ("request/default-added", "the default of {field} was {text}"),
        DifferenceKind.CAP: ("request/cap-raised", "the cap of {field} was raised: {text}"),
    },
    Direction.RESPONSE_WIDENED: {
        DifferenceKind.PRESENCE: ("response/field-may-be-missing", "{field} may be missing now"),
        DifferenceKind.REMOVED: ("response/field-removed", "{field} is gone"),
        DifferenceKind.ADDED: ("response/field-added-to-a-closed-object", "{field} is new"),
        DifferenceKind.OTHER_FIELDS: ("response/other-fields-answered", "{field} may hold other fields now"),
        DifferenceKind.BRANCH: ("response/branch-added", "{field} may now be of the branch {text}"),
    },
    Direction.RESPONSE_NARROWED: {
        DifferenceKind.PRESENCE: ("response/field-always-present", "{field} is never missing now"),
        DifferenceKind.ADDED: ("response/field-added", "{field} is new"),
        DifferenceKind.OTHER_FIELDS: ("response/other-fields-ruled-out", "{field} holds no other fields any more"),
        DifferenceKind.BRANCH: ("response/branch-removed", "{field} is no longer of the branch {text}"),
    },
}
GENERAL = {
    Direction.REQUEST_NARROWED: ("request/{what}-narrowed", "{field} no longer takes {text}"),
    Direction.REQUEST_WIDENED: ("request/{what}-widened", "{field} now takes {text}"),
    Direction.RESPONSE_WIDENED: ("response/{what}-widened", "{field} may now be {text}"),
    Direction.RESPONSE_NARROWED: ("response/{what}-narrowed", "{field} is no longer {text}"),
}
CONSTRAINED = {
    Direction.REQUEST_NARROWED: "{field} is constrained by `{text}` now",
    Direction.REQUEST_WIDENED: "{field} is no longer constrained by `{text}`",
    Direction.RESPONSE_WIDENED: "{field} is no longer constrained by `{text}`",
    Direction.RESPONSE_NARROWED: "{field} is constrained by `{text}` now",
}
# Keywords that belong to a constraint but are written beside it.
BESIDE = ("then", "else", "minContains", "maxContains")
LONGEST_EXAMPLE = 200


@dataclass(frozen=True, slots=True)
class Where:
    """The location of a message: the operation, the part, and its name in sentences."""

    operation: str
    part: str
    called: str

    @property
    def whole(self) -> str:
        """Return the location of the message in any media type."""
        return " · ".join(filter(None, (self.operation, self.part)))

    def at(self, encoding: str, path: tuple[str, ...]) -> str:
        """Return the location as one line."""
        return " · ".join(filter(None, (self.operation, self.part, encoding, shown(path))))


@dataclass(frozen=True, slots=True)
class Origin:
    """The places in both contracts that a difference comes from, or None, and what distinguishes it from others."""

    place: Place | None
    before: Place | None
    subject: str
    sunset: str


@dataclass(eq=False)
class Messages:
    """Compares the messages of two contracts; comparisons are cached, so that a shared schema is compared once."""

    old: Contract
    new: Contract
    budget: Budget = field(default_factory=Budget, repr=False)
    compatible_budget: Budget = field(default_factory=Budget, repr=False)
    _checks: dict[tuple[Direction, bool], SubschemaCheck] = field(default_factory=dict, repr=False)
    _origins: dict[object, Origin] = field(default_factory=dict, repr=False)

    def changes(
        self, old: Content, new: Content, side: Side, where: Where, *, always_sent: bool = False
    ) -> Iterator[Change]:
        """Yield the changes between two messages; one that is `always_sent` needs no default."""
        if side is Side.REQUEST:
            directions = (Direction.REQUEST_NARROWED, Direction.REQUEST_WIDENED)
            pairs = ((old.schema, new.schema), (new.schema, old.schema))
        else:
            directions = (Direction.RESPONSE_WIDENED, Direction.RESPONSE_NARROWED)
            pairs = ((new.schema, old.schema), (old.schema, new.schema))
        as_text = old.is_textual and new.is_textual
        breaking = self._check(directions[0], side, as_text=as_text).compare(*pairs[0])
        harmless = self._check(directions[1], side, as_text=as_text).compare(*pairs[1])
        if UNDECIDED in breaking:
            yield self._undecided(side, new, where)
        for difference in breaking:
            is_unused = always_sent and difference.kind is DifferenceKind.DEFAULT and not difference.path
            if difference is not UNDECIDED and not is_unused:
                yield self._change(difference, directions[0], old, new, where)
        outweighed = _Outweighed(breaking)
        for difference in harmless:
            if difference is not UNDECIDED and difference not in outweighed:
                yield self._change(difference, directions[1], old, new, where)

    def _undecided(self, side: Side, new: Content, where: Where) -> Change:
        text = f"{where.called} takes more steps to compare than the gate allows"
        return Change(f"{side}/undecided", text, new.node.place, (where.at(new.encoding, ()),), proven=False)

    def _check(self, direction: Direction, side: Side, *, as_text: bool) -> SubschemaCheck:
        if (direction, as_text) not in self._checks:
            # Looking for compatible changes must not use up the steps for finding breaks.
            budget = self.compatible_budget if direction.is_towards_new else self.budget
            contracts = (self.old, self.new)
            if direction in (Direction.REQUEST_WIDENED, Direction.RESPONSE_WIDENED):
                contracts = (self.new, self.old)
            left, right = (contract.normalizers[side] for contract in contracts)
            self._checks[(direction, as_text)] = SubschemaCheck(left, right, direction, as_text, budget)
        return self._checks[(direction, as_text)]

    def _change(self, difference: Difference, direction: Direction, old: Content, new: Content, where: Where) -> Change:
        if difference.kind is DifferenceKind.CONSTRAINT:
            rule, text = GENERAL[direction][0].format(what="constraint"), CONSTRAINED[direction]
        else:
            rule, text = NAMED[direction].get(difference.kind, GENERAL[direction])
        encoding = "" if old.encoding == "text/plain" else new.encoding
        called = f"`{leaf(difference.path)}`" if difference.path else where.called
        origin = self._origin(difference)
        return Change(
            rule=rule.format(what=difference.kind.value),
            text=text.format(field=called, text=difference.text),
            place=origin.place or new.node.place,
            before=str(origin.before or old.node.place),
            at=(where.at(encoding, difference.path),),
            example=_example(difference),
            proven=difference.proven,
            subject=origin.subject,
            sunset=origin.sunset,
        )

    def _origin(self, difference: Difference) -> Origin:
        """Return the places in the schemas, computed once for all messages with the difference."""
        key = (difference.kind, difference.text, difference.left, difference.right)
        if key not in self._origins:
            nodes = [node for node in (difference.left, difference.right) if node is not None]
            ours, theirs = (
                [node for node in nodes if node.document in set(contract.document.others.values())]
                for contract in (self.new, self.old)
            )
            # A removed part has no place in the new contract; its surroundings do, unless they are in another file.
            gone = [node.pointer for node in theirs if node.document is self.old.document]
            self._origins[key] = Origin(
                place=ours[0].place if ours else self.new.document.place(gone[0]) if gone else None,
                before=theirs[0].place if theirs else None,
                subject=subject_of(difference, nodes, theirs),
                sunset=sunset_of(theirs[0]) if theirs and difference.kind is DifferenceKind.REMOVED else "",
            )
        return self._origins[key]


def subject_of(difference: Difference, nodes: list[Node], theirs: list[Node]) -> str:
    """Return a text that distinguishes a difference from others with the same description."""
    contents: list[Json] = [node.value for node in nodes if not isinstance(node.value, dict | list)]
    if difference.kind is DifferenceKind.CONSTRAINT:
        contents = [canonical_form(node, only={difference.text, *BESIDE}) for node in nodes]
    return json.dumps([[node.pointer for node in theirs[:1]], *contents])


def shown(path: tuple[str, ...]) -> str:
    """Return a path in a message, such as `data[].color`."""
    text = ""
    for step in path:
        text += step if step.startswith("[") else f".{step}"
    return text.removeprefix(".")


def leaf(path: tuple[str, ...]) -> str:
    """Return the last name of a path and the steps after it, such as `tags[]`."""
    names = [number for number, step in enumerate(path) if not step.startswith("[")]
    return shown(path[names[-1] :] if names else path)


class _Outweighed:
    """The harmless differences that are the reverse of a breaking one, which reports them already."""

    def __init__(self, breaking: Iterable[Difference]) -> None:
        differences = list(breaking)
        self._same = {(difference.path, difference.kind) for difference in differences}
        self._types = {difference.path for difference in differences if difference.kind is DifferenceKind.TYPE}
        self._whole = self._types | {
            difference.path for difference in differences if difference.kind is DifferenceKind.REMOVED
        }

    def __contains__(self, difference: Difference) -> bool:
        path = difference.path
        if (path, difference.kind) in self._same or path in self._types:
            return True
        return any(path[:length] in self._whole for length in range(len(path)))


def _example(difference: Difference) -> str:
    """Return the value that shows the difference, as JSON."""
    value = difference.example
    if isinstance(value, Missing | Placeholder) or not difference.proven:
        return ""
    text = canonical_json(value)
    return text if len(text) <= LONGEST_EXAMPLE else ""
