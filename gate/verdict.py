"""The verdict: findings, their severity, and the exit code."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from gate.source.document import Place

INFERRED = ", inferred only"
# The text of these findings is complete; for others, reports also show the reason.
PLAIN_KINDS = ("compatible", "documentation", "exercised")
TOLERATED = {
    "known": "known",
    "with a new major version": "with a new major version",
    "after its sunset": "after its sunset",
    "set to info": "set to info",
    "violated by both": "violated by both",
    "different where nothing is documented": "undocumented behaviour",
}


class Severity(StrEnum):
    """The severity of a finding."""

    ERROR = "fails"
    UNDECIDED = "undecided"
    INFO = "noted"


class ExitCode(IntEnum):
    """Exit codes, the same as those of `milestones-check`."""

    FINE = 0
    BREAKS = 1
    UNDECIDED = 2
    NOT_DONE = 3


class Outcome(StrEnum):
    """The combined outcome of all findings."""

    FINE = "fine"
    BREAKS = "breaks"
    UNDECIDED = "undecided"

    @property
    def exit_code(self) -> ExitCode:
        """Return its exit code."""
        return ExitCode[self.name]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reported fact.

    `kind` is its class, such as breaking or better; `heading` is its group in reports; `at` lists its locations;
    `place` is the file and line to fix. `example` and `calls` show it. `subject` identifies what it is about, if the
    text does not.
    """

    rule: str
    kind: str
    heading: str
    severity: Severity
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
    """The number of facts that the finding combines."""

    @property
    def id(self) -> str:
        """Return its id, with all its locations."""
        return " · ".join([self.rule, *self.at, self.text])

    @property
    def is_explained(self) -> bool:
        """Return whether reports show its reason."""
        return self.severity is not Severity.INFO or self.kind not in PLAIN_KINDS

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the stable ids of the finding, one for each location."""
        digest = [hashlib.sha256(self.subject.encode()).hexdigest()[:12]] if self.subject else []
        return tuple(" · ".join(filter(None, (self.rule, place, self.text, *digest))) for place in self.at or ("",))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one command: what was compared, the findings, and the next steps."""

    command: str
    compared: str
    findings: Sequence[Finding]
    next_steps: "NextSteps"
    summary: str = ""

    @property
    def outcome(self) -> Outcome:
        """Return the outcome; an error outweighs a warning."""
        severities = {finding.severity for finding in self.findings}
        if Severity.ERROR in severities:
            return Outcome.BREAKS
        return Outcome.UNDECIDED if Severity.UNDECIDED in severities else Outcome.FINE

    @property
    def headline(self) -> str:
        """Return the verdict in one sentence."""
        return f"{self.word}: {self.counted or 'nothing was found'}"

    @property
    def word(self) -> str:
        """Return the word for the outcome, which depends on the command."""
        return self.next_steps.failed if self.outcome is Outcome.BREAKS else self.outcome.value

    @property
    def counted(self) -> str:
        """Return the number of findings of each kind, as text."""
        kinds = dict.fromkeys(finding.kind for finding in self.findings)
        return ", ".join(
            f"{sum(finding.count for finding in self.findings if finding.kind == kind)} {kind}" for kind in kinds
        )

    @property
    def next_step(self) -> str:
        """Return the next step."""
        match self.outcome:
            case Outcome.FINE:
                return self.next_steps.fine
            case Outcome.BREAKS:
                return self.next_steps.breaks
            case Outcome.UNDECIDED:
                return self.next_steps.undecided

    @property
    def groups(self) -> dict[str, list[Finding]]:
        """Return the findings by heading, in their order."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.heading, []).append(finding)
        return groups


@dataclass(frozen=True, slots=True)
class NextSteps:
    """Next steps by outcome; `failed` is the word for a failing verdict."""

    fine: str
    breaks: str
    undecided: str
    failed: str = Outcome.BREAKS.value


def without_known(findings: Iterable[Finding], known_ids: Collection[str]) -> list[Finding]:
    """Return the findings, with known ones last and as information; known ones that no longer occur are reported.

    A finding that is known at only some of its locations is split into two.
    """
    listed = list(findings)
    fresh = [part for finding in listed if (part := shown(finding, set(finding.ids) - set(known_ids)))]
    old = [part for finding in listed if (part := shown(finding, set(known_ids)))]
    heavy = [
        replace(finding, kind="known", heading="Known", severity=Severity.INFO)
        for finding in old
        if finding.severity is not Severity.INFO
    ]
    gone = [
        _gone(identifier)
        for identifier in sorted(set(known_ids) - {identifier for finding in listed for identifier in finding.ids})
    ]
    return [
        *(finding for finding in fresh if finding.severity is not Severity.INFO),
        *gone,
        *heavy,
        *noted(fresh),
        *noted(old),
    ]


def shown(finding: Finding, ids: Collection[str]) -> Finding | None:
    """Return a finding at some of its locations; None if it has none of them."""
    if not finding.at:
        return finding if set(finding.ids) & set(ids) else None
    at = tuple(place for place, identifier in zip(finding.at, finding.ids, strict=True) if identifier in ids)
    return replace(finding, at=at) if at else None


def _gone(identifier: str) -> Finding:
    return Finding(
        rule="known/gone",
        kind="gone",
        heading="Known, and gone",
        severity=Severity.INFO,
        text=f"no longer found: {identifier}",
        reason="A known finding that no longer exists hides the next one of its kind.",
        remedy="Remove it from the file of known findings.",
    )


def noted(findings: Iterable[Finding]) -> list[Finding]:
    """Return the informational findings."""
    return [finding for finding in findings if finding.severity is Severity.INFO]


def adjust(steps: NextSteps, findings: Iterable[Finding]) -> NextSteps:
    """Return the next steps; if findings are tolerated, the steps mention them."""
    kinds = {finding.kind for finding in findings}
    reasons = [reason for kind, reason in TOLERATED.items() if kind in kinds]
    reasons += ["inferred only, and counts with --strict"] if any(kind.endswith(INFERRED) for kind in kinds) else []
    if not reasons:
        return steps
    return replace(steps, fine=f"Nothing fails the gate; clients may notice what is listed as {' or '.join(reasons)}.")
