"""The data of a finished run that all reports are made from."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.contract import Requirement
from conformance.exchange import Exchange
from conformance.probes.registry import Observation
from conformance.reproduction import shell
from conformance.reproduction.causes import Cause
from conformance.reproduction.checks import AllOf, AnyOf, Check, holds
from conformance.reproduction.reproduce import Reproduction
from conformance.reproduction.trace import Trace
from conformance.results.coverage import Covered
from conformance.results.verdict import Conclusion, Judgement, Verdict
from conformance.sandbox.cleaner import removal_command
from conformance.target import DIRECT, NetworkOptions

ORDER = (
    Verdict.FAIL,
    Verdict.UNSTEADY,
    Verdict.ERROR,
    Verdict.INCONCLUSIVE,
    Verdict.WAIVED,
    Verdict.NOT_RUN,
    Verdict.PASS,
)

LABELS = {
    Verdict.FAIL: "violated",
    Verdict.UNSTEADY: "unsteady",
    Verdict.ERROR: "error",
    Verdict.INCONCLUSIVE: "no verdict",
    Verdict.WAIVED: "waived",
    Verdict.NOT_RUN: "not run",
    Verdict.PASS: "holds",
}

NEXT_STEPS = {
    Conclusion.CONFORMANT: "Every requirement of the run holds; keep this run in CI.",
    Conclusion.VIOLATIONS: "Reproduce a violation with its script or command, fix the deployment, and run again.",
    Conclusion.STALE_WAIVERS: "Remove the waivers that are named here from their file, or renew them, and run again.",
    Conclusion.INCONCLUSIVE: "Remove the obstacle that is named at each requirement without a verdict, and run again.",
}


@dataclass(frozen=True)
class Topic:
    """The requirements of one operation or theme."""

    name: str
    judgements: Sequence[Judgement]

    @property
    def counts(self) -> list[tuple[Verdict, int]]:
        """Return the number of judgements of each verdict, the worst first."""
        counts = Counter(judgement.verdict for judgement in self.judgements)
        return [(verdict, counts[verdict]) for verdict in ORDER if counts[verdict]]

    @property
    def summary(self) -> str:
        """Return the counts in words."""
        return ", ".join(f"{count} {LABELS[verdict]}" for verdict, count in self.counts)

    @property
    def is_green(self) -> bool:
        """Return whether every requirement is satisfied or was not selected."""
        return all(judgement.verdict in (Verdict.PASS, Verdict.NOT_RUN) for judgement in self.judgements)


@dataclass(frozen=True, slots=True)
class Report:
    """One run: its circumstances, and a judgement on each requirement."""

    outcome: Conclusion
    target: str
    embedded: bool
    contract_version: str
    contract_sha256: str
    seed: int
    depth: str
    strict: bool
    read_only: bool
    requests: int
    started: str
    duration_s: float
    judgements: Sequence[Judgement]
    observations: Sequence[Observation] = ()
    coverage: Sequence[Covered] = ()
    stale_waivers: Sequence[str] = ()
    leftovers: Sequence[str] = ()
    interrupted: bool = False
    notes: Sequence[str] = ()
    """Findings about the deployment as a whole, such as reads that lag."""
    network: NetworkOptions = DIRECT
    """The options for network access to the deployment."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """The time spent on judging each requirement."""
    options: Sequence[str] = ()
    """The options that repeat a judgement of this run, as words of a shell."""
    reproductions: Mapping[str, Reproduction] = field(default_factory=dict)
    """The fewest calls that show each violation, by requirement."""
    causes: Sequence[Cause] = ()
    """The violations, grouped by cause."""

    @property
    def insecure(self) -> bool:
        """Return whether certificates were not verified."""
        return self.network.insecure

    @property
    def sorted(self) -> list[Judgement]:
        """Return the judgements, the worst first, stated before inferred ones."""
        return sorted(
            self.judgements,
            key=lambda judgement: (ORDER.index(judgement.verdict), judgement.requirement.level != "stated"),
        )

    def having(self, *verdicts: Verdict) -> list[Judgement]:
        """Return the judgements with any of these verdicts."""
        return [judgement for judgement in self.sorted if judgement.verdict in verdicts]

    @property
    def topics(self) -> list[Topic]:
        """Return the judgements by operation or theme, in the contract's order."""
        topics: dict[str, list[Judgement]] = {}
        for judgement in self.judgements:
            topics.setdefault(judgement.requirement.topic, []).append(judgement)
        return [Topic(name, judgements) for name, judgements in topics.items()]

    @property
    def next_step(self) -> str:
        """Return a sentence on what to do now."""
        if self.interrupted and self.outcome is Conclusion.INCONCLUSIVE:
            return "The run was interrupted; run again for the rest."
        if self.outcome is Conclusion.INCONCLUSIVE and not any(
            judgement.lacks_verdict(strict=self.strict) for judgement in self.judgements
        ):
            if self.leftovers:
                return "Remove the leftovers that are named above, and run again."
            return "Find the cause of the alternating reads that are named above, and run again."
        if self.outcome is Conclusion.CONFORMANT and self.having(Verdict.FAIL):
            return "Read the inferred violations above before you keep this run in CI; --strict makes them fail."
        if self.outcome is Conclusion.CONFORMANT and self.having(Verdict.UNSTEADY):
            return "Nothing fails; unsteady violations may come from a cache, a second node or a race; run again."
        if self.outcome is Conclusion.CONFORMANT and self.having(Verdict.WAIVED):
            return "Only waived violations are left; keep this run in CI, and fix the waived violations."
        if self.outcome is Conclusion.CONFORMANT and self.having(Verdict.INCONCLUSIVE, Verdict.ERROR):
            return "Every requirement that was judged holds, and all stated ones were; keep this run in CI."
        return NEXT_STEPS[self.outcome]

    @property
    def headline(self) -> str:
        """Return the outcome in one sentence."""
        broken = self.having(Verdict.FAIL)
        failing = sum(judgement.fails(strict=self.strict) for judgement in broken)
        judged = len(self.having(Verdict.PASS, Verdict.FAIL, Verdict.WAIVED, Verdict.UNSTEADY))
        unsteady = len(self.having(Verdict.UNSTEADY))
        waived = len(self.having(Verdict.WAIVED))
        open_ = len(self.having(Verdict.INCONCLUSIVE, Verdict.ERROR))
        inferred = len(broken) - failing
        counts = {"inferred only": inferred, "waived": waived, "unsteady": unsteady}
        asides = [f"{count} {name}" for name, count in counts.items() if count]
        aside = f", beside {' and '.join(asides)}" if asides else ""
        match self.outcome:
            case Conclusion.CONFORMANT:
                if inferred:
                    return f"conformant: {judged} requirements judged; none stated is violated, {inferred} inferred are"
                return f"conformant: {judged} requirements judged, none violated{aside}"
            case Conclusion.VIOLATIONS:
                return f"violations: {failing} of {judged} requirements judged do not hold{aside}"
            case Conclusion.STALE_WAIVERS:
                return f"stale waivers: {len(self.stale_waivers)}; none of {judged} requirements judged fails{aside}"
            case Conclusion.INCONCLUSIVE:
                interrupted = "interrupted, " if self.interrupted else ""
                lacking = f"{open_} without a verdict"
                return f"{interrupted}inconclusive: none of {judged} requirements judged is violated{aside}; {lacking}"

    def command(self, requirement: Requirement) -> str:
        """Return the command that repeats the judgement of one requirement."""
        target = "mock" if self.embedded else self.target
        return f"{self._command(requirement)} --target {shlex.quote(target)}"

    def _command(self, requirement: Requirement) -> str:
        words = ["milestones-check", "--only", requirement.id, "--depth", self.depth, "--seed", str(self.seed)]
        return " ".join([shlex.join(words), *self.options])

    def curl(self, call: Exchange) -> str:
        """Return the curl command for a call, with the same network access to the deployment."""
        return call.curl(self.target, self.network.curl_words)

    @property
    def removal(self) -> str:
        """Return a sentence on how to remove the leftovers."""
        return removal_command(self.target, self.network.words)

    def calls(self, judgement: Judgement) -> list[Exchange]:
        """Return the fewest calls that show a violation, as they were last sent."""
        reproduction = self.reproductions.get(judgement.requirement.id)
        return list(reproduction.calls if reproduction else judgement.reproduction)

    def difference(self, judgement: Judgement) -> tuple[str, str]:
        """Return the expected and the actual value, in words that fit the calls."""
        reproduction = self.reproductions.get(judgement.requirement.id)
        return expected_and_actual(reproduction) if reproduction else (judgement.expected, judgement.actual)

    def script_name(self, judgement: Judgement) -> str:
        """Return the path of the script that shows a violation, relative to the reports."""
        return f"reproductions/{shell.file_name(judgement.requirement.id)}"

    def script(self, judgement: Judgement) -> str:
        """Return the script that shows a violation."""
        requirement = judgement.requirement
        reproduction = self.reproductions.get(requirement.id)
        if reproduction is None:
            # The exit code of a script says what a run only reports.
            strict = " --strict" if requirement.level == "inferred" and "--strict" not in self.options else ""
            return shell.fallback(requirement, self._command(requirement) + strict)
        return shell.script(reproduction, requirement, self.target, self.command(requirement), self.network)

    @property
    def grouped(self) -> list[tuple[Judgement, list[Judgement]]]:
        """Return the violations by cause: the root of each, and those that follow from it."""
        violated = {judgement.requirement.id: judgement for judgement in self.having(Verdict.FAIL)}
        groups = [
            (violated.pop(cause.root), [violated.pop(name) for name in cause.consequences if name in violated])
            for cause in self.causes
            if cause.root in violated
        ]
        groups += [(judgement, []) for judgement in violated.values()]
        # Violations that fail the run come before those only reported; otherwise the order of the causes is kept.
        return sorted(
            groups,
            key=lambda group: not any(judgement.fails(strict=self.strict) for judgement in (group[0], *group[1])),
        )

    @property
    def unlike_the_mock(self) -> list[Observation]:
        """Return the observations that differ from the mock's defaults."""
        return [
            observation
            for observation in self.observations
            if observation.choice != observation.point.default and observation.behaviour
        ]

    def reason(self, judgement: Judgement) -> str:
        """Return the reason for a requirement's verdict, in one sentence."""
        if judgement.reason or judgement.verdict is not Verdict.FAIL:
            return judgement.reason
        expected, actual = self.difference(judgement)
        root = next((cause.root for cause in self.causes if judgement.requirement.id in cause.consequences), "")
        return f"expected {expected}; got {actual}" + (f"; follows from {root}" if root else "")


def expected_and_actual(reproduction: Reproduction) -> tuple[str, str]:
    """Return what the check of a reproduction expected and what came; calls are numbered from one."""
    numbers = {step.number: place for place, step in enumerate(reproduction.program.steps, 1)}
    return _sentences(reproduction.check, reproduction.trace, numbers)


def _sentences(check: Check, trace: Trace, numbers: Mapping[int, int]) -> tuple[str, str]:
    match check:
        case AllOf():
            wrong = [_sentences(part, trace, numbers) for part in check.checks if holds(part, trace) is False]
            return "; ".join(expected for expected, _ in wrong), "; ".join(actual for _, actual in wrong)
        case AnyOf():
            several = [_sentences(part, trace, numbers) for part in check.checks]
            return " or ".join(expected for expected, _ in several), several[0][1]
        case _:
            expected, actual = check.sentences(trace, numbers)
            return f"call {numbers[check.step]}: {expected}", actual
