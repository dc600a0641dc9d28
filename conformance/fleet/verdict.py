"""Judge a fleet: its worst verdict, and the deployments that differ from the rest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.fleet.results import NOT_DONE, WORST_FIRST, Result

WORDS = {"violations": "with violations", "stale waivers": "with stale waivers"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Deployments with the same violations and the same behaviour at the open points."""

    deployments: Sequence[str]
    violations: Sequence[str]
    profile: Mapping[str, str]
    differs: Sequence[str]
    """Differences from the largest cluster, one sentence each; empty for the largest cluster itself."""


@dataclass(frozen=True, slots=True)
class FleetVerdict:
    """The results, the worst first, and a summary of them."""

    results: Sequence[Result]
    clusters: Sequence[Cluster]
    started: str
    duration_s: float
    interrupted: bool = False

    @property
    def outcome(self) -> str:
        """Return the worst verdict."""
        return self.results[0].verdict

    @property
    def exit_code(self) -> int:
        """Return the exit code of the worst verdict."""
        return self.results[0].exit_code

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of deployments for each verdict that occurs, the worst first."""
        counts = Counter(result.verdict for result in self.results)
        return {verdict: counts[verdict] for verdict in WORST_FIRST if counts[verdict]}

    @property
    def requests(self) -> int:
        """Return the number of requests of all runs."""
        return sum(result.requests for result in self.results)

    @property
    def groups(self) -> list[str]:
        """Return the groups of requirements that any run judged."""
        return sorted({name for result in self.results for name in result.groups})

    @property
    def headline(self) -> str:
        """Return the verdict in one sentence."""
        return f"{len(self.results)} deployment{'s' * (len(self.results) != 1)}: {summary(self.counts)}"

    @property
    def alike(self) -> str:
        """Return a sentence on which deployments differ from the rest."""
        sizes = [len(cluster.deployments) for cluster in self.clusters]
        if not sizes:
            return "None could be compared."
        if len(sizes) == 1:
            return f"All {sizes[0]} that were judged are alike."
        points = len({point for cluster in self.clusters for point in cluster.differs})
        deviating = sum(sizes[1:])
        verb, noun = "differs" if deviating == 1 else "differ", "point" if points == 1 else "points"
        return f"{sizes[0]} alike; {deviating} {verb} in {points} {noun}."


def summary(counts: Mapping[str, int]) -> str:
    """Return the number of deployments with each verdict, the worst first.

    >>> summary({"conformant": 2, "violations": 1})
    '1 with violations, 2 conformant'
    """
    return ", ".join(f"{counts[name]} {WORDS.get(name, name)}" for name in WORST_FIRST if counts.get(name))


def judge(results: Sequence[Result], *, started: str, duration_s: float, interrupted: bool = False) -> FleetVerdict:
    """Return the verdict on results, with the results sorted and clustered; `results` must not be empty."""
    ordered = sorted(results, key=lambda result: (result.severity, -len(result.violations)))
    return FleetVerdict(ordered, _clusters(results), started, round(duration_s, 3), interrupted)


def _clusters(results: Sequence[Result]) -> list[Cluster]:
    groups: dict[tuple[object, ...], list[Result]] = {}
    for result in results:
        if result.verdict != NOT_DONE and not result.interrupted:
            key = (tuple(_broken(result)), tuple(result.undecided), tuple(sorted(result.profile.items())))
            groups.setdefault(key, []).append(result)
    # Of clusters of equal size, the one with the fewest violations comes first: the others are compared with it.
    ordered = sorted(groups.values(), key=lambda group: (-len(group), len(_broken(group[0])), group[0].name))
    return [
        Cluster(
            deployments=[result.name for result in group],
            violations=_broken(group[0]),
            profile=dict(group[0].profile),
            differs=_differences(group[0], ordered[0][0]),
        )
        for group in ordered
    ]


def _broken(result: Result) -> list[str]:
    return sorted({*result.violations, *result.inferred})


def _differences(result: Result, usual: Result) -> list[str]:
    broken, usually_broken = set(_broken(result)), set(_broken(usual))
    return [
        *(f"violates {requirement}" for requirement in sorted(broken - usually_broken)),
        *(f"does not violate {requirement}" for requirement in sorted(usually_broken - broken)),
        *(f"no verdict on {requirement}" for requirement in sorted({*result.undecided} - {*usual.undecided})),
        *(
            f"{point}: {result.profile[point]} instead of {usual.profile[point]}"
            for point in sorted(result.profile.keys() & usual.profile.keys())
            if result.profile[point] != usual.profile[point]
        ),
    ]
