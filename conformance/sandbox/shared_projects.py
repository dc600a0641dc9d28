"""Projects of ours that properties share, so that not every example costs a project of its own.

What lives only here: which projects are lent, for how long, and what was done in them. A property that takes one finds
what others left there, and must judge nothing but what it made itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conformance.exchange import Exchange

LEASES = 50
"""How many examples share a project, so that its list stays short."""


@dataclass
class SharedProject:
    """A project that is lent, the exchanges that made it, and all that was sent while it was lent.

    One with `milestone_ids` has these milestones and no others, the default first: nobody adds to it or deletes from
    it, and only the order may change. Any other has an `untouched_milestone`.
    """

    id: int
    made: Sequence[Exchange]
    milestone_ids: Sequence[int] = ()
    untouched_milestone: int | None = None
    leases: int = 0
    history: list[Exchange] = field(default_factory=list)


@dataclass
class DeletedIds:
    """Ids of deleted records, for those who need an id that names nothing."""

    project: int | None = None
    milestone: int | None = None


@dataclass
class SharedProjects:
    """The projects that are lent now; `on_retire` is called with each that no more example will take."""

    on_retire: Callable[[int], None]
    projects: list[SharedProject] = field(default_factory=list)
    defaults: dict[int, int] = field(default_factory=dict)
    gone: DeletedIds = field(default_factory=DeletedIds)

    def find(self, size: int, borrowed: Sequence[SharedProject]) -> SharedProject | None:
        """A shared project that an example has not got yet: of a fixed `size`, or of any content with 0."""
        fitting = (project for project in self.projects if project not in borrowed)
        return next(
            (shared for shared in fitting if (len(shared.milestone_ids) >= size if size else not shared.milestone_ids)),
            None,
        )

    def add(self, shared: SharedProject) -> None:
        """Shares a project that was just made."""
        self.projects.append(shared)

    def release(self, borrowed: Sequence[SharedProject], history: Sequence[Exchange], *, dirty: bool) -> None:
        """Ends an example; what it spoilt, and what was lent often enough, is lent no more."""
        for outcome in borrowed:
            outcome.leases += 1
            outcome.history += [exchange for exchange in history if exchange not in outcome.made]
            if outcome in self.projects and (dirty or outcome.leases >= LEASES):
                self.projects.remove(outcome)
                self.gone.milestone = None
                self.on_retire(outcome.id)
