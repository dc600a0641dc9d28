"""Operations on the accounts of a running mock, shared by its control API, its inspector and Python."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

from mock_server.accounts import MAX_SNAPSHOTS, Account
from mock_server.contract.profile import Profile, ProfileError, load_profile, shipped_profiles
from mock_server.contract.yaml_files import DocumentError
from mock_server.messages import Json
from mock_server.operations.serializers import task_counts
from mock_server.scenarios.exporter import export_account, export_scenario
from mock_server.scenarios.importer import InvalidEntry
from mock_server.scenarios.loader import Scenario, build_scenario, load_scenario, shipped_names
from mock_server.scenarios.recorded import build_recorded
from mock_server.scenarios.schema import ContentEntry, ScenarioEntry
from mock_server.simulation.middleware import Middleware
from mock_server.storage.store import Milestone, Project

logger = logging.getLogger(__name__)


class ControlError(Exception):
    """An operation that cannot be done; the message is for people, `status` is for the control API."""

    def __init__(self, message: str, status: int = 404) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """The accounts of a mock: their state, snapshots, time and profiles.

    Every method that takes the key of an account opens the account if needed, and raises ControlError for an invalid
    key.
    """

    def __init__(self, middleware: Middleware) -> None:
        self.middleware = middleware

    def opened(self) -> dict[str, Account]:
        """Return the open accounts by key."""
        with self.middleware.app.lock:
            return self.middleware.app.accounts.opened()

    def account(self, key: str) -> Account:
        """Return the account of a key."""
        if self.middleware.upstream is not None and not self.middleware.settings.mocked:
            raise ControlError("A deployment answers in place of the mock: there are no accounts.", 409)
        with self.middleware.app.lock:
            account = self.middleware.app.accounts.find(key)
        if account is None:
            raise ControlError(
                f"The key {key} opens no account; use a key that begins with test-, or one of --api-key."
            )
        return account

    def reset(self, key: str) -> None:
        """Restore the initial state of an account, without recorded requests and faults; keep profile and snapshots."""
        self.account(key)
        with self.middleware.app.lock:
            self.middleware.app.accounts.reset(key)
        self.middleware.recorder.clear(key)
        self.middleware.faults.clear(key)

    def state(self, key: str) -> ContentEntry:
        """Return the content of an account as a scenario."""
        account = self.account(key)
        with self.middleware.app.lock:
            return export_account(account)

    def load(self, key: str, scenario: Json) -> None:
        """Replace the content of an account by a shipped scenario, given by name, or by the content of one."""
        account = self.account(key)
        loaded = self._shipped(scenario) if isinstance(scenario, str) else self._build(scenario)
        with self.middleware.app.lock:
            account.store = loaded.open_store()
            if loaded.now is not None:
                account.clock.set(loaded.now)

    def _shipped(self, name: str) -> Scenario:
        if name not in shipped_names():
            raise ControlError(f"There is no scenario {name}. Choose one of: {', '.join(shipped_names())}.", 422)
        return load_scenario(name)

    def _build(self, document: Json) -> Scenario:
        try:
            return build_scenario("loaded", document)
        except InvalidEntry as invalid:
            raise ControlError(f"The scenario cannot be used: {invalid} (at {invalid.where}).", 422) from invalid

    def snapshot(self, key: str, name: str) -> None:
        """Store the current state of an account, with its time."""
        account = self.account(key)
        with self.middleware.app.lock:
            gone = account.take_snapshot(name)
        if gone is not None:
            logger.warning(
                "The snapshot %s of %s was unused the longest and was removed: an account keeps at most %d snapshots.",
                gone,
                key,
                MAX_SNAPSHOTS,
            )

    def snapshots(self, key: str) -> tuple[str, ...]:
        """Return the names of an account's snapshots."""
        return tuple(self.account(key).snapshots)

    def restore(self, key: str, name: str) -> None:
        """Restore the state of an account from a snapshot."""
        with self._snapshot(key, name) as kept:
            self.middleware.app.accounts.put(key, kept.copy())

    def forget(self, key: str, name: str) -> None:
        """Delete a snapshot."""
        account = self.account(key)
        with self._snapshot(key, name):
            del account.snapshots[name]

    @contextmanager
    def _snapshot(self, key: str, name: str) -> Iterator[Account]:
        account = self.account(key)
        with self.middleware.app.lock:
            kept = account.find_snapshot(name)
            if kept is None:
                raise ControlError(
                    f"The account {key} has no snapshot {name}. Keep one first: milestones-mock snapshot {name}."
                )
            yield kept

    def set_clock(
        self, key: str, *, now: datetime | None = None, advance: timedelta | None = None, frozen: bool | None = None
    ) -> None:
        """Set the clock of an account, then advance it; a frozen one also stops at writes."""
        clock = self.account(key).clock
        with self.middleware.app.lock:
            try:
                if now is not None:
                    clock.set(now.astimezone(UTC))
                if advance is not None:
                    clock.advance(advance)
            except OverflowError as error:
                raise ControlError("The clock cannot show that time.", 422) from error
            if frozen is not None:
                clock.frozen = frozen

    def profile(self, key: str) -> Profile:
        """Return the choices that apply to an account."""
        return self.account(key).profile or self.middleware.app.profile

    def set_profile(self, key: str, profile: str = "", choices: Mapping[str, str] | None = None) -> None:
        """Set the choices of an account: those of a shipped profile or its current ones, with some overrides."""
        account, contract = self.account(key), self.middleware.contract
        if profile and profile not in shipped_profiles():
            names = ", ".join(shipped_profiles())
            raise ControlError(f"There is no profile {profile}. Choose one of: {names}.", 422)
        try:
            base = load_profile(contract, profile) if profile else self.profile(key)
            own = Profile.of(contract, choices or {})
        except (ProfileError, DocumentError) as error:
            raise ControlError(str(error), 422) from error
        account.profile = Profile({**base.choices, **{point: own.choices[point] for point in choices or {}}})

    def clear_profile(self, key: str) -> None:
        """Restore the mock's choices for an account."""
        self.account(key).profile = None

    def projects(self, key: str) -> list[Project]:
        """Return the projects of an account, the oldest first."""
        account = self.account(key)
        with self.middleware.app.lock:
            return list(account.store.projects)

    def milestones(self, key: str, project_id: int) -> list[tuple[Milestone, int]]:
        """Return the milestones of a project in their order, each with the number of its tasks."""
        store, profile = self.account(key).store, self.profile(key)
        with self.middleware.app.lock:
            if store.projects.get(project_id) is None:
                raise ControlError(f"The account {key} has no project {project_id}.")
            rows = sorted(store.milestones_of_project.rows(project_id), key=lambda row: (row.position, row.id))
            count = task_counts(store, profile).count
            return [(row, count(row.id)) for row in rows]

    def recorded(self, key: str | None = None) -> ContentEntry:
        """Return a scenario built from the recorded answers; raise ControlError if they contradict each other."""
        common = export_scenario(self.middleware.app.scenario, {})
        content = build_recorded(self.middleware.recorder.read(key=key), common)
        try:
            build_scenario("recorded", cast("Json", content))
        except InvalidEntry as invalid:
            raise ControlError(
                f"The recording cannot be made into a scenario: {invalid} (at {invalid.where}).", 409
            ) from invalid
        return content

    @property
    def writes(self) -> int:
        """Return the number of requests that may have changed something."""
        return self.middleware.app.writes

    def count_write(self) -> None:
        """Record that something may have changed."""
        with self.middleware.app.lock:
            self.middleware.app.writes += 1

    def export(self) -> ScenarioEntry:
        """Return a scenario with the current state of every account."""
        app = self.middleware.app
        with app.lock:
            scenario, accounts = app.scenario, {key: account.copy() for key, account in app.accounts.opened().items()}
        return export_scenario(scenario, accounts)
