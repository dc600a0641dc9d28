"""A finished run as data: what all reports are made of."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.contract import Requirement
from conformance.exchange import Exchange
from conformance.probes.registry import Observation
from conformance.results.coverage import Covered
from conformance.results.verdict import Judgement, Outcome, Verdict

ORDER = (
    Verdict.FAIL,
    Verdict.UNSTEADY,
    Verdict.ERROR,
    Verdict.INCONCLUSIVE,
    Verdict.WAIVED,
    Verdict.NOT_RUN,
    Verdict.PASS,
)

NEXT_STEPS = {
    Outcome.CONFORMANT: "Every requirement that was to be judged holds; keep this run in CI.",
    Outcome.VIOLATIONS: "Repeat one with the command below it, mend the deployment, and run again.",
    Outcome.STALE_WAIVERS: "Take the waivers that are named here out of their file, or renew them, and run again.",
    Outcome.INCONCLUSIVE: "Remove what stood in the way, named at each requirement without a verdict, and run again.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One run: its circumstances and a judgement on each requirement."""

    outcome: Outcome
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
    insecure: bool = False
    """True where any certificate was accepted."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """The time that judging each requirement took."""
    contract: str = ""
    """Where the contract was read from, if it is not the shipped one."""

    @property
    def sorted(self) -> list[Judgement]:
        """The judgements, the worst first, stated before inferred ones."""
        return sorted(self.judgements, key=lambda one: (ORDER.index(one.verdict), one.requirement.level != "stated"))

    def having(self, *verdicts: Verdict) -> list[Judgement]:
        """The judgements of these verdicts."""
        return [one for one in self.sorted if one.verdict in verdicts]

    @property
    def next_step(self) -> str:
        """One sentence on what to do now."""
        return NEXT_STEPS[self.outcome]

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        broken = self.having(Verdict.FAIL)
        failing = sum(one.fails(strict=self.strict) for one in broken)
        judged = len(self.having(Verdict.PASS, Verdict.FAIL, Verdict.WAIVED, Verdict.UNSTEADY))
        unsteady = len(self.having(Verdict.UNSTEADY))
        waived = len(self.having(Verdict.WAIVED))
        open_ = len(self.having(Verdict.INCONCLUSIVE, Verdict.ERROR))
        inferred = len(broken) - failing
        counts = {"inferred only": inferred, "waived": waived, "unsteady": unsteady}
        asides = [f"{count} {name}" for name, count in counts.items() if count]
        aside = f", beside {' and '.join(asides)}" if asides else ""
        match self.outcome:
            case Outcome.CONFORMANT:
                return f"conformant: {judged} requirements judged, none violated{aside}"
            case Outcome.VIOLATIONS:
                return f"violations: {failing} of {judged} requirements judged do not hold{aside}"
            case Outcome.STALE_WAIVERS:
                return f"stale waivers: {len(self.stale_waivers)}; none of {judged} requirements judged fails{aside}"
            case Outcome.INCONCLUSIVE:
                return (
                    f"inconclusive: none of {judged} requirements judged is violated{aside}; {open_} without a verdict"
                )

    def command(self, requirement: Requirement) -> str:
        """The command that judges one requirement again, as it was judged here."""
        words = ["milestones-check", "--only", requirement.id, "--depth", self.depth, "--seed", str(self.seed)]
        words += ["--target", "mock" if self.embedded else self.target]
        if self.contract:
            words += ["--contract", self.contract]
        return shlex.join(words)

    def calls(self, judgement: Judgement) -> list[Exchange]:
        """The shortest calls that show a violation."""
        return list(judgement.reproduction)
