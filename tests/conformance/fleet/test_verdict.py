"""The verdict of a fleet: the worst verdict, and the deployments that differ from the rest."""

from typing import Any

import pytest

from conformance.fleet.results import Result
from conformance.fleet.verdict import FleetVerdict, judge


def result(name: str, verdict: str = "conformant", **facts: Any) -> Result:
    return Result(name, f"https://{name}.example/api", [], verdict, **facts)


def judged(*results: Result) -> FleetVerdict:
    return judge(results, started="2026-11-28T00:00:00+00:00", duration_s=1.0)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["conformant"], 0),
        (["conformant", "inconclusive"], 2),
        (["inconclusive", "not done"], 3),
        (["not done", "violations", "inconclusive"], 1),
        (["stale waivers", "not done"], 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst(verdicts: list[str], code: int) -> None:
    fleet = judged(*(result(str(number), verdict) for number, verdict in enumerate(verdicts)))

    assert fleet.exit_code == code
    assert fleet.results[0].exit_code == code


def test_the_worst_come_first() -> None:
    fleet = judged(
        result("fine"), result("few", "violations", violations=["a/b"]), result("down", "not done"),
        result("many", "violations", violations=["a/b", "a/c"]),
    )  # fmt: skip

    assert [row.name for row in fleet.results] == ["many", "few", "down", "fine"]


def test_those_that_deviate_are_told_by_the_points() -> None:
    usual: dict[str, Any] = {"profile": {"list/case": "folded", "list/trim": "yes"}}
    fleet = judged(
        *(result(f"t{number}", **usual) for number in range(37)),
        result("odd", profile={"list/case": "kept", "list/trim": "yes"}),
        result("broken", "violations", violations=["get/a"], undecided=["get/b"], **usual),
        result("down", "not done"),
    )

    assert fleet.alike == "37 alike; 2 differ in 3 points."
    assert {tuple(cluster.deployments): list(cluster.differs) for cluster in fleet.clusters[1:]} == {
        ("odd",): ["list/case: kept instead of folded"],
        ("broken",): ["violates get/a", "no verdict on get/b"],
    }


def test_what_the_rest_violates_and_one_does_not_is_told_too() -> None:
    broken: dict[str, Any] = {"verdict": "violations", "violations": ["get/a"]}
    fleet = judged(result("x", **broken), result("y", **broken), result("z"))

    assert fleet.clusters[1].differs == ["does not violate get/a"]
