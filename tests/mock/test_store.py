"""The store: indexes follow the records, copies go their own way."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mock_server.store import Comment, Store
from mock_server.tables import Index, Table

actions = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.booleans()), max_size=40)


def comment(row_id: int, owner: int) -> Comment:
    return Comment(row_id, owner, 1, "text", "now")


@given(actions)
def test_an_index_holds_what_a_scan_would_find(steps: list[tuple[int, int, bool]]) -> None:
    table: Table[Comment] = Table()
    index: Index[Comment, int] = table.index(lambda row: row.task_id)
    for row_id, owner, keep in steps:
        row = table.get(row_id)
        if keep or row is None:
            table.put(comment(row_id, owner))
        else:
            table.remove(row)
        for task in (1, 2, 3):
            found = sorted(row.id for row in index.rows(task))
            assert found == sorted(row.id for row in table if row.task_id == task)
            assert index.count(task) == len(found)


def test_ids_are_given_once() -> None:
    table: Table[Comment] = Table()
    table.remove(table.put(comment(table.claim_id(), 1)))
    assert table.claim_id() == 2
    table.put(comment(10, 1))
    assert table.claim_id() == 11


def test_a_copy_changes_by_itself() -> None:
    store = Store()
    store.comments.put(comment(1, 1))
    copy = store.copy()
    copy.comments.put(replace(comment(1, 1), text="changed"))
    copy.comments.put(comment(copy.comments.claim_id(), 1))
    assert [row.text for row in store.comments] == ["text"]
    assert store.comments_of_task.count(1) == 1
    assert copy.comments_of_task.count(1) == 2
