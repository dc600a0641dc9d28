"""Remove what a run made: each project once it is no longer needed, the rest at the end, and then the journal."""

from contextlib import suppress
from dataclasses import dataclass, field

from conformance.http.client import Client
from conformance.http.request import ForbiddenWrite, NoAnswer, OutOfRequests
from conformance.sandbox.cleaner import Cleaner
from conformance.sandbox.journal import Journal
from conformance.sandbox.ownership import Ownership
from conformance.sandbox.sandbox import Sandbox
from conformance.target import Prerequisites

CLEAN_UP_SECONDS = 300.0
LISTS_OF_CLEAN_UP = 5
REQUESTS_A_PROJECT = 3


@dataclass
class CleanUp:
    """Removes what a run made on its target.

    `leftovers` names what could not be removed; it is set by `finish`.
    """

    client: Client
    sandbox: Sandbox
    leftovers: list[str] = field(default_factory=list)
    _journal: Journal | None = None

    def __post_init__(self) -> None:
        ownership = self.sandbox.ownership
        self._cleaner = Cleaner(self.client, ownership, ownership.prefix, self.client.transport.wait)

    def keep_journal(self, prerequisites: Prerequisites) -> None:
        """Start a journal of everything made from now on."""
        existing = prerequisites.existing_project_ids - prerequisites.leftover_project_ids
        self._journal = Journal.open(self.sandbox.run_id, self.client.transport.target.url, existing)
        self.sandbox.before_making = self._journal.note

    def remove(self, project: int) -> None:
        """Delete a project of the run's own; a failed deletion is retried when the run ends."""
        with suppress(OutOfRequests):
            self._cleaner.remove(project)

    def delete_at_once(self, project: int) -> bool:
        """Delete a project known to be the run's own, without reading it again; return whether it was deleted."""
        try:
            deletion = self.client.delete_project(project)
        except (NoAnswer, ForbiddenWrite, OutOfRequests):
            return False
        self.sandbox.learn(deletion)
        return deletion.ok

    def finish(self, seconds: float = CLEAN_UP_SECONDS) -> None:
        """Remove everything left of the run, also what was made without an answer; record what cannot be removed.

        Takes at most so many seconds, and ends early when the transport is stopped.
        """
        self.client.transport.begin_clean_up(seconds)
        if _has_work(self.sandbox.ownership):
            try:
                self._cleaner.run()
            finally:
                self.leftovers = self._cleaner.leftovers
        if self._journal is not None and not self.leftovers:
            self._journal.close()


def cost_of_cleaning_up(ownership: Ownership, jobs: int) -> int:
    """Return the requests needed to clean up, including a project that each job makes meanwhile."""
    if not _has_work(ownership):
        return 0
    return LISTS_OF_CLEAN_UP + REQUESTS_A_PROJECT * (len(ownership.open_projects) + jobs)


def _has_work(ownership: Ownership) -> bool:
    return bool(ownership.made_projects or ownership.unanswered)
