"""A part that was deprecated with a sunset may be removed once that day is over."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gate.commands.contract import run
from gate.verdict import ExitCode, Severity, Verdict

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


TODAY = date(2026, 6, 15)
OVER: Mapping[str, object] = {"deprecated": True, "x-sunset": "2026-06-14"}


def operation(data: dict[str, Any]) -> dict[str, Any]:
    """Return the operation of the small contract."""
    listed: dict[str, Any] = data["paths"]["/things"]["get"]
    return listed


def content(data: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of the operation."""
    answer: dict[str, Any] = operation(data)["responses"]["200"]
    return answer


# Of each: what is added to the old contract, and what the new one has less. The first returns what is deprecated.
REMOVALS: Mapping[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], Callable[[dict[str, Any]], object]]] = {
    "operation": (
        lambda data: data["paths"]["/things"].setdefault("post", {"responses": {"200": {"description": "Fine."}}}),
        lambda data: data["paths"]["/things"].pop("post"),
    ),
    "parameter": (
        lambda data: operation(data)["parameters"][0],
        lambda data: operation(data).pop("parameters"),
    ),
    "field": (
        lambda data: data["components"]["schemas"]["Thing"]["properties"]["size"],
        lambda data: data["components"]["schemas"]["Thing"]["properties"].pop("size"),
    ),
    "field of a request": (
        lambda data: operation(data).setdefault(
            "requestBody", {"content": {"application/json": {"schema": {"properties": {"a": {}, "b": {}}}}}}
        )["content"]["application/json"]["schema"]["properties"]["a"],
        lambda data: operation(data)["requestBody"]["content"]["application/json"]["schema"]["properties"].pop("a"),
    ),
    "header": (
        lambda data: content(data).setdefault("headers", {}).setdefault("X-A", {"schema": {"type": "string"}}),
        lambda data: content(data)["headers"].pop("X-A"),
    ),
}


def judge(
    contract: Write, removal: str, announced: Mapping[str, object], today: date = TODAY, *, announced_now: bool = False
) -> Verdict:
    """Compare the small contract with itself less one thing, which the old one announced."""
    find, remove = REMOVALS[removal]

    def old(data: dict[str, Any]) -> None:
        find(data).update({} if announced_now else announced)

    def new(data: dict[str, Any]) -> None:
        find(data).update(announced)
        remove(data)

    return run(str(contract("old.yaml", old)), str(contract("new.yaml", new)), (), today=today)


@pytest.mark.parametrize("removal", REMOVALS)
def test_a_removal_passes_once_the_day_of_its_sunset_is_over(contract: Write, removal: str) -> None:
    verdict = judge(contract, removal, OVER)

    assert verdict.outcome.exit_code is ExitCode.FINE
    (finding,) = verdict.findings
    assert (finding.kind, finding.heading) == ("after its sunset", "Removed after their sunset")
    assert "sunset on 2026-06-14; that day has passed" in finding.reason


@pytest.mark.parametrize("removal", REMOVALS)
@pytest.mark.parametrize(
    "announced",
    [{}, {"deprecated": True}, {"x-sunset": "2026-06-14"}, {**OVER, "deprecated": False}, {**OVER, "x-sunset": "soon"}],
)
def test_without_a_deprecation_and_a_day_it_breaks(
    contract: Write, removal: str, announced: Mapping[str, object]
) -> None:
    assert judge(contract, removal, announced).outcome.exit_code is ExitCode.BREAKS


@pytest.mark.parametrize(
    ("sunset", "code"),
    [
        ("2026-06-14", 0),
        ("2026-06-14T23:59:59Z", 0),
        ("2026-06-15", 1),
        ("2027-01-01", 1),
        ("2026-02-30", 1),
        ("14.06.2026", 1),
        (20260614, 1),
    ],
)
def test_the_day_itself_has_to_be_over(contract: Write, sunset: object, code: int) -> None:
    assert judge(contract, "field", {"deprecated": True, "x-sunset": sunset}).outcome.exit_code == code


def test_what_waits_for_its_sunset_says_for_which(contract: Write) -> None:
    (finding,) = judge(contract, "field", {"deprecated": True, "x-sunset": "2026-12-31"}).findings
    assert finding.remedy == "Keep it until the day of its sunset, 2026-12-31, has passed."
    (finding,) = judge(contract, "field", {"deprecated": True, "x-sunset": "soon"}).findings
    assert "Its x-sunset, 'soon', is not a date: YYYY-MM-DD." in finding.remedy


def test_a_sunset_counts_only_where_the_old_contract_announced_it(contract: Write) -> None:
    assert judge(contract, "operation", OVER, announced_now=True).outcome.exit_code is ExitCode.BREAKS


def test_a_field_that_is_removed_in_two_places_passes_only_where_it_was_announced(contract: Write) -> None:
    def two(data: dict[str, Any]) -> None:
        fields = data["components"]["schemas"]["Thing"]["properties"]
        fields["size"] |= OVER
        fields["inner"] = {"type": "object", "properties": {"size": {"type": "integer"}}}

    def neither(data: dict[str, Any]) -> None:
        two(data)
        fields = data["components"]["schemas"]["Thing"]["properties"]
        fields.pop("size")
        fields["inner"]["properties"].pop("size")

    verdict = run(str(contract("old.yaml", two)), str(contract("new.yaml", neither)), (), today=TODAY)

    assert [finding.severity for finding in verdict.findings] == [Severity.ERROR, Severity.INFO]
