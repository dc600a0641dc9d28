"""The scenario `large`: an installation after years of use, generated instead of read from a file."""

import functools
import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from mock_server.operations.context import ADMIN_USER_ID
from mock_server.storage.store import Label, Milestone, NamedRecord, Project, Store, Task

PROJECTS, MILESTONES, TASKS = 100, 100, 1000
"""The number of projects, and of milestones (the default among them) and tasks in each."""

BEGINS = date(2024, 1, 1)
USERS = ("Ada Whitfield", "John Smith", "Priya Raman", "Tomás Ferreira", "Jane Doe", "Lena Köhler")
CLIENTS = ("Acme Inc", "Northwind Logistics", "Café Lumière", "Harbour Dental", "Blue Fjord Energy")
CATEGORIES = ("Marketing", "Design", "Development", "Support")
STATUSES = (("To do", "#4f8cff"), ("In progress", "#f5a623"), ("In review", "#9b59b6"), ("Done", "#2ecc71"))
PRIORITIES = (("Normal", "#4f8cff"), ("High", "#ff5b5b"), ("Urgent", "#c0392b"), ("Low", "#95a5a6"))
COLORS = ("default", "primary", "success", "info", "warning", "danger")
STATES = ("in_progress", "not_started", "on_hold", "completed")
PHASES = ("Discovery", "Concept", "Design", "Build", "Testing", "Launch", "Support", "Review")
WORK = ("Write", "Check", "Plan", "Order", "Draw", "Test", "Move", "Agree on")
THINGS = ("the texts", "the pictures", "the figures", "the manual", "the offer", "the schedule", "the basket")


def build_large(projects: int = PROJECTS, milestones: int = MILESTONES, tasks: int = TASKS) -> Store:
    """Return a store with so many projects, each with so many milestones and tasks."""
    store = Store()
    store.users.fill(_name(USERS))
    store.clients.fill(_name(CLIENTS))
    store.categories.fill(_name(CATEGORIES))
    store.statuses.fill(_label(STATUSES))
    store.priorities.fill(_label(PRIORITIES))
    store.projects.fill(_project(number, milestones) for number in range(projects))
    store.milestones.fill(_milestone(number, milestones) for number in range(projects * milestones))
    store.tasks.fill(_task(number, tasks, milestones) for number in range(projects * tasks))
    return store


def _name(names: Sequence[str]) -> Iterator[NamedRecord]:
    return itertools.starmap(NamedRecord, enumerate(names, 1))


def _label(labels: Sequence[tuple[str, str]]) -> Iterator[Label]:
    return (Label(row_id, title, color) for row_id, (title, color) in enumerate(labels, 1))


def _instant(number: int) -> str:
    """Return the instant so many minutes after the beginning; the date part is cached, as formatting it is slow."""
    days, minutes = divmod(number, 24 * 60)
    return f"{_day(days)}T{minutes // 60:02}:{minutes % 60:02}:00.000000Z"


@functools.cache
def _day(number: int) -> str:
    return (BEGINS + timedelta(days=number)).isoformat()


def _project(number: int, milestones: int) -> Project:
    created = _instant(number)
    return Project(
        id=number + 1,
        title=f"Project {number + 1}",
        client_id=1 + number % len(CLIENTS),
        category_id=1 + number % len(CATEGORIES),
        creator_id=ADMIN_USER_ID,
        default_milestone_id=number * milestones + 1,
        start=created[:10],
        created=created,
        updated=created,
        status=STATES[number % len(STATES)],
        progress=number % 100,
        assigned=(1 + number % len(USERS),),
    )


def _milestone(number: int, milestones: int) -> Milestone:
    project, place = divmod(number, milestones)
    created = _instant(number)
    return Milestone(
        id=number + 1,
        project_id=project + 1,
        title=f"{PHASES[place % len(PHASES)]} {place}" if place else "Uncategorised",
        color=COLORS[place % len(COLORS)] if place else "default",
        position=place + 1,
        creator_id=ADMIN_USER_ID,
        created=created,
        updated=created,
        type="categorised" if place else "uncategorised",
    )


def _task(number: int, tasks: int, milestones: int) -> Task:
    project, place = divmod(number, tasks)
    created = _instant(number)
    return Task(
        id=number + 1,
        project_id=project + 1,
        milestone_id=project * milestones + 1 + place % milestones,
        title=f"{WORK[number % len(WORK)]} {THINGS[number % len(THINGS)]}, no. {place + 1}",
        status_id=1 + number % len(STATUSES),
        priority_id=1 + number % len(PRIORITIES),
        position=place + 1,
        created=created,
        updated=created,
        archived=number % 10 == 0,
        assigned=(1 + number % len(USERS),),
    )
