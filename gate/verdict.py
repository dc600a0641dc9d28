"""What the gate found: findings, how much each weighs, and the exit code that follows."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from gate.source.document import Place


class Severity(StrEnum):
    """What a finding does to the verdict."""

    ERROR = "fails"
    UNDECIDED = "undecided"
    INFO = "noted"


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
    `place` the file and line that people can mend. `example` and `calls` show it. `subject` is what it is about where
    the text does not say it all.
    """

    rule: str
    kind: str
    heading: str
    weight: Severity
    text: str
    reason: str
    remedy: str = ""
    at: tuple[str, ...] = ()
    place: Place | None = None
    before: str = ""
    example: str = ""
    subject: str = ""
    proven: bool = True
    calls: tuple[str, ...] = ()
    count: int = 1
    """How many things it tells at once."""

    @property
    def id(self) -> str:
        """What it is called, with all places where it shows."""
        return " · ".join([self.rule, *self.at, self.text])

    @property
    def ids(self) -> tuple[str, ...]:
        """What is the same when the same is found again, for each place where it shows."""
        digest = [hashlib.sha256(self.subject.encode()).hexdigest()[:12]] if self.subject else []
        return tuple(" · ".join(filter(None, (self.rule, place, self.text, *digest))) for place in self.at or ("",))


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
        if Severity.ERROR in weights:
            return Outcome.BREAKS
        return Outcome.UNDECIDED if Severity.UNDECIDED in weights else Outcome.FINE

    @property
    def headline(self) -> str:
        """The verdict in one sentence."""
        return f"{self.word}: {self.counted or 'nothing was found'}"

    @property
    def word(self) -> str:
        """The outcome as people call it: not every command looks for what breaks."""
        return self.next_steps.failed if self.outcome is Outcome.BREAKS else self.outcome.value

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
    """What to do, by outcome; `failed` is what people call the one that fails."""

    fine: str
    breaks: str
    undecided: str
    failed: str = Outcome.BREAKS.value


def without_known(findings: Iterable[Finding], known: Collection[str]) -> list[Finding]:
    """The findings, those that are known already last and only noted; what is known and gone is told as well.

    A finding that is known at some of the places where it shows is told as two.
    """
    listed = list(findings)
    fresh = [part for one in listed if (part := _shown(one, set(one.ids) - set(known)))]
    old = [part for one in listed if (part := _shown(one, set(known)))]
    heavy = [
        replace(one, kind="known", heading="Known", weight=Severity.INFO)
        for one in old
        if one.weight is not Severity.INFO
    ]
    gone = [_gone(each) for each in sorted(set(known) - {each for one in listed for each in one.ids})]
    return [*(one for one in fresh if one.weight is not Severity.INFO), *gone, *heavy, *_noted(fresh), *_noted(old)]


def _shown(finding: Finding, ids: Collection[str]) -> Finding | None:
    """The finding as it shows at some of its places; none if it shows at none of them."""
    if not finding.at:
        return finding if set(finding.ids) & set(ids) else None
    at = tuple(place for place, each in zip(finding.at, finding.ids, strict=True) if each in ids)
    return replace(finding, at=at) if at else None


def _gone(identifier: str) -> Finding:
    return Finding(
        rule="known/gone",
        kind="gone",
        heading="Known, and gone",
        weight=Severity.INFO,
        text=f"no longer found: {identifier}",
        reason="What is known and no longer there hides the next of its kind.",
        remedy="Take it out of the file of known findings.",
    )


def _noted(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.weight is Severity.INFO]
