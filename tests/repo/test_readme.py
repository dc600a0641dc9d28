"""The commands of README and docs exist and run, and CI runs them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]+) -->\n)?^```(?P<language>console|bash)\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
MOCK_PORT = "4010"
# CI runs these by themselves; here, one of them would run this test.
RUN_BY_CI = ("scripts/check", "scripts/test", "scripts/lint", ".ci/run")


@dataclass(frozen=True, slots=True)
class Block:
    """The commands of one fenced block, and why it is not run, if it is not."""

    commands: tuple[str, ...]
    reason: str


def blocks(document: str) -> Iterator[Block]:
    """Yield the shell blocks of a Markdown document: in `console` what stands after `$ `, in `bash` everything."""
    for match in BLOCK.finditer(document):
        body = match["body"].replace("\\\n", "")
        lines = [line for line in body.splitlines() if line.strip() and not line.startswith("#")]
        if match["language"] == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        yield Block(tuple(lines), (match["reason"] or "").strip())


def blocks_of(*documents: Path) -> list[Block]:
    """The shell blocks of documents."""
    return [block for document in documents for block in blocks(document.read_text(encoding="utf-8"))]


README = ROOT / "README.md"
RUNNABLE = [
    block
    for block in blocks_of(README, *sorted((ROOT / "docs").glob("*.md")))
    if not block.reason and not any(c.startswith(RUN_BY_CI) for c in block.commands)
]


def test_the_readme_names_the_two_commands_and_ci_runs_them(root: Path) -> None:
    typed = [command for block in blocks_of(README) for command in block.commands]
    gate = (root / ".ci" / "run").read_text(encoding="utf-8")
    for script in ("scripts/check", "scripts/test"):
        assert script in typed
        assert f"step {script}\n" in gate


def test_the_readme_counts_right(root: Path, contract: dict[str, Any]) -> None:
    operations = [
        entry for path_item in contract["paths"].values() for entry in path_item.values() if isinstance(entry, dict)
    ]
    carriers = [contract, *operations]
    requirements = sum(len(carrier.get("x-requirements", [])) for carrier in carriers)
    open_points = sum(len(carrier.get("x-open-points", [])) for carrier in carriers)
    for document in ("README.md", "CHANGELOG.md"):
        text = " ".join((root / document).read_text(encoding="utf-8").split())
        assert re.search(rf"\b{requirements} (named )?requirements", text)
        assert f"{open_points} open points" in text


def test_every_script_that_the_readme_names_is_there_to_be_run(root: Path) -> None:
    named = set(re.findall(r"(?<![\w/.])(?:scripts|\.ci)/\w+", (root / "README.md").read_text(encoding="utf-8")))
    assert [name for name in sorted(named) if not os.access(root / name, os.X_OK)] == []


@pytest.mark.zoo
@pytest.mark.parametrize(
    "block", RUNNABLE, ids=[block.commands[0] if block.commands else "empty" for block in RUNNABLE]
)
def test_every_shell_block_of_the_documents_runs(block: Block, tmp_path: Path) -> None:
    # In a clone the contract is at hand.
    shutil.copy(Path(__file__).parents[2] / "openapi.yaml", tmp_path)
    port = str(free_port())
    script = "\n".join(block.commands).replace(MOCK_PORT, port)
    serves = re.search(r"^milestones-mock(?! [a-z])", script, re.MULTILINE)
    with_mock = not serves and (f":{port}" in script or "milestones-mock" in script)
    code, printed = run_in_shell(f"{start_of_mock(port) if with_mock else ''}\n{script}", tmp_path, port)
    assert code == 0, f"{script}\n{printed}"


def test_blocks_are_read_as_a_person_reads_them() -> None:
    document = (
        "```console\n$ one \\\n  --two\noutput\n$ three\n```\n<!-- not run: a secret -->\n```bash\n# why\nfour\n```\n"
    )
    assert list(blocks(document)) == [Block(("one   --two", "three"), ""), Block(("four",), "a secret")]


def start_of_mock(port: str) -> str:
    """Shell lines that start a mock and wait for the line that says it answers."""
    return f"""milestones-mock --port {port} > mock.log &
        for _ in {{1..200}}; do grep --quiet http mock.log && break; sleep 0.1; done"""


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_in_shell(script: str, folder: Path, port: str) -> tuple[int, str]:
    """Run the lines in a shell of their own, our commands first on its path; what it left running is ended.

    Returns the shell's exit code and all that was printed.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryFile() as output:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env={**os.environ, "PATH": path, "MILESTONES_MOCK_URL": f"http://127.0.0.1:{port}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = shell.wait(timeout=240)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
        output.seek(0)
        return code, output.read().decode(errors="replace")
