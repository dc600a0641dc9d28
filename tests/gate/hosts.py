"""Stand-ins for CI hosts: read their files, and run the shell steps in them as the hosts do."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
JOB: dict[str, Any] = yaml.safe_load((ROOT / "gitlab" / "milestones-gate.yml").read_text(encoding="utf-8"))[
    ".milestones-gate"
]


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a job: its exit code, what it printed, its outputs and its summary."""

    code: int
    printed: str
    outputs: Mapping[str, str]
    summary: str


def on_github(folder: Path, repository: Path, **inputs: str) -> Done:
    """Run the steps of the action in a repository, with its inputs where GitHub puts them."""
    outputs, summary = folder / "outputs", folder / "summary.md"
    outputs.touch()
    summary.touch()
    defaults = {name: str(node.get("default", "")) for name, node in ACTION["inputs"].items()}
    given = {f"${{{{ inputs.{name} }}}}": value for name, value in (defaults | inputs).items()}
    given["${{ runner.temp }}"] = str(folder)
    surroundings = {
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    printed, code = "", 0
    for step in scripts_of_action():
        outputs.write_text("", encoding="utf-8")
        own = {name: _filled_in(value, given) for name, value in step.get("env", {}).items()}
        # As GitHub starts a step with `shell: bash`.
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        code, message = run(shell, repository, surroundings | own)
        printed += message
        if code:
            break
    written = _outputs(outputs.read_text(encoding="utf-8"))
    return Done(code, printed, written, summary.read_text(encoding="utf-8"))


def scripts_of_action() -> list[dict[str, Any]]:
    """Return the steps of the action that are scripts, and not another action such as the cache."""
    return [step for step in ACTION["runs"]["steps"] if "run" in step]


def _filled_in(text: str, values: Mapping[str, str]) -> str:
    """Fill in the expressions of a text; an unknown one is a KeyError."""
    return re.sub(r"\$\{\{.*?\}\}", lambda expression: values[expression[0]], text)


def _outputs(text: str) -> dict[str, str]:
    """Read the outputs of a step as GitHub does: NAME=VALUE, or NAME<<END with the lines of the value up to END."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, end = line.partition("<<")
        if "=" in name:
            name, _, outputs[name] = line.partition("=")
        else:
            outputs[name] = "\n".join(iter(lambda: next(lines), end))
    return outputs


def on_gitlab(repository: Path, **variables: str) -> Done:
    """Run the job of the include in a repository, its script joined as the runner does, in our own environment."""
    environment = repository / ".milestones-gate"
    environment.mkdir()
    (environment / ".venv").symlink_to(Path(sys.prefix))
    own = {name: str(value) for name, value in JOB["variables"].items()} | variables
    script = "\n".join(["set -eo pipefail", *JOB["script"]])
    code, printed = run(["bash", "-c", script], repository, own)
    shutil.rmtree(environment)
    return Done(code, printed, {}, "")


def installed_on_gitlab(folder: Path, **variables: str) -> str:
    """Return what the job installs, in a folder where stand-ins for Python and git write that down."""
    stand_ins = {
        # Asked for an environment, it makes one in which it stands itself.
        "python3": 'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi\n'
        'for last; do :; done; printf "pip install %s" "$last" >installed\n',
        "git": 'case "$*" in *fetch*) for last; do previous="$this"; this="$last"; done\n'
        'printf "%s at %s" "$previous" "$this" >installed ;;\n'
        "*checkout*) mkdir -p .milestones-gate/scripts; "
        "printf '#!/bin/sh\\nprintf \" by its script, cached in $PIP_CACHE_DIR\" >>installed\\n' "
        ">.milestones-gate/scripts/install; chmod +x .milestones-gate/scripts/install ;; esac\n",
    }
    for name, script in stand_ins.items():
        program = folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
        program.chmod(0o755)
    server = {"PROTOCOL": "https", "HOST": "gitlab.example.com", "PORT": "8443"}
    own = {name: str(value) for name, value in JOB["variables"].items()} | variables
    own |= {f"CI_SERVER_{name}": value for name, value in server.items()} | {"CI_JOB_TOKEN": "t-o-k-e-n"}
    own["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    script = "\n".join(["set -eo pipefail", *JOB["before_script"]])
    code, printed = run(["bash", "-c", script], folder, own)
    assert (code, printed) == (0, "Installing milestones-gate …\n"), printed
    return (folder / "installed").read_text(encoding="utf-8")


def run(command: list[str], folder: Path, surroundings: Mapping[str, str]) -> tuple[int, str]:
    """Run a command in a folder; returns its exit code and all that it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "MILESTONES_"))}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "COLUMNS": "200", **surroundings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
