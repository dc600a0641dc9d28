"""Projects that properties share, so that not every example needs a project of its own.

Only this module knows which projects are lent, to which example, and what was done in them. A property that borrows one
finds the records of others there, and must judge only what it made itself.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conformance.exchange import Exchange

LEASES = 50
"""The number of examples that may use a project, so that its list stays short."""
MOST_LENT = {False: 2, True: 1}
"""The number of unordered (False) and ordered (True) projects that are lent before examples have to wait."""


@dataclass
class SharedProject:
    """A project to lend, the exchanges that made it, and everything sent while it was lent.

    If it has `milestone_ids`, it has exactly these milestones, the default first; additions and deletions must be
    recorded there. Otherwise it has an `untouched_milestone`. The title and colour of the `spare_milestone` may be
    changed freely.
    """

    id: int
    made: Sequence[Exchange]
    milestone_ids: list[int] = field(default_factory=list)
    untouched_milestone: int | None = None
    spare_milestone: int | None = None
    leases: int = 0
    history: list[Exchange] = field(default_factory=list)

    @property
    def is_ordered(self) -> bool:
        """Return whether its milestones may be reordered; if not, it may get any content."""
        return bool(self.milestone_ids)


@dataclass
class DeletedIds:
    """Ids of deleted records, for requests to unknown ids; creating one requires the lock `making`."""

    project: int | None = None
    milestone: int | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class SharedProjects:
    """The projects of a run that examples share; each is lent to one example at a time.

    `on_retire` is called with each project that is no longer lent. `defaults`, `milestones` and `tasks` hold what is
    known of any project of the run: the id of its default, and the highest number of milestones and tasks seen.
    `gives_more` says whether new projects have milestones beside their default; None as long as that is unknown.
    """

    on_retire: Callable[[int], None]
    free: list[SharedProject] = field(default_factory=list)
    defaults: dict[int, int] = field(default_factory=dict)
    milestones: Counter[int] = field(default_factory=Counter)
    tasks: Counter[int] = field(default_factory=Counter)
    gives_more: bool | None = None
    gone: DeletedIds = field(default_factory=DeletedIds)
    _lent: Counter[bool] = field(default_factory=Counter)
    _held_by_waiting: Counter[bool] = field(default_factory=Counter)
    _returned: threading.Condition = field(default_factory=threading.Condition)

    def borrow(
        self, make: Callable[[], SharedProject], own: Sequence[SharedProject], *, ordered: bool
    ) -> SharedProject:
        """Lend a project: an `ordered` one, with any number of milestones, or one with any content.

        Waits if enough projects of the kind are lent, and creates one otherwise. An example that holds projects of its
        `own` already waits only while another example holds one of the kind without waiting itself. So there is no
        deadlock.
        """
        held = Counter(shared.is_ordered for shared in own)
        enough = max(MOST_LENT[ordered], 1 + held[ordered])
        with self._returned:
            while True:
                fitting = next((shared for shared in self.free if shared.is_ordered is ordered), None)
                may_wait = not own or self._lent[ordered] > self._held_by_waiting[ordered] + held[ordered]
                if fitting is not None or not may_wait or self._lent[ordered] < enough:
                    break
                self._held_by_waiting += held
                try:
                    self._returned.wait()
                finally:
                    self._held_by_waiting -= held
            self._lent[ordered] += 1
            if fitting is not None:
                self.free.remove(fitting)
                return fitting
        try:
            return make()
        except BaseException:
            self._end_lease(ordered=ordered)
            raise

    def release(self, borrowed: Sequence[SharedProject], history: Sequence[Exchange], *, dirty: bool) -> None:
        """End the leases of an example; retire its projects if they are `dirty` or were lent often enough."""
        for shared in borrowed:
            shared.leases += 1
            shared.history += [exchange for exchange in history if exchange not in shared.made]
            try:
                if dirty or shared.leases >= LEASES:
                    self.gone.milestone = None
                    self.on_retire(shared.id)
                else:
                    # The most recently used project has the most content.
                    self.free.insert(0, shared)
            finally:
                self._end_lease(ordered=shared.is_ordered)

    def _end_lease(self, *, ordered: bool) -> None:
        with self._returned:
            self._lent[ordered] -= 1
            self._returned.notify_all()
