"""The context of an operation: an account's data, the time, and typed values of the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mock_server.contract.profile import OpenPointId, Profile
from mock_server.errors import NotFound
from mock_server.requests.form_data import FormData
from mock_server.responses import Result
from mock_server.storage.sorted_views import R
from mock_server.storage.store import Milestone, Project, Store, Task
from mock_server.storage.tables import Table

ADMIN_USER_ID = 1
"""The user that every key acts as. Implements: Authentication, Privileges."""


@dataclass(slots=True)
class OperationContext:
    """A call of an operation; `now` is its instant."""

    store: Store
    profile: Profile
    now: str
    path: Mapping[str, int]
    query: FormData
    body: FormData

    def decide(self, point: OpenPointId) -> str:
        """Return the choice at an open point that decides the answer, and record it."""
        return self.profile.decide(point)

    def has_milestone(self) -> bool:
        """Return whether the milestone with the id in the path exists."""
        return self.store.milestones.get(self.path["id"]) is not None

    def milestone(self) -> Milestone:
        """Return the milestone in the path; raise NotFound."""
        return self._find(self.store.milestones, "Milestone")

    def project(self) -> Project:
        """Return the project in the path; raise NotFound."""
        return self._find(self.store.projects, "Project")

    def task(self) -> Task:
        """Return the task in the path; raise NotFound."""
        return self._find(self.store.tasks, "Task")

    def _find(self, table: Table[R], kind: str) -> R:
        row = table.get(self.path["id"])
        if row is None:
            raise NotFound(f"{kind} not found.")
        return row


OperationFunction: TypeAlias = Callable[[OperationContext], Result]
