"""Turn violations into reproductions: the fewest calls that show one, and the check that detects it.

Each program is tried twice: on the deployment, which must violate the check, and on the reference, a mock known to be
correct, which must satisfy it. So no call is left out on which the expectation depends.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from conformance.exchange import Exchange, read_fields
from conformance.http.request import OutOfRequests
from conformance.reproduction.checks import Check, StatusIs, ValueIs, holds, simple_checks, steps_of
from conformance.reproduction.derivation import KnownIds, derive
from conformance.reproduction.judged import Judged, text_of
from conformance.reproduction.minimise import minimise
from conformance.reproduction.program import Program
from conformance.reproduction.replay import Replayer, recorded
from conformance.reproduction.synthesis import Synthesis
from conformance.reproduction.trace import Trace
from conformance.results.difference import Basis, differences
from conformance.results.outcome import Evidence

MOST_CANDIDATES = 1000
MOST_STEPS = 150
LAST_STEPS = 6
LAST_LOOK = 4
"""The maximum number of calls for reading the milestones and tasks of two projects."""
INVALID = 422
ENDS = (1, 2, 4, 8, 16, 32)
"""Numbers of last calls to try as a reproduction, together with the calls they depend on."""
RECENT = 30
"""The number of last calls of the run, whatever they were for, to try in the end."""
ATTEMPTS = 3
"""The number of tries for a violation that does not show every time."""
ROUNDS = 8
"""The number of rounds in a script of a violation that does not show every time."""


MayGoOn: TypeAlias = Callable[[], bool]


@dataclass(frozen=True)
class Reproduction:
    """A program that shows a violation, the check that detects it, and the answers of the last replay.

    `reference` are the answers of a correct mock. `rounds` is how often to repeat the program: more than once if the
    violation does not show every time.
    """

    program: Program
    check: Check
    trace: Trace
    reference: Trace
    rounds: int = 1

    @property
    def calls(self) -> Sequence[Exchange]:
        """Return the exchanges of the last replay, in order."""
        answers = self.trace.answers
        return [answers[step.number].exchange for step in self.program.steps if step.number in answers]


@dataclass
class Reproducer:
    """Finds reproductions of a run's violations; `budget` is the number of requests left for that.

    `others` are correct mocks with different choices at the open points.
    """

    target: Replayer
    reference: Replayer
    others: Sequence[Replayer]
    log: Sequence[Exchange]
    budget: int
    _vetoing: Sequence[Replayer] = ()

    def reproduce(self, evidence: Evidence, allowance: int, *, is_stated: bool) -> Reproduction | None:
        """Return the shortest reproduction of a violation found within `allowance` requests; None if there is none.

        The `others` need not satisfy the check of an inferred requirement, which may depend on a choice at an open
        point.
        """
        self._vetoing = self.others if is_stated else ()
        steps = [exchange.number for exchange in evidence.history if exchange.status is not None or exchange.cut_short]
        if not steps:
            return None
        spent = self._sent
        most = min(allowance, self.budget)
        try:
            return self._search(evidence.basis, steps, lambda: self._sent - spent < most)
        except OutOfRequests:
            return None
        finally:
            self.budget -= self._sent - spent

    def _search(self, basis: Basis, steps: Sequence[int], may_go_on: MayGoOn) -> Reproduction | None:
        """Try programs until the deployment violates a check of one, and minimise that program."""
        whole = derive(self.log, steps[-1], self.target.prerequisites)
        record = recorded(self.log, self.target.prerequisites)
        ids = KnownIds()
        for number in sorted(answer for answer in record.answers if answer <= steps[-1]):
            ids.learn(record.answers[number])
        answered, nothing = [step for step in steps if step in record.answers], Trace({}, {}, {})
        judged = Judged(basis, answered, record, nothing, ids, sent_values(record))
        needed = whole.needed_by(steps[-1:])
        for whole_slice, attempts in self._slices(whole, steps, record, basis):
            program: Program | None = whole_slice
            while program is not None:
                reference = self.reference.replay(program)
                first = self._shown_by(program, replace(judged, reference=reference), attempts, may_go_on)
                if first is not None or not may_go_on():
                    return first and self._minimised(first, may_go_on)
                amended = _amended(program, record, reference, needed)
                program = amended if amended != program else None
        return None

    def _shown_by(self, program: Program, judged: Judged, attempts: int, may_go_on: MayGoOn) -> Reproduction | None:
        """Replay a program, and evaluate all checks each time, until the deployment violates one."""
        checks = [
            check
            for check in _first(Synthesis(judged).candidates(), MOST_CANDIDATES)
            if holds(check, judged.recorded) is False and holds(check, judged.reference) is True
        ]
        for attempt in range(attempts if checks else 0):
            if not may_go_on():
                return None
            trace = self.target.replay(program)
            for check in checks:
                if _went_apart(program, check, trace, judged):
                    continue
                if holds(check, trace) is False and self._is_kept(program, check):
                    return Reproduction(program, check, trace, judged.reference, ROUNDS if attempt else 1)
        return None

    def _is_kept(self, program: Program, check: Check) -> bool:
        """Return whether the correct mocks satisfy a check, whichever order concurrent calls run in."""
        if _needs_a_reorder(check) and all(step.operation != "reorderMilestones" for step in program.steps):
            return False
        orders = [program]
        if program.races:
            orders = [*[program] * ATTEMPTS, program.in_sequence(), program.in_sequence(turned=True)]
        kept = all(holds(check, self.reference.replay(order)) for order in orders)
        # A check that only holds with one choice at an open point would accuse deployments with another choice.
        return kept and all(holds(check, mock.replay(program)) is not False for mock in self._vetoing)

    @property
    def _sent(self) -> int:
        return self.target.client.transport.sent

    def _slices(
        self, whole: Program, steps: Sequence[int], record: Trace, basis: Basis
    ) -> Iterator[tuple[Program, int]]:
        """Yield programs that may show a violation, and how often to try each.

        Increasingly long ends of the calls come first: short ones cost little, and usually show the violation already.
        """
        everything, around = whole.needed_by(steps), _around(whole, steps)
        creations = {step.number for step in whole.steps if step.method == "POST" and step.number in everything}
        ends = [whole.needed_by(steps[-length:]) for length in ENDS if length < len(steps)]
        concerned = whole.needed_by([*_concerned(whole, record, basis), *steps[-LAST_LOOK:]]) & everything
        ends = [*ends[:3], concerned, *(end | concerned for end in ends[3:])]
        tried: set[frozenset[int]] = set()
        shared = everything | beside(whole, steps[-1])
        recent = whole.needed_by(step.number for step in whole.steps[-RECENT:])
        for numbers in (*ends, everything, around, around | creations, shared, recent):
            # If a deletion had no effect, on another deployment a later one would be the first to have one.
            for kept in (numbers | deletions(whole, numbers) | copied(whole, numbers), numbers):
                program = whole.only(kept)
                if kept in tried or len(program.steps) > MOST_STEPS:
                    continue
                tried.add(kept)
                if program.races:
                    yield program.in_sequence(), 1
                yield program, 1 if numbers in ends else 1 + ATTEMPTS

    def _minimised(self, best: Reproduction, may_go_on: MayGoOn) -> Reproduction:
        """Return a reproduction without unnecessary calls."""
        check, rounds = best.check, best.rounds

        def still_shows(smaller: Program) -> bool:
            nonlocal best
            if not may_go_on() or not self._is_kept(smaller, check):
                return False
            for _ in range(1 if rounds == 1 else ATTEMPTS):
                trace = self.target.replay(smaller)
                if holds(check, trace) is False:
                    best = Reproduction(smaller, check, trace, self.reference.replay(smaller), rounds)
                    return True
            return False

        with suppress(OutOfRequests):
            minimise(best.program, steps_of(check), still_shows, _creations(best))
            if best.program.races or not self._is_steady(best, may_go_on):
                return replace(best, rounds=ROUNDS)
        return best

    def _is_steady(self, shown: Reproduction, may_go_on: MayGoOn) -> bool:
        """Return whether a violation shows again, also after some of the calls: wrong answers may alternate."""
        steps = shown.program.steps
        for length in dict.fromkeys((0, len(steps) - 1, len(steps) // 2)):
            if length:
                if not may_go_on():
                    break
                self.target.replay(replace(shown.program, steps=steps[:length]))
            if holds(shown.check, self.target.replay(shown.program)) is not False:
                return False
        return True


def sent_values(record: Trace) -> frozenset[str]:
    """Return the values of all fields that were sent, as text."""
    exchanges = (answer.exchange for answer in record.answers.values())
    fields = (read_fields(exchange.query, exchange.sent, exchange.content_type) for exchange in exchanges)
    return frozenset(text_of(value) for values in fields for texts in values.values() for value in texts)


def _went_apart(program: Program, check: Check, trace: Trace, judged: Judged) -> bool:
    """Return whether a write before a check succeeded on one side only, so that later answers may differ.

    If that itself is the violation, a check of its status shows it. A mock knows no operation outside the contract,
    but the status that was judged is the documented one in any case.
    """
    looked_at, reference = steps_of(check), judged.reference
    is_judged = isinstance(check, StatusIs) and check.allowed == judged.basis.allowed
    for step in program.steps:
        if is_judged and not step.operation:
            continue
        if step.method == "GET" or step.concurrent or step.number in looked_at or step.number > max(looked_at):
            continue
        ours, theirs = reference.answers.get(step.number), trace.answers.get(step.number)
        if ours is not None and theirs is not None and ours.exchange.ok is not theirs.exchange.ok:
            return True
    return False


def _creations(reproduction: Reproduction) -> frozenset[int]:
    """Return the numbers of the calls that created a record."""
    answers, steps = reproduction.trace.answers, reproduction.program.steps
    made = (step.number for step in steps if step.method == "POST" and step.number in answers)
    return frozenset(number for number in made if answers[number].exchange.ok)


def refused_here_alone(program: Program, record: Trace, reference: Trace) -> frozenset[int]:
    """Return the writes that were refused when recorded, and that the correct mock accepts.

    The run repeats a refused request in another encoding; elsewhere that would be a second write.
    """
    return frozenset(
        step.number
        for step in program.steps
        if step.method != "GET"
        and record.answers[step.number].exchange.refused
        and step.number in reference.answers
        and reference.answers[step.number].exchange.ok
    )


def _amended(program: Program, record: Trace, reference: Trace, needed: frozenset[int]) -> Program:
    """Return a program without writes that only one side accepts, unless they are `needed`.

    The flag of a deletion is dropped if the reference refuses it: a deletion without a flag is documented.
    """
    refused = refused_here_alone(program, record, reference) - needed
    odd = {
        step.number
        for step in program.steps
        if step.operation == "deleteMilestone"
        and record.answers[step.number].exchange.ok
        and step.number in reference.answers
        and reference.answers[step.number].exchange.status == INVALID
    }
    return program.only({step.number for step in program.steps} - refused).with_plain_deletions(odd)


def _concerned(whole: Program, record: Trace, basis: Basis) -> frozenset[int]:
    """Return the calls that touch a record with a difference, or the milestone that it was created in."""
    unequal = list(differences(basis.actual, basis.expected))
    members = [difference.actual or difference.expected for difference in unequal if difference.kind != "value"]
    wrong = {str(identifier) for identifier in [*(difference.record for difference in unequal), *members]}
    makers = {step.number for step in whole.steps if record.answers[step.number].at("data.id").text in wrong}
    wrong |= {record.answers[maker].at("data.milestone.id").text for maker in makers} - {""}
    return frozenset(
        step.number
        for step in whole.steps
        if step.number in makers or any(record.answers[ref.step].at(ref.path).text in wrong for ref in step.refs)
    )


def _around(whole: Program, steps: Sequence[int]) -> frozenset[int]:
    """Return the calls that touch the records to which the last calls refer."""
    needed = set(whole.needed_by(steps[-LAST_STEPS:]))
    makers = {step.number for step in whole.steps if step.makes_project}
    for step in whole.steps:
        records = {ref.step for ref in step.refs} - makers
        if step.number in steps and records and records <= needed:
            needed |= whole.needed_by([step.number])
    return frozenset(needed)


def beside(whole: Program, last: int) -> frozenset[int]:
    """Return what other examples created and deleted in the project that the last call reads: projects are shared."""
    looked_at = next((set(step.refs) for step in whole.steps if step.number == last), set())
    return whole.needed_by(
        step.number
        for step in whole.steps
        if step.number < last and step.method in ("POST", "DELETE") and looked_at & set(step.refs)
    )


def deletions(whole: Program, needed: frozenset[int]) -> frozenset[int]:
    """Return the deletions of records that a program refers to."""
    return frozenset(
        step.number
        for step in whole.steps
        if step.method == "DELETE"
        and step.operation.startswith("delete")
        and (refs := [ref.step for ref in step.refs])
        and all(ref in needed for ref in refs)
    )


def copied(whole: Program, needed: frozenset[int]) -> frozenset[int]:
    """Return the creations in the projects that a program clones, and the calls they depend on."""
    clones = [step for step in whole.steps if step.number in needed and step.operation == "cloneProject"]
    return whole.needed_by(
        step.number
        for clone in clones
        for step in whole.steps
        if step.number < clone.number and step.method == "POST" and {*step.refs} & {*clone.refs}
    )


def _first(checks: Iterator[Check], count: int) -> Iterator[Check]:
    for _, check in zip(range(count), checks, strict=False):
        yield check


def _needs_a_reorder(check: Check) -> bool:
    """Return whether a check expects a certain position: only a reorder has documented ones."""
    return any(
        isinstance(part, ValueIs)
        and part.path.endswith("position")
        and all(isinstance(text, str) for text in part.expected)
        for part in simple_checks(check)
    )
