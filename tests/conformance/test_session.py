"""A session waits for a deployment in maintenance if the options say so, and logs it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from conformance import session as sessions
from conformance.options import Depth, Options, RunConfig
from conformance.sandbox.first_answer import NotReady
from conformance.session import PAUSE_OF_WAITING, Session
from conformance.target import Target
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.live_server import serving

KEY = "test-key-of-the-session"
CLOSED = Response(503, (("Content-Type", "text/html"),), b"<html>We will be back soon</html>")


class Clock:
    """A clock that shows how long a session has waited."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put a clock in place of the one that sessions use."""
    clock = Clock()
    monkeypatch.setattr(sessions, "time", clock)
    return clock


@contextmanager
def in_maintenance(answers: int) -> Iterator[Target]:
    """Serve a deployment whose first answers come from its maintenance page."""
    app, numbers = App(load_contract(), scenario=load_scenario("default")), count()

    def handle(request: Request) -> Response:
        return CLOSED if next(numbers) < answers else app.handle(request)

    with serving(handle) as url:
        yield Target(url, KEY)


def test_a_deployment_in_maintenance_is_waited_for(
    clock: Clock, caplog: pytest.LogCaptureFixture, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with in_maintenance(7) as target, Session(RunConfig(target, wait=60.0)) as session:
        assert session.run.prerequisites.client_id

    assert clock.now == 7 * PAUSE_OF_WAITING
    (message,) = caplog.messages
    assert message.startswith(f"{target.url} is in maintenance or starting: GET /projects answers 503")
    assert message.endswith("Waiting for it.")


@pytest.mark.parametrize("wait", [0.0, 9.0])
def test_it_is_not_waited_for_longer_than_was_asked_for(clock: Clock, wait: float) -> None:
    with in_maintenance(100) as target, pytest.raises(NotReady), Session(RunConfig(target, wait=wait)):
        pass

    assert wait - PAUSE_OF_WAITING < clock.now <= wait


@pytest.mark.parametrize("only", ["delete/*", "list/*"])
def test_what_a_selection_costs_is_told_roughly(only: str) -> None:
    with Session(RunConfig(options=Options(Depth.QUICK, seed=1, only=[only]))) as session:
        announced = int(session.announcement.partition("about ")[2].partition(" ")[0])
        session.judge_all(lambda _: None)

    assert session.report().requests / 2 < announced < session.report().requests * 2
