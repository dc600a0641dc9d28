"""Open points: what a deployment does where the documentation is silent is seen, told, and can be worn by the mock."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conformance import probes
from conformance.contract import OpenPoint
from conformance.options import Options
from conformance.probes.registry import PROBES, Observation, profile_of, to_observation
from conformance.reports import json as reports
from conformance.runner.probe_runner import observe
from mock_server.contract.contract import load_contract
from mock_server.contract.profile import Profile, load_profile
from mock_server.storage.clock import SECOND, Clock
from tests.conformance.reports.test_reports import report
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import read_contracts, run_on

pytestmark = pytest.mark.zoo

probes.load_all()
POINTS = read_contracts()[1].open_points
CHOICES = [(point, choice) for point in POINTS.values() for choice in point.choices]


def wearing(**choices: str) -> Iterator[Observation]:
    """Observe a mock with these choices at the open points."""

    def wear(builder: MockBuilder) -> None:
        builder.profile = Profile.of(load_contract(), choices)

    with run_on(wear, Options()) as run:
        yield from observe(run)
        run.clean_up.finish()


@pytest.mark.parametrize(("point", "choice"), CHOICES, ids=[f"{point.id}={choice}" for point, choice in CHOICES])
def test_each_choice_is_seen_for_what_it_is(point: OpenPoint, choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    only = [probe for probe in PROBES if point.id in probe.points]
    monkeypatch.setattr("conformance.runner.probe_runner.PROBES", only)

    assert profile_of(list(wearing(**{point.id: choice})))[point.id] == choice


def test_a_mock_that_wears_what_was_observed_is_observed_the_same(tmp_path: Path) -> None:
    other = {point.id: next(choice for choice in point.choices if choice != point.default) for point in POINTS.values()}
    # Lists that refuse what they do not know cannot be looked at for much else.
    other |= {"list/unknown-parameter": "ignored", "create/extra-fields": "ignored"}
    observed = list(wearing(**other))
    path = tmp_path / "profile.json"
    reports.write_profile(report(observations=observed), path)
    worn = dict(load_profile(load_contract(), path).choices)

    assert profile_of(list(wearing(**worn))) == profile_of(observed)


def test_every_open_point_is_looked_at_once() -> None:
    looked = [point for probe in PROBES for point in probe.points]

    assert sorted(looked) == sorted(POINTS)


def test_what_is_none_of_the_choices_is_told_and_left_out_of_the_profile() -> None:
    point = POINTS["http/trailing-slash"]
    observation = to_observation(point, "301", ())

    assert (observation.choice, observation.behaviour) == (None, "301")
    assert profile_of([observation]) == {}


def test_an_observation_comes_with_its_calls() -> None:
    observed = {observation.point.id: observation for observation in wearing()}
    calls = [exchange.summary for exchange in observed["delete/flag-in-query"].exchanges]

    assert any("?delete_tasks=yes → 200" in call for call in calls)


def test_a_read_only_look_writes_nothing_and_says_what_it_could_not_see() -> None:
    with run_on(lambda _: None, Options(read_only=True)) as run:
        sent: list[str] = []
        with run.transport.listening(lambda exchange: sent.append(exchange.method)):
            observed = {observation.point.id: observation for observation in observe(run)}

    assert set(sent) <= {"GET", "HEAD", "OPTIONS"}
    assert observed["list/limit-below-one"].choice == "422"
    assert "read-only" in observed["create/position"].behaviour


def test_looking_at_open_points_accuses_nobody() -> None:
    with run_on(lambda _: None, Options()) as run:
        list(observe(run))
        run.clean_up.finish()

        assert run.results.evidence == {}
        assert run.clean_up.leftovers == []


def test_a_clock_by_the_second_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Clock):
        def advance(self, by: timedelta = timedelta()) -> None:
            """Let time pass by waiting alone."""

    clock = Slow()

    def wear(builder: MockBuilder) -> None:
        builder.clock = lambda: clock
        builder.profile = Profile.of(load_contract(), {"update/unchanged-updated-date": "touched"})

    with run_on(wear, Options()) as run:
        waited: list[float] = []

        def wait(seconds: float) -> None:
            waited.append(seconds)
            Clock.advance(clock, SECOND)

        monkeypatch.setattr(run.transport, "wait", wait)
        observed = {observation.point.id: observation.choice for observation in observe(run)}

    assert observed["update/unchanged-updated-date"] == "touched"
    assert sum(waited) >= 1


def test_the_observed_points_are_in_the_report() -> None:
    observed = list(wearing())
    entry = reports.entry(report(observations=observed))

    assert {item["id"] for item in entry["profile"]} == set(POINTS)
    assert all(item["exchanges"] for item in entry["profile"])
    json.dumps(entry)
