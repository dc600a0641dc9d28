"""The store: indexes follow the records, and copies are independent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.scenarios.loader import Scenario
from mock_server.storage.sorted_views import Query
from mock_server.storage.store import Comment, Store
from mock_server.storage.tables import Index, Table

actions = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.booleans()), max_size=40)


def comment(row_id: int, owner: int) -> Comment:
    return Comment(row_id, owner, 1, "text", "now")


@given(actions)
def test_an_index_holds_what_a_scan_would_find(steps: list[tuple[int, int, bool]]) -> None:
    table: Table[Comment] = Table()
    index: Index[Comment, int] = table.attach(Index(lambda row: row.task_id))
    for row_id, owner, keep in steps:
        row = table.get(row_id)
        if keep or row is None:
            table.put(comment(row_id, owner))
        else:
            table.remove(row)
        for task in (1, 2, 3):
            ids = sorted(row.id for row in index.rows(task))
            assert ids == sorted(row.id for row in table if row.task_id == task)
            assert index.count(task) == len(ids)


def test_ids_are_given_once() -> None:
    table: Table[Comment] = Table()
    table.remove(table.put(comment(table.next_id(), 1)))
    assert table.next_id() == 2
    table.put(comment(10, 1))
    assert table.next_id() == 11


def test_a_copy_changes_by_itself() -> None:
    store = Store()
    store.comments.put(comment(1, 1))
    copy = store.copy()
    copy.comments.put(replace(comment(1, 1), text="changed"))
    copy.comments.put(comment(copy.comments.next_id(), 1))
    assert [row.text for row in store.comments] == ["text"]
    assert store.comments_of_task.count(1) == 1
    assert copy.comments_of_task.count(1) == 2


owners = st.integers(1, 3)
changes = st.lists(st.tuples(st.integers(1, 8), owners, st.booleans()), max_size=30)


@given(changes, changes)
def test_a_copy_shows_what_a_copy_of_everything_would(
    before: list[tuple[int, int, bool]], after: list[tuple[int, int, bool]]
) -> None:
    store, plain = Store(), dict[int, Comment]()
    carry_out(before, store, plain)
    frozen = dict(plain)
    copy = store.copy()
    twin = copy.copy()
    carry_out(after, copy, plain)
    for shown, expected in ((store, frozen), (copy, plain), (twin, frozen), (copy.copy(), plain)):
        assert {row.id: row for row in shown.comments} == expected
        assert len(shown.comments) == len(expected)
        for owner in (1, 2, 3):
            ids = sorted(row.id for row in expected.values() if row.task_id == owner)
            assert sorted(row.id for row in shown.comments_of_task.rows(owner)) == ids
            assert shown.comments_of_task.select(owner, BY_TEXT).ids(0, 100) == ids
        assert shown.comments.select(BY_TEXT).ids(0, 100) == sorted(expected)


BY_TEXT: Query[Comment] = Query((), lambda row: row.text)


def carry_out(steps: list[tuple[int, int, bool]], store: Store, plain: dict[int, Comment]) -> None:
    """Change a store and a plain mapping alike, with selections that have to follow."""
    store.comments.select(BY_TEXT)
    for row_id, owner, keep in steps:
        store.comments_of_task.select(owner, BY_TEXT)
        row = store.comments.get(row_id)
        assert row == plain.get(row_id)
        if keep or row is None:
            plain[row_id] = store.comments.put(comment(row_id, owner))
        else:
            store.comments.remove(row)
            del plain[row_id]


def test_what_was_copied_must_not_change() -> None:
    store = Store()
    store.copy()
    with pytest.raises(RuntimeError, match="copied"):
        store.comments.put(comment(1, 1))


@pytest.mark.parametrize("sizes", [(3, 5), (5, 3), (0, 2), (2, 0)])
def test_moved_tasks_are_where_they_fell_to(scenario: Scenario, sizes: tuple[int, int]) -> None:
    store = scenario.open_store()
    home = store.projects.get_or_raise(159).default_milestone_id
    for task in list(store.tasks_of_project.rows(159)):
        store.tasks.remove(task)
    template = next(iter(store.tasks))
    for milestone, count in zip((12, home), sizes, strict=True):
        for place in range(count):
            row = replace(
                template, id=store.tasks.next_id(), project_id=159, milestone_id=milestone, archived=place == 0
            )
            store.tasks.put(row)
    store.move_tasks(12, home)
    moved = store.tasks_of_milestone.rows(home)
    assert len(moved) == store.tasks_of_milestone.count(home) == sum(sizes)
    assert {store.milestone_id_of(task) for task in moved} == {home}
    assert store.tasks_of_milestone.count(12) == store.active_tasks_of_milestone.count(12) == 0
    assert store.active_tasks_of_milestone.count(home) == sum(max(size - 1, 0) for size in sizes)
    gone = moved[0]
    store.tasks.remove(gone)
    assert store.tasks_of_milestone.count(home) == sum(sizes) - 1
