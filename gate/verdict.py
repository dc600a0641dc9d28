"""What the gate found: findings, how much each weighs, and the exit code that follows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from gate.document import Place


class Weight(StrEnum):
    """What a finding does to the verdict."""

    FAILS = "fails"
    UNDECIDED = "undecided"
    NOTED = "noted"


class ExitCode(IntEnum):
    """What the command line answers, as `milestones-check` does."""

    FINE = 0
    BREAKS = 1
    UNDECIDED = 2
    NOT_DONE = 3


class Outcome(StrEnum):
    """What can be said of all findings together."""

    FINE = "fine"
    BREAKS = "breaks"
    UNDECIDED = "undecided"

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of it."""
        return ExitCode[self.name]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should know.

    `kind` is its class, such as breaking or better; `heading` the group that reports show it in; `at` where it shows;
    `place` the file and line that people can mend. `example` and `calls` show it.
    """

    rule: str
    kind: str
    heading: str
    weight: Weight
    text: str
    reason: str
    remedy: str = ""
    at: tuple[str, ...] = ()
    place: Place | None = None
    before: str = ""
    example: str = ""
    sure: bool = True
    calls: tuple[str, ...] = ()
    count: int = 1
    """How many things it tells at once."""

    @property
    def id(self) -> str:
        """What is the same when the same is found again."""
        return " · ".join([self.rule, *self.at[:1], self.text])


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one command: what was compared, what was found, and what to do now."""

    command: str
    compared: str
    findings: Sequence[Finding]
    next_steps: "NextSteps"
    summary: str = ""

    @property
    def outcome(self) -> Outcome:
        """A finding that fails outweighs one that is undecided."""
        weights = {one.weight for one in self.findings}
        if Weight.FAILS in weights:
            return Outcome.BREAKS
        return Outcome.UNDECIDED if Weight.UNDECIDED in weights else Outcome.FINE

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        return f"{self.outcome.value}: {self.counted or 'nothing was found'}"

    @property
    def counted(self) -> str:
        """How many findings there are of each kind, as text."""
        kinds = dict.fromkeys(one.kind for one in self.findings)
        return ", ".join(f"{sum(one.count for one in self.findings if one.kind == kind)} {kind}" for kind in kinds)

    @property
    def next_step(self) -> str:
        """What to do now."""
        match self.outcome:
            case Outcome.FINE:
                return self.next_steps.fine
            case Outcome.BREAKS:
                return self.next_steps.breaks
            case Outcome.UNDECIDED:
                return self.next_steps.undecided

    @property
    def groups(self) -> dict[str, list[Finding]]:
        """The findings by heading, in their order."""
        groups: dict[str, list[Finding]] = {}
        for one in self.findings:
            groups.setdefault(one.heading, []).append(one)
        return groups


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What to do, by outcome."""

    fine: str
    breaks: str
    undecided: str


def less_known(findings: Iterable[Finding], known: Collection[str]) -> list[Finding]:
    """The findings, those that are known already last and only noted; what is known and gone is told as well."""
    listed = list(findings)
    fresh = [one for one in listed if one.id not in known]
    old = [
        replace(one, kind="known", heading="Known", weight=Weight.NOTED)
        for one in listed
        if one.id in known and one.weight is not Weight.NOTED
    ]
    light = [one for one in listed if one.id in known and one.weight is Weight.NOTED]
    gone = [
        Finding(
            rule="known/gone",
            kind="gone",
            heading="Known, and gone",
            weight=Weight.NOTED,
            text=f"no longer found: {identifier}",
            reason="What is known and no longer there hides the next of its kind.",
            remedy="Take it out of the file of known findings.",
        )
        for identifier in sorted(set(known) - {one.id for one in listed})
    ]
    return [*(one for one in fresh if one.weight is not Weight.NOTED), *gone, *old, *_noted(fresh), *light]


def _noted(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.weight is Weight.NOTED]
