"""Correct deployments that assign ids in another way: large ones, with gaps, shared, or given again."""

from collections.abc import Callable
from typing import Any

from mock_server.scenarios.loader import Scenario
from mock_server.storage.store import Store
from mock_server.storage.tables import Table
from tests.faulty_mocks.mock_builder import MockBuilder

Wear = Callable[[MockBuilder], None]


def with_ids_from(*last_ids: int) -> Wear:
    """Assign ids of projects, milestones and tasks from these numbers on, as a shared sequence does."""

    def wear(builder: MockBuilder) -> None:
        original = Scenario.open_store

        def open_store(scenario: Scenario) -> Store:
            store = original(scenario)
            store.projects.last_id, store.milestones.last_id, store.tasks.last_id = last_ids
            return store

        builder.patch(Scenario, "open_store", open_store)

    return wear


def with_ids_that_all_kinds_share(builder: MockBuilder) -> None:
    """Number each table by its own sequence; new tasks get the ids of the newest milestones."""
    original = Table.next_id

    def next_id(table: Table[Any]) -> int:
        beside = milestones_beside.get(id(table))
        if beside is not None:
            table.last_id = max(table.last_id, beside.last_id - 2)
        return original(table)

    open_original = Scenario.open_store
    milestones_beside: dict[int, Table[Any]] = {}

    def open_store(scenario: Scenario) -> Store:
        store = open_original(scenario)
        store.projects.last_id, store.milestones.last_id, store.tasks.last_id = 2**20, 2**20, 2**20
        milestones_beside[id(store.tasks)] = store.milestones
        return store

    builder.patch(Table, "next_id", next_id)
    builder.patch(Scenario, "open_store", open_store)


def with_gaps_between_ids(builder: MockBuilder) -> None:
    """Assign ids from a sequence that several servers draw from in blocks."""
    original = Table.next_id

    def next_id(table: Table[Any]) -> int:
        table.last_id += 37
        return original(table)

    builder.patch(Table, "next_id", next_id)


def with_ids_that_are_given_again(builder: MockBuilder) -> None:
    """Assign the id after the highest existing one, as SQLite does: the id of a deleted record may be reused."""
    open_original = Scenario.open_store
    stores: dict[int, Store] = {}

    def open_store(scenario: Scenario) -> Store:
        store = open_original(scenario)
        stores[id(store.milestones)] = store
        return store

    def next_id(table: Table[Any]) -> int:
        table.last_id = max((row.id for row in table), default=0) + 1
        if (store := stores.get(id(table))) is not None:
            # Our store finds the tasks of a deleted milestone by its id.
            while any(task.milestone_id == table.last_id for task in store.tasks):
                table.last_id += 1
            store._merged_into.pop(table.last_id, None)
        return table.last_id

    builder.patch(Scenario, "open_store", open_store)
    builder.patch(Table, "next_id", next_id)
