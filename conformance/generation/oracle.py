"""The oracle: the state of a project after each operation, predicted from the documentation as simply as possible.

This is the only place with the rules as the documentation states them. It knows no HTTP, no requirement ids and no
other code of the suite. Positions are known after a reorder of the whole project, and None where the documentation is
silent.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class ModelTask:
    """A task: its milestone, and whether it is archived."""

    milestone: int
    archived: bool = False


@dataclass
class ModelMilestone:
    """The expected state of a milestone."""

    title: str
    color: str
    position: int | None = None


@dataclass
class ModelProject:
    """A project: its default milestone, its milestones (the default among them) and its tasks, by id."""

    default: int
    milestones: dict[int, ModelMilestone] = field(default_factory=dict)
    tasks: dict[int, ModelTask] = field(default_factory=dict)

    def refuses_title(self, title: str, but: int | None = None) -> bool:
        """Return whether a title is taken in the project; a milestone's own title is no conflict (Create, Update)."""
        return any(model.title == title for milestone, model in self.milestones.items() if milestone != but)

    def create(self, milestone: int, title: str, color: str) -> None:
        """Add an empty milestone; its position, and whether it moves others, is not documented (Create)."""
        self._forget_positions()
        self.milestones[milestone] = ModelMilestone(title, color)

    def update(self, milestone: int, title: str, color: str) -> None:
        """Change title and colour, and nothing else (Update)."""
        model = self.milestones[milestone]
        model.title, model.color = title, color

    def delete(self, milestone: int, *, with_tasks: bool) -> Literal["deleted", "refused"]:
        """Delete a milestone unless it is the default; its tasks move to the default or are deleted, too (Delete)."""
        if milestone == self.default:
            return "refused"
        del self.milestones[milestone]
        self._forget_positions()
        for identifier, task in list(self.tasks.items()):
            if task.milestone == milestone and with_tasks:
                del self.tasks[identifier]
            elif task.milestone == milestone:
                task.milestone = self.default
        return "deleted"

    def reorder(self, order: list[int]) -> None:
        """Set positions to the places in the list, from 1 (Reorder)."""
        for place, milestone in enumerate(order, 1):
            self.milestones[milestone].position = place

    def counts(self, milestone: int) -> set[int]:
        """Return the allowed values of tasks_count: if archived tasks are counted is open (The milestone object)."""
        held = [task for task in self.tasks.values() if task.milestone == milestone]
        return {len(held), sum(not task.archived for task in held)}

    def _forget_positions(self) -> None:
        for model in self.milestones.values():
            model.position = None
