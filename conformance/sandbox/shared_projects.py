"""Projects of ours that properties share, so that not every example costs a project of its own.

What lives only here: which projects are lent, to whom, and what was done in them. A property that takes one finds what
others left there, and must judge nothing but what it made itself.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conformance.exchange import Exchange

LEASES = 50
"""The number of examples that share a project, so that its list stays short."""
MOST_LENT = {False: 2, True: 1}
"""The number of projects, without and with milestones to put in order, that are lent before examples wait for one."""


@dataclass
class SharedProject:
    """A project that is lent, the exchanges that made it, and all that was sent while it was lent.

    One with `milestone_ids` has these milestones and no others, the default first; what adds to it or deletes from it
    says so there. Any other has an `untouched_milestone`. The title and colour of a `spare_milestone` matter to nobody.
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
        """Tell if its milestones may be put in order; otherwise it takes any content."""
        return bool(self.milestone_ids)


@dataclass
class DeletedIds:
    """Ids of deleted records, for those who need an id that names nothing; who makes one holds the lock `making`."""

    project: int | None = None
    milestone: int | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class SharedProjects:
    """The projects of a run that examples share, each of which one example has at a time.

    `on_retire` is called with each that no more example will take. `defaults`, `milestones` and `tasks` hold what is
    known of any project of ours: its default, and how many it has had at most. `gives_more` says if new projects have
    more milestones than their default; None before it was seen.
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
        """Lend a project: `ordered`, however many milestones it has to put in order, or else of any content.

        Wait for one where enough of the kind are lent, and make one otherwise. An example that has some of its
        `own` already waits only while somebody has one of the kind who waits for none: so none waits for ever.
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
        """End an example; what it spoilt, and what was lent often enough, is lent no more."""
        for shared in borrowed:
            shared.leases += 1
            shared.history += [exchange for exchange in history if exchange not in shared.made]
            try:
                if dirty or shared.leases >= LEASES:
                    self.gone.milestone = None
                    self.on_retire(shared.id)
                else:
                    # The one that was just used has the most to offer.
                    self.free.insert(0, shared)
            finally:
                self._end_lease(ordered=shared.is_ordered)

    def _end_lease(self, *, ordered: bool) -> None:
        with self._returned:
            self._lent[ordered] -= 1
            self._returned.notify_all()
