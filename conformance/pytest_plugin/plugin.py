"""The door for those who live in pytest: `pytest --pyargs conformance --target URL`. A test a requirement."""

import os
from collections.abc import Iterator

import pytest

from conformance import contract as contracts
from conformance.options import Depth, Options
from conformance.properties.registry import matching
from conformance.session import RunConfig, Session
from conformance.target import RunError, parse


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `milestones-check` that make sense here; selecting is also pytest's -k."""
    group = parser.getgroup("milestones", "conformance of a deployment of the Milestones API")
    group.addoption("--target", metavar="URL", help="base URL with /api, or mock for the embedded mock")
    group.addoption("--api-key", metavar="KEY", help="better given as MILESTONES_API_KEY")
    group.addoption("--depth", choices=[depth.value for depth in Depth], default=Depth.STANDARD.value)
    group.addoption("--seed", type=int, default=0, metavar="N", help="draws other inputs")
    group.addoption("--only", action="append", default=[], metavar="GLOB", help="judges matching requirements alone")
    group.addoption("--read-only", action="store_true", help="sends no write")
    # pytest has a --strict of its own.
    group.addoption("--inferred", action="store_true", help="inferred requirements fail, too")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A case for each requirement that is selected."""
    if "requirement_id" in metafunc.fixturenames:
        known = list(contracts.load().requirements)
        chosen = matching(known, metafunc.config.getoption("only"))
        metafunc.parametrize("requirement_id", [one for one in known if one in chosen])


@pytest.fixture(scope="session")
def session(pytestconfig: pytest.Config) -> Iterator[Session]:
    """The run that all requirements are judged in; it cleans up at the end."""
    option = pytestconfig.getoption
    try:
        target = parse(
            option("target") or os.environ.get("MILESTONES_TARGET"),
            option("api_key") or os.environ.get("MILESTONES_API_KEY"),
        )
        options = Options(
            depth=Depth(option("depth")),
            seed=option("seed"),
            only=tuple(option("only")),
            read_only=option("read_only"),
        )
        opened = Session(RunConfig(target=target, options=options, strict=option("inferred")))
        opened.__enter__()
    except RunError as reason:
        pytest.exit(str(reason), returncode=3)
    try:
        yield opened
    finally:
        opened.__exit__(None, None, None)
