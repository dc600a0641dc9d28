"""Check a whole fleet: admit jobs by their hosts' budgets, save each result at once, and stop on request."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from conformance.fleet.budget import HostBudgets
from conformance.fleet.deployment import Deployment
from conformance.fleet.executors import Crew
from conformance.fleet.file import Fleet
from conformance.fleet.results import Result, result_of
from conformance.fleet.task import Job, JobResult
from conformance.fleet.verdict import FleetVerdict, judge
from conformance.target import RunError

WAIT_SECONDS = 0.2
MOST_AT_ONCE = 512
"""The maximum number of deployments at workers, so that few reports wait in memory to be written."""
RESULT = "result.json"
STOPPED = "the fleet was stopped before its turn"


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a fleet's reports: `deployments/NAME/` for each, `state/NAME/` for its journal."""

    path: Path

    def of(self, deployment: Deployment) -> Path:
        """Return the folder of a deployment's reports."""
        return self.path / "deployments" / deployment.name

    def prepare(self, deployments: Sequence[Deployment], state: Path) -> None:
        """Remove the results of an earlier fleet, but no journals. Raises RunError if nothing can be written."""
        try:
            for deployment in deployments:
                shutil.rmtree(self.of(deployment), ignore_errors=True)
                self.of(deployment).mkdir(parents=True)
                (state / deployment.name / "attempts").unlink(missing_ok=True)
        except OSError as error:
            raise RunError(f"{self.path} cannot be written to ({error.strerror}); name another directory.") from error

    def save(self, deployment: Deployment, result: Result, job_result: JobResult) -> None:
        """Write the reports of a deployment; its result comes last, atomically, so that a resumed fleet can use it."""
        folder = self.of(deployment)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in job_result.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        entry = {"fingerprint": deployment.fingerprint(), "result": asdict(result)}
        draft = folder / f"{RESULT}.new"
        draft.write_text(json.dumps(entry, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        draft.replace(folder / RESULT)

    def drop_state(self, deployments: Sequence[Deployment], state: Path) -> None:
        """Remove the state of deployments that left no journal."""
        for deployment in deployments:
            if not any((state / deployment.name).rglob("*.jsonl")):
                shutil.rmtree(state / deployment.name, ignore_errors=True)
        with suppress(OSError):
            state.rmdir()

    def saved(self, deployment: Deployment) -> Result | None:
        """Return the final result of an earlier, stopped fleet; None if there is none for the same settings."""
        try:
            entry = json.loads((self.of(deployment) / RESULT).read_text(encoding="utf-8"))
            result = Result(**entry["result"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return result if entry["fingerprint"] == deployment.fingerprint() and result.is_final else None


class Coordinator:
    """Checks the deployments of a fleet that have no result yet."""

    def __init__(self, fleet: Fleet, folder: Folder, state: Path, *, resume: bool) -> None:
        self.fleet = fleet
        self.folder = folder
        self.results: dict[str, Result] = {}
        self.interrupted = False
        self._state = state
        self._started = datetime.now(UTC)
        self._began = time.monotonic()
        if resume:
            saved = ((deployment, folder.saved(deployment)) for deployment in fleet.deployments)
            self.results = {deployment.name: result for deployment, result in saved if result is not None}
        remaining = [deployment for deployment in fleet.deployments if deployment.name not in self.results]
        folder.prepare(remaining, state)
        self._budget = HostBudgets(remaining, fleet.politeness)
        self._running: dict[Future[JobResult], Deployment] = {}

    @property
    def running(self) -> int:
        """Return the number of deployments that workers are checking."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Return the number of deployments that no worker has received yet."""
        return self._budget.waiting

    def stop(self) -> None:
        """Stop the fleet: no further deployment starts, and running ones clean up and report."""
        self.interrupted = True

    def run(self, crew: Crew, progress: Callable[[Result], None]) -> FleetVerdict:
        """Check all deployments; `progress` receives each result as it comes."""
        stopped = False
        while True:
            if self.interrupted and not stopped:
                stopped = True
                crew.stop()
                for deployment in self._budget.drop_waiting():
                    progress(self._keep(deployment, JobResult(3, STOPPED)))
            for deployment, rate in islice(self._budget.admit(), MOST_AT_ONCE - len(self._running)):
                job = Job(deployment, rate, str(self._state))
                self._running[crew.submit(job)] = deployment
            if not self._running:
                break
            for deployment, job_result in self._ended():
                self._budget.release(deployment)
                progress(self._keep(deployment, job_result))
        self.folder.drop_state(self.fleet.deployments, self._state)
        return judge(
            [self.results[deployment.name] for deployment in self.fleet.deployments],
            started=self._started.isoformat(timespec="seconds"),
            duration_s=time.monotonic() - self._began,
            interrupted=self.interrupted,
        )

    def _ended(self) -> Iterator[tuple[Deployment, JobResult]]:
        ended, _ = wait(self._running, timeout=WAIT_SECONDS, return_when=FIRST_COMPLETED)
        for future in ended:
            yield self._running.pop(future), _job_result(future)

    def _keep(self, deployment: Deployment, job_result: JobResult) -> Result:
        result = result_of(deployment, job_result, f"deployments/{deployment.name}")
        if job_result.reason == STOPPED:
            result = replace(result, interrupted=True)
        self.results[deployment.name] = result
        self.folder.save(deployment, result, job_result)
        return result


def _job_result(future: "Future[JobResult]") -> JobResult:
    """Return the result of a future; any failure of a worker only affects its deployment."""
    try:
        return future.result()
    except (Exception, CancelledError) as error:  # noqa: BLE001 - a worker may fail in any way
        return JobResult(3, f"its worker failed: {type(error).__name__}: {str(error).splitlines()[:1] or ['']}"[:500])


def by_tag(deployments: Sequence[Deployment], tags: Sequence[str]) -> list[Deployment]:
    """Return the deployments with any of the tags; all if there are no tags. Raises RunError if none match."""
    chosen = [deployment for deployment in deployments if not tags or {*tags} & {*deployment.tags}]
    if not chosen:
        raise RunError(f"no deployment of the fleet file has the tag {' or '.join(tags)}.")
    return chosen
