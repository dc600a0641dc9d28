"""Deployments for fleets: one server with correct, faulty and lying accounts, and the command in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result

from conformance.cli import command
from conformance.fleet import executors
from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.messages import Request, Response
from mock_server.scenarios.loader import load_scenario
from tests.conformance.fleet.fleet_files import COMMAND
from tests.conformance.live_server import serving
from tests.faulty_mocks.fault import load_all
from tests.faulty_mocks.mock_builder import MockBuilder

FAULT = "writes_dates_without_a_zone"
CheckHere = Callable[..., Result]


@pytest.fixture
def app() -> App:
    """Return a mock, each key an account of its own."""
    return App(load_contract(), scenario=load_scenario("default"))


@pytest.fixture
def made() -> Event:
    """Set once a project was made."""
    return Event()


@pytest.fixture
def goes_on() -> Event:
    """Return an event that answers wait for, once a project was created."""
    event = Event()
    event.set()
    return event


@pytest.fixture
def site(app: App, made: Event, goes_on: Event) -> Iterator[str]:
    """Serve a mock with accounts that are correct, faulty, or lie about the records they create."""
    builder = MockBuilder(load_contract(), load_scenario("default"))
    load_all()[FAULT].inject(builder)
    with builder.built() as faulty:

        def handle(request: Request) -> Response:
            key = request.headers.get("authorization", "")
            if request.method == "POST" and request.path.endswith("/projects"):
                made.set()
            if made.is_set():
                goes_on.wait(60)
            if "faulty" in key:
                return faulty(request)
            return lying(app.handle, request) if "lying" in key else app.handle(request)

        with serving(handle) as url:
            yield url


def lying(handle: Callable[[Request], Response], request: Request) -> Response:
    """Answer the creation of a project with somebody else's record."""
    response = handle(request)
    if request.method != "POST" or not request.path.endswith("/projects"):
        return response
    body = json.loads(response.body)
    body["data"]["id"] = 159
    return Response(response.status, response.headers, json.dumps(body).encode())


@pytest.fixture
def without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide Dask, so that jobs run on threads, which start sooner."""
    monkeypatch.setattr(executors, "find_spec", lambda _: None)


@pytest.fixture
def check_here(without_dask: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckHere:
    """Run the command in this process; only the checks of deployments are processes of their own."""
    monkeypatch.chdir(tmp_path)
    return lambda *options: CliRunner().invoke(command, [*COMMAND[3:], *options], catch_exceptions=False)
