"""Reproductions of violations in a faulty mock, with scripts run on that mock and on a correct one."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.contract import Requirement
from conformance.options import Options
from conformance.reproduction import shell
from conformance.reproduction.causes import Cause, group
from conformance.reproduction.replay import Replayer
from conformance.reproduction.reproduce import Reproduction
from conformance.runner.reproduction_runner import reproduce
from conformance.runner.scheduler import Scheduler
from conformance.sandbox.mock_process import KEY
from mock_server.app import App
from mock_server.contract.profile import Profile
from mock_server.scenarios.loader import FOLDER, load_scenario
from tests.conformance.live_server import serving
from tests.faulty_mocks.fault import Fault
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import read_contracts, run_on

COMMAND = "milestones-check run --only NAME"


def reproductions_of(
    fault: Fault, reference: Replayer, others: Sequence[Replayer] = ()
) -> tuple[dict[str, Reproduction], list[Cause]]:
    """Run the suite on a faulty mock; return the reproduction of each violation, and the violations by cause."""
    with run_on(fault.inject, Options(depth=fault.depth, seed=0)) as run:
        Scheduler(run).run_all()
        reproductions: dict[str, Reproduction] = {}
        reproduce(run, reference, reproductions, others)
        violated = [(run.contract.requirements[name], reproductions.get(name)) for name in run.results.evidence]
        causes = group(violated, run.contract.implications)
        return reproductions, causes


@contextmanager
def serving_another_right_one() -> Iterator[str]:
    """Serve a correct mock with other names of statuses, priorities, users and defaults."""
    contract = read_contracts()[0]
    choices = {"project/default-milestone-title": "other", "auth/www-authenticate": "not-sent"}
    text = (FOLDER / "default.yaml").read_text(encoding="utf-8")
    for word in ("To do", "In progress", "In review", "Done", "Normal", "High", "Urgent", "Whitfield", "Marketing"):
        text = text.replace(word, f"{word} here")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "another.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = load_scenario(str(path))
    app = App(contract, scenario=scenario, profile=Profile.of(contract, choices), keys=[KEY])
    with serving(app.handle) as url:
        yield url


def exit_codes(
    fault: Fault, reproductions: Mapping[str, Reproduction], right: Sequence[str], folder: Path
) -> dict[str, list[int]]:
    """Run the script of each violation on the faulty mock, started again, and on correct ones."""
    codes: dict[str, list[int]] = {}
    requirements = read_contracts()[1].requirements
    for name in sorted(fault.breaks & reproductions.keys()):
        script = write_script(reproductions[name], requirements[name], folder)
        builder = MockBuilder(read_contracts()[0], load_scenario("default"))
        fault.inject(builder)
        with builder.built() as handle, serving(handle) as faulty:
            codes[name] = [run_script(script, faulty).returncode]
        codes[name] += [run_script(script, url, KEY).returncode for url in right]
    return codes


def write_script(reproduction: Reproduction, requirement: Requirement, folder: Path) -> Path:
    """Write the script of a violation."""
    path = folder / shell.file_name(requirement.id)
    path.write_text(shell.script(reproduction, requirement, "http://mock/api", COMMAND), encoding="utf-8")
    return path


def run_script(script: Path, target: str, key: str = "test-key") -> subprocess.CompletedProcess[str]:
    """Run a script on a deployment."""
    surroundings = os.environ | {
        "MILESTONES_TARGET": target,
        "MILESTONES_API_KEY": key,
        "MILESTONES_AGAIN_AFTER": "0",
    }
    return subprocess.run(
        ["sh", str(script)], env=surroundings, capture_output=True, text=True, check=False, timeout=60
    )
