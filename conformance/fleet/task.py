"""Check one deployment on a worker: the suite's command as a child process, with the key only in its environment."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Protocol

from conformance.fleet.deployment import Deployment
from conformance.fleet.keys import KeyMissing
from conformance.sandbox.mock_process import NEW_GROUP

ATTEMPTS = 3
POLL_SECONDS = 1.0
"""The interval at which each run polls the flag that stops the fleet, which may be on another machine."""
GRACE_SECONDS = 120.0
"""The time for a stopped run to remove what it made."""
EXIT_CODES = (0, 1, 2, 3)
NOT_DONE = 3
REPORTS = ("report.json", "report.html", "junit.xml", "profile.json", "reproductions/*.sh")
LONGEST_MESSAGE = 2000
MARK = b"[key]"


class Stop(Protocol):
    """A flag that ends all runs: `threading.Event`, or Dask's across a network."""

    def is_set(self) -> bool:
        """Return whether the fleet must stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """The input of a worker: a deployment, its share of the requests a second, the folder for journals."""

    deployment: Deployment
    rate: float
    state: str


@dataclass(frozen=True, slots=True)
class JobResult:
    """The output of a worker: exit code, reason if there is no verdict, reports by path, and the cost."""

    exit_code: int
    reason: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    leftovers: Sequence[str] = ()
    attempts: int = 1
    duration_s: float = 0.0
    cpu_s: float = 0.0
    peak_memory_mb: float | None = None


@dataclass(frozen=True, slots=True)
class _Ended:
    """The end of a child process; `stopped` is the reason if the worker stopped it."""

    code: int
    message: str
    stopped: str = ""


def check(job: Job, stop: Stop) -> JobResult:
    """Check a deployment; if the run dies, clean up by its journal and try again."""
    started = time.monotonic()
    state = Path(job.state) / job.deployment.name
    try:
        key = job.deployment.key.resolve()
        state.mkdir(parents=True, exist_ok=True)
    except KeyMissing as problem:
        return JobResult(NOT_DONE, str(problem))
    except OSError as error:
        return JobResult(NOT_DONE, f"{state} cannot be made on the worker ({error.strerror}); name another --state.")
    attempt = _Attempt(job, state, key, stop, started + job.deployment.time_limit)
    while True:
        attempts = count_attempt(state)
        job_result = attempt.run()
        if job_result.exit_code in EXIT_CODES or attempts >= ATTEMPTS or stop.is_set():
            break
    return replace(
        job_result,
        exit_code=job_result.exit_code if job_result.exit_code in EXIT_CODES else NOT_DONE,
        attempts=attempts,
        duration_s=round(time.monotonic() - started, 3),
    )


def count_attempt(state: Path) -> int:
    """Count an attempt, including those of workers that died; the coordinator removes the file before a new fleet."""
    file = state / "attempts"
    with file.open("a", encoding="utf-8") as log:
        log.write(f"{os.getpid()}\n")
    return len(file.read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True, slots=True)
class _Attempt:
    job: Job
    state: Path
    key: str
    stop: Stop
    deadline: float

    def run(self) -> JobResult:
        """Clean up the leftovers of an earlier run, run the suite, and clean up its leftovers."""
        leftovers = self._clean_up()
        with tempfile.TemporaryDirectory(prefix="milestones-fleet-") as name:
            folder = Path(name)
            arguments = [*self.job.deployment.arguments(self.job.rate), "--quiet", "--report=."]
            ended = self._child(["run", *arguments], folder, self.deadline)
            files = {name: self._without_key((folder / name).read_bytes()) for name in _files(folder)}
            cost = json.loads(files.pop("cost.json", b"{}"))
        leftovers = self._clean_up() or leftovers
        has_report = bool(files.get("report.json"))
        reason = ended.stopped or ("" if has_report and ended.code in EXIT_CODES[:3] else _reason(ended))
        return JobResult(
            ended.code if has_report or (ended.code not in EXIT_CODES and not ended.stopped) else NOT_DONE,
            reason,
            files if has_report else {},
            leftovers,
            cpu_s=round(cost.get("cpu_s", 0.0), 3),
            peak_memory_mb=cost.get("peak_memory_mb"),
        )

    def _clean_up(self) -> list[str]:
        """Remove the projects in journals; return what could not be removed."""
        if not any((self.state / "milestones-check").glob("*.jsonl")):
            return []
        with tempfile.TemporaryDirectory(prefix="milestones-fleet-") as name:
            arguments = self.job.deployment.clean_up_arguments()
            ended = self._child(
                ["clean-up", "--journals-only", *arguments],
                Path(name),
                time.monotonic() + GRACE_SECONDS,
                stoppable=False,
            )
        return ended.message.splitlines() or ["unknown"] if ended.code else []

    def _child(self, words: Sequence[str], folder: Path, deadline: float, *, stoppable: bool = True) -> _Ended:
        with (folder / "messages").open("wb+") as messages:
            with _started(words, self.state, folder, self._environment(), messages) as process:
                stopped = ""
                while not has_ended(process):
                    if stopped and time.monotonic() > deadline:
                        process.kill()
                    elif not stopped and (stopped := self._stop_reason(deadline, stoppable=stoppable)):
                        deadline = time.monotonic() + GRACE_SECONDS
                        # Closing its input stops the run, which cleans up and reports.
                        _close(process.stdin)
            messages.seek(0)
            message = self._without_key(messages.read()).decode(errors="replace").strip()[-LONGEST_MESSAGE:]
        return _Ended(process.returncode, message, stopped)

    def _stop_reason(self, deadline: float, *, stoppable: bool) -> str:
        if stoppable and self._is_stopped():
            return "the fleet was stopped"
        if time.monotonic() > deadline:
            return f"stopped after its time limit of {self.job.deployment.time_limit:g} s"
        return ""

    def _is_stopped(self) -> bool:
        try:
            return self.stop.is_set()
        except OSError:
            # The flag is on a scheduler; without that, nothing waits for this run any more.
            return True

    def _environment(self) -> dict[str, str]:
        """Return the child's environment: the worker's, but of the suite's variables only key and secret headers."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MILESTONES_")}
        headers = os.environ.get(self.job.deployment.header_env, "") if self.job.deployment.header_env else ""
        secrets = {"MILESTONES_API_KEY": self.key} | ({"MILESTONES_HEADER": headers} if headers else {})
        return kept | secrets | {"XDG_STATE_HOME": str(self.state.resolve()), "PYTHONIOENCODING": "utf-8"}

    def _without_key(self, content: bytes) -> bytes:
        # The suite keeps the key out of all it writes; a traceback of an internal error might contain it.
        return content.replace(self.key.encode(), MARK)


@contextmanager
def _started(
    words: Sequence[str], state: Path, folder: Path, environment: Mapping[str, str], messages: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance.fleet.child", str(state.resolve()), *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=messages,
        # Ctrl-C reaches a whole process group; the worker stops the run, once.
        **NEW_GROUP,
    )
    try:
        yield process
    finally:
        _close(process.stdin)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait a while for the end of a process; return whether it has ended."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(POLL_SECONDS)
    return process.returncode is not None


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        with suppress(OSError):
            stream.close()


def _files(folder: Path) -> list[str]:
    """Return the paths of the reports, relative to the folder, with slashes."""
    patterns = (*REPORTS, "cost.json")
    return [path.relative_to(folder).as_posix() for pattern in patterns for path in sorted(folder.glob(pattern))]


def _reason(ended: _Ended) -> str:
    if ended.code == NOT_DONE:
        return ended.message or "the run could not be done and printed no reason"
    how = f"signal {-ended.code}" if ended.code < 0 else f"exit code {ended.code}"
    last = ended.message.splitlines()[-1:] or ["it printed nothing"]
    return f"the run died with {how}: {last[0]}"
