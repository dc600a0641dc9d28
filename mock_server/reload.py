"""Reload the scenario and the contract when their files change."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from mock_server.accounts import Account
from mock_server.contract.contract import Contract, load_contract
from mock_server.contract.documented_responses import DocumentedResponses
from mock_server.contract.profile import Profile
from mock_server.control.root import RootHandler
from mock_server.operations.serializers import serialize_milestone, serialize_project, serialize_task, task_counts
from mock_server.scenarios.loader import load_scenario

logger = logging.getLogger(__name__)

INTERVAL = 0.5
"""The polling interval in seconds."""


class FileWatcher:
    """Polls a file, and calls `on_change` when it has changed; a missing file counts as unchanged."""

    def __init__(self, path: Path, on_change: Callable[[], None]) -> None:
        self._path = path
        self._on_change = on_change
        self._seen = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def check(self) -> None:
        """Check the file once; an exception of the callback is logged and does not end the polling."""
        current = self._look()
        if current not in {None, self._seen}:
            self._seen = current
            try:
                self._on_change()
            except Exception:
                logger.exception("%s could not be read again, and the mock continues with the old version.", self._path)

    def start(self) -> None:
        """Poll the file in a daemon thread."""
        threading.Thread(target=self._run, name=f"watch {self._path.name}", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(INTERVAL):
            self.check()


def reload_scenario(root: RootHandler, name: str) -> None:
    """Reload the scenario and reset all accounts; raise DocumentError, in which case nothing changes."""
    scenario = load_scenario(name)
    app = root.middleware.app
    with app.lock:
        app.scenario = scenario
        app.writes += 1
        for key in app.accounts.opened():
            app.accounts.reset(key)


def reload_contract(root: RootHandler) -> list[str]:
    """Reload the contract; return the keys of accounts that were reset because their content is invalid by it.

    Raises DocumentError, in which case nothing changes. Choices that the new contract does not know are replaced by its
    defaults.
    """
    middleware = root.middleware
    contract = load_contract(middleware.contract.path)
    middleware.app.reload(contract, keep_choices(contract, middleware.app.profile))
    middleware.reload(middleware.app, contract)
    unfit = []
    with middleware.app.lock:
        for key, account in middleware.app.accounts.opened().items():
            if account.profile is not None:
                account.profile = keep_choices(contract, account.profile)
            if not fits(account, middleware.app.profile, middleware.documented_responses):
                middleware.app.accounts.reset(key)
                unfit.append(key)
    return unfit


def keep_choices(contract: Contract, profile: Profile) -> Profile:
    """Return the choices of a profile that a contract knows, and its defaults for the rest."""
    points = contract.open_points
    kept = {point: choice for point, choice in profile.choices.items() if point in points}
    return Profile.of(contract, {point: choice for point, choice in kept.items() if choice in points[point].choices})


def fits(account: Account, profile: Profile, answers: DocumentedResponses) -> bool:
    """Return whether all content of an account can be answered under a contract."""
    store = account.store
    count = task_counts(store, profile).count
    shown = [("getMilestone", serialize_milestone(row, count(row.id))) for row in store.milestones]
    shown += [("getProject", serialize_project(store, row)) for row in store.projects]
    shown += [("getTask", serialize_task(store, row)) for row in store.tasks]
    for operation, data in shown:
        answer = answers.find(operation, 200)
        if answer and answer.validator and not answer.validator.is_valid({"data": data, "message": ""}):
            return False
    return True
