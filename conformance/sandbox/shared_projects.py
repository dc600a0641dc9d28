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
class Shared:
    """A project that is lent, the exchanges that made it, and all that was sent while it was lent.

    One with a `row` has these milestones and no others, the default first: nobody adds to it or deletes from it, and
    only the order may change. `bystanders` are milestones that nobody touches.
    """

    id: int
    made: Sequence[Exchange]
    row: Sequence[int] = ()
    bystanders: list[int] = field(default_factory=list)
    leases: int = 0
    history: list[Exchange] = field(default_factory=list)


@dataclass
class Gone:
    """What was deleted, for those who need an id that names nothing."""

    project: int | None = None
    milestone: int | None = None


@dataclass
class Commons:
    """The projects that are lent now; `retire` is called with each that no more example will take."""

    retire: Callable[[int], None]
    projects: list[Shared] = field(default_factory=list)
    defaults: dict[int, int] = field(default_factory=dict)
    gone: Gone = field(default_factory=Gone)

    def find(self, size: int, borrowed: Sequence[Shared]) -> Shared | None:
        """A shared project that an example has not got yet: of a fixed `size`, or of any content with 0."""
        fitting = (one for one in self.projects if one not in borrowed)
        return next((one for one in fitting if (len(one.row) >= size if size else not one.row)), None)

    def add(self, shared: Shared) -> None:
        """Shares a project that was just made."""
        self.projects.append(shared)

    def give_back(self, lent: Sequence[Shared], history: Sequence[Exchange], *, spoilt: bool) -> None:
        """Ends an example; what it spoilt, and what was lent often enough, is lent no more."""
        for one in lent:
            one.leases += 1
            one.history += [exchange for exchange in history if exchange not in one.made]
            if one in self.projects and (spoilt or one.leases >= LEASES):
                self.projects.remove(one)
                self.gone.milestone = None
                self.retire(one.id)
