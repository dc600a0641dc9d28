"""The pytest plug-in: `pytest --pyargs conformance --target URL`, with a test for each requirement."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import click
import pytest

from conformance import contract as contracts
from conformance.commands.run import run, run_config
from conformance.options import RunConfig
from conformance.properties.registry import check_globs, select
from conformance.session import Session
from conformance.target import RunError

NAMES = {"inferred": "strict"}
"""Options whose names pytest uses already, and their names in `milestones-check run`."""
FLAGS = ("read_only", "inferred")
REPEATED = ("only", "exclude")
VALUES = ("target", "api_key", "depth", "seed")
SEVERITIES = {"stated": "critical", "inferred": "minor"}
CONFIG = pytest.StashKey[RunConfig]()
SELECTED = pytest.StashKey[list[contracts.Requirement]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `milestones-check run` that are useful in pytest, which can also select by -k and -m."""
    group = parser.getgroup("milestones", "conformance of a deployment of the Milestones API")
    group.addoption("--target", metavar="URL", help="base URL with /api, or mock for the embedded mock")
    group.addoption("--api-key", metavar="KEY", help="the key; better set as MILESTONES_API_KEY")
    group.addoption("--depth", choices=["quick", "standard", "deep"], help="standard by default")
    group.addoption("--seed", metavar="N", help="repeats the inputs of the run that reported this seed")
    group.addoption("--only", action="append", default=[], metavar="GLOB", help="judges only matching requirements")
    group.addoption("--exclude", action="append", default=[], metavar="GLOB", help="leaves matching requirements out")
    group.addoption("--read-only", action="store_true", help="sends no write")
    # pytest has a --strict of its own.
    group.addoption("--inferred", action="store_true", help="inferred requirements fail, too (--strict elsewhere)")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and exit here if the options are invalid."""
    for level in SEVERITIES:
        config.addinivalue_line("markers", f"{level}: a requirement of this level")
    config.addinivalue_line("markers", "allure_label: a label for Allure")
    # Readers of junit.xml accept properties of cases, though the newer schema has none.
    config.addinivalue_line("filterwarnings", "ignore:record_property is incompatible:pytest.PytestWarning")
    if not config.getoption("help"):
        chosen = config_of(config)
        # Later, other plug-ins would report an exit as an error.
        try:
            config.stash[SELECTED] = read_selected(chosen)
        except RunError as reason:
            pytest.exit(str(reason), returncode=3)


def config_of(config: pytest.Config) -> RunConfig:
    """Read the options as `milestones-check run` does, including the environment and milestones.toml."""
    if CONFIG not in config.stash:
        try:
            config.stash[CONFIG] = run_config(run.make_context("pytest", _arguments(config)).params)
        except (RunError, click.ClickException) as reason:
            message = reason.format_message() if isinstance(reason, click.ClickException) else str(reason)
            pytest.exit(message, returncode=3)
    return config.stash[CONFIG]


def _arguments(config: pytest.Config) -> list[str]:
    option = config.getoption
    words = [f"--{NAMES.get(name, name).replace('_', '-')}" for name in FLAGS if option(name)]
    words += [f"--{name.replace('_', '-')}={option(name)}" for name in VALUES if option(name) is not None]
    return words + [f"--{name}={value}" for name in REPEATED for value in option(name)]


def pytest_report_header(config: pytest.Config) -> str:
    """Return the announcement of the run, which says how to repeat it."""
    return "milestones: " + ", ".join(f"{name} {value}" for name, value in facts(config).items())


def facts(config: pytest.Config) -> dict[str, str]:
    """Return the circumstances of the run for a report."""
    chosen = config_of(config)
    target = chosen.target.url if chosen.target is not None else "the embedded mock"
    return {"target": target, "depth": chosen.options.depth.value, "seed": str(chosen.options.seed)}


@pytest.hookimpl(optionalhook=True)
def pytest_metadata(metadata: MutableMapping[str, Any], config: pytest.Config) -> None:
    """Add the run to the environment table of pytest-html."""
    if not config.getoption("help"):
        metadata.update({f"Milestones {name}": value for name, value in facts(config).items()})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Create a case for each selected requirement, with marks for its level and labels for Allure."""
    if "requirement_id" not in metafunc.fixturenames:
        return
    cases = [case(requirement) for requirement in metafunc.config.stash[SELECTED]]
    metafunc.parametrize("requirement_id", cases)


def read_selected(config: RunConfig) -> list[contracts.Requirement]:
    """Return the selected requirements; raise RunError if there are none, or if a glob matches none."""
    options = config.options
    try:
        requirements = contracts.load(config.contract).requirements
    except contracts.ContractError as error:
        raise RunError(f"{error}.") from error
    check_globs(requirements, options.only, options.exclude)
    chosen = select(requirements, options.only, options.exclude)
    if not chosen:
        raise RunError("Nothing is selected: --exclude leaves out all that --only selects.")
    return [requirement for requirement in requirements.values() if requirement.id in chosen]


def case(requirement: contracts.Requirement) -> Any:
    """Return the case of a requirement: Allure's severity is the level, its feature the operation."""
    labels = {
        "severity": SEVERITIES[requirement.level],
        "feature": requirement.operation or requirement.topic,
        "story": requirement.topic,
    }
    marks = [pytest.mark.allure_label(value, label_type=kind) for kind, value in labels.items()]
    return pytest.param(requirement.id, id=requirement.id, marks=[getattr(pytest.mark, requirement.level), *marks])


@pytest.fixture(scope="session")
def session(pytestconfig: pytest.Config) -> Iterator[Session]:
    """Open the run that judges all requirements; it cleans up at the end."""
    try:
        opened = Session(config_of(pytestconfig))
        opened.__enter__()
    except RunError as reason:
        pytest.exit(str(reason), returncode=3)
    try:
        yield opened
    finally:
        opened.__exit__(None, None, None)


@pytest.fixture(scope="session", autouse=True)
def suite_properties(pytestconfig: pytest.Config, record_testsuite_property: Any) -> None:
    """Add the run to the properties of the suite in junit.xml."""
    for name, value in facts(pytestconfig).items():
        record_testsuite_property(name, value)
