"""Changes of what messages may hold, by comparing schemas both ways in each encoding."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.changes.change import Change
from gate.contract import Contract
from gate.document import Json, Node, Place
from gate.schemas.canonical import meaning
from gate.schemas.containment import Comparison
from gate.schemas.difference import Difference, Missing, What
from gate.schemas.pieces import key
from gate.schemas.question import Question
from gate.schemas.reading import Side
from gate.wire import Content

NAMED = {
    (Question.STILL_TAKEN, What.PRESENCE): ("request/field-now-required", "{field} is required now"),
    (Question.STILL_TAKEN, What.REMOVED): ("request/field-removed", "{field} is gone"),
    (Question.STILL_TAKEN, What.OTHER_FIELDS): (
        "request/other-fields-refused",
        "{field} takes no other fields any more",
    ),
    (Question.STILL_TAKEN, What.DEFAULT): ("request/default-changed", "the default of {field} was {text}"),
    (Question.STILL_TAKEN, What.CAP): ("request/cap-lowered", "the cap of {field} was lowered: {text}"),
    (Question.NEWLY_TAKEN, What.PRESENCE): ("request/field-now-optional", "{field} may be left out now"),
    (Question.NEWLY_TAKEN, What.ADDED): ("request/field-added", "{field} is new"),
    (Question.NEWLY_TAKEN, What.OTHER_FIELDS): ("request/other-fields-taken", "{field} takes other fields, too"),
    (Question.NEWLY_TAKEN, What.DEFAULT): ("request/default-added", "the default of {field} was {text}"),
    (Question.NEWLY_TAKEN, What.CAP): ("request/cap-raised", "the cap of {field} was raised: {text}"),
    (Question.NEWLY_ANSWERED, What.PRESENCE): ("response/field-may-be-missing", "{field} may be missing now"),
    (Question.NEWLY_ANSWERED, What.REMOVED): ("response/field-removed", "{field} is gone"),
    (Question.NEWLY_ANSWERED, What.ADDED): ("response/field-added-to-a-closed-object", "{field} is new"),
    (Question.NEWLY_ANSWERED, What.OTHER_FIELDS): (
        "response/other-fields-answered",
        "{field} may hold other fields now",
    ),
    (Question.NO_LONGER_ANSWERED, What.PRESENCE): ("response/field-always-present", "{field} is never missing now"),
    (Question.NO_LONGER_ANSWERED, What.ADDED): ("response/field-added", "{field} is new"),
    (Question.NO_LONGER_ANSWERED, What.OTHER_FIELDS): (
        "response/other-fields-ruled-out",
        "{field} holds no other fields any more",
    ),
}
GENERAL = {
    Question.STILL_TAKEN: ("request/{what}-narrowed", "{field} no longer takes {text}"),
    Question.NEWLY_TAKEN: ("request/{what}-widened", "{field} now takes {text}"),
    Question.NEWLY_ANSWERED: ("response/{what}-widened", "{field} may now be {text}"),
    Question.NO_LONGER_ANSWERED: ("response/{what}-narrowed", "{field} is no longer {text}"),
}
CONSTRAINED = {
    Question.STILL_TAKEN: "{field} is constrained by `{text}` now",
    Question.NEWLY_TAKEN: "{field} is no longer constrained by `{text}`",
    Question.NEWLY_ANSWERED: "{field} is no longer constrained by `{text}`",
    Question.NO_LONGER_ANSWERED: "{field} is constrained by `{text}` now",
}
# What belongs to a constraint and stands beside it.
BESIDE = ("then", "else", "minContains", "maxContains")
LONGEST_EXAMPLE = 200


@dataclass(frozen=True, slots=True)
class Where:
    """Where a message is: the operation, the part of it, and what that part is called in a sentence."""

    operation: str
    part: str
    called: str

    @property
    def whole(self) -> str:
        """The message, in whichever encoding."""
        return " · ".join(filter(None, (self.operation, self.part)))

    def at(self, encoding: str, path: tuple[str, ...]) -> str:
        """The place as one line."""
        return " · ".join(filter(None, (self.operation, self.part, encoding, shown(path))))


@dataclass(eq=False)
class Messages:
    """Compares the messages of two contracts. The comparisons are kept, so that a shared schema is compared once."""

    old: Contract
    new: Contract
    _comparisons: dict[tuple[Question, bool], Comparison] = field(default_factory=dict, repr=False)

    def changes(
        self, old: Content, new: Content, side: Side, where: Where, *, always_sent: bool = False
    ) -> Iterator[Change]:
        """What changed between two messages of the same kind; a message that is `always_sent` needs no default."""
        if side is Side.REQUEST:
            questions = (Question.STILL_TAKEN, Question.NEWLY_TAKEN)
            pairs = ((old.schema, new.schema), (new.schema, old.schema))
        else:
            questions = (Question.NEWLY_ANSWERED, Question.NO_LONGER_ANSWERED)
            pairs = ((new.schema, old.schema), (old.schema, new.schema))
        words = old.of_words and new.of_words
        breaking = self._comparison(questions[0], side, words=words).differences(*pairs[0])
        harmless = self._comparison(questions[1], side, words=words).differences(*pairs[1])
        for one in breaking:
            if not (always_sent and one.what is What.DEFAULT and not one.path):
                yield self._change(one, questions[0], old, new, where)
        for one in harmless:
            if not any(_outweighs(heavier, one) for heavier in breaking):
                yield self._change(one, questions[1], old, new, where)

    def _comparison(self, question: Question, side: Side, *, words: bool) -> Comparison:
        if (question, words) not in self._comparisons:
            contracts = (self.old, self.new)
            if question in (Question.NEWLY_TAKEN, Question.NEWLY_ANSWERED):
                contracts = (self.new, self.old)
            left, right = (one.readers[side] for one in contracts)
            self._comparisons[(question, words)] = Comparison(left, right, question, words)
        return self._comparisons[(question, words)]

    def _change(self, difference: Difference, question: Question, old: Content, new: Content, where: Where) -> Change:
        if difference.what is What.CONSTRAINT:
            rule, text = GENERAL[question][0].format(what="constraint"), CONSTRAINED[question]
        else:
            rule, text = NAMED.get((question, difference.what), GENERAL[question])
        encoding = "" if old.encoding == "text/plain" else new.encoding
        called = f"`{leaf(difference.path)}`" if difference.path else where.called
        return Change(
            rule=rule.format(what=difference.what.value),
            text=text.format(field=called, text=difference.text),
            place=self._place(difference, new),
            before=self._before(difference, old),
            at=(where.at(encoding, difference.path),),
            example=_example(difference),
            sure=difference.sure,
            subject=self._subject(difference),
        )

    def _subject(self, difference: Difference) -> str:
        """Where the old contract says it; both bounds, of which the text tells one; and all of a constraint."""
        theirs = [node.pointer for node in self._written(difference, self.old)]
        nodes = [node for node in (difference.one, difference.other) if node is not None]
        said: list[Json] = [node.value for node in nodes if not isinstance(node.value, dict | list)]
        if difference.what is What.CONSTRAINT:
            said = [meaning(node, only={difference.text, *BESIDE}) for node in nodes]
        return json.dumps([theirs[:1], *said])

    def _written(self, difference: Difference, contract: Contract) -> list[Node]:
        """Where a contract says what differs."""
        documents = set(contract.document.others.values())
        return [node for node in (difference.one, difference.other) if node is not None and node.document in documents]

    def _place(self, difference: Difference, new: Content) -> Place:
        ours = self._written(difference, self.new)
        if ours:
            return ours[0].place
        # What is gone has no place in the new contract; its surroundings have, unless they are in another file.
        gone = [node for node in self._written(difference, self.old) if node.document is self.old.document]
        return self.new.document.place(gone[0].pointer) if gone else new.node.place

    def _before(self, difference: Difference, old: Content) -> str:
        place = next(iter(self._written(difference, self.old)), old.node).place
        return f"{place.file}:{place.line}"


def shown(path: tuple[str, ...]) -> str:
    """A path in a message, such as `data[].color`."""
    text = ""
    for step in path:
        text += step if step.startswith("[") else f".{step}"
    return text.removeprefix(".")


def leaf(path: tuple[str, ...]) -> str:
    """The last name of a path, with what follows it, such as `tags[]`: how a field is called wherever it stands."""
    names = [number for number, step in enumerate(path) if not step.startswith("[")]
    return shown(path[names[-1] :] if names else path)


def _outweighs(heavier: Difference, other: Difference) -> bool:
    """Whether a breaking difference already says what the other says: the same thing seen from its other side."""
    if heavier.path == other.path:
        return heavier.what is other.what or heavier.what is What.TYPE
    return heavier.what in (What.TYPE, What.REMOVED) and other.path[: len(heavier.path)] == heavier.path


def _example(difference: Difference) -> str:
    """The value that shows the difference, as JSON: that of the field itself, where it has one."""
    if isinstance(difference.example, Missing) or not difference.sure:
        return ""
    value = difference.example
    for step in difference.path:
        if isinstance(value, list) and step.startswith("[") and value:
            value = value[int(step[1:-1] or -1)] if len(value) > int(step[1:-1] or 0) else value[-1]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            break
    text = key(value)
    return text if len(text) <= LONGEST_EXAMPLE else ""
