"""Indexes of a table agree with a full scan."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.contract.profile import Profile
from mock_server.scenarios.loader import load_scenario
from mock_server.storage.indexes import GroupMax, KeyIndex
from mock_server.storage.store import Comment
from mock_server.storage.tables import Table
from tests.mock_server.api_client import Client

CONTRACT, SCENARIO = load_contract(), load_scenario("empty")

# An id, its owner, its value; or a removal where the value is None.
changes = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 2), st.none() | st.integers(0, 4)), max_size=40)


@given(changes)
def test_a_peak_that_is_known_is_the_highest(steps: list[tuple[int, int, int | None]]) -> None:
    table: Table[Comment] = Table()
    peak: GroupMax[Comment, int] = table.attach(GroupMax(lambda row: row.task_id, lambda row: row.creator_id))
    for row_id, owner, value in steps:
        former = table.get(row_id)
        if value is not None:
            table.put(Comment(row_id, owner, value, "", ""))
        elif former is not None:
            table.remove(former)
        for task in (1, 2):
            rows = [row for row in table if row.task_id == task]
            highest = peak.find(task)
            if highest is not None:
                assert highest in rows
                assert highest.creator_id == max(row.creator_id for row in rows)
            elif rows and value:
                peak.set(max(rows, key=lambda row: row.creator_id))


def test_a_peak_is_known_as_long_as_records_rise() -> None:
    table: Table[Comment] = Table()
    peak: GroupMax[Comment, int] = table.attach(GroupMax(lambda row: row.task_id, lambda row: row.creator_id))
    peak.set(table.put(Comment(1, 1, 1, "", "")))
    highest = table.put(Comment(2, 1, 2, "", ""))
    table.put(Comment(1, 1, 0, "", ""))
    assert peak.find(1) is highest


@given(changes)
def test_a_lookup_finds_what_a_scan_would_find(steps: list[tuple[int, int, int | None]]) -> None:
    table: Table[Comment] = Table()
    lookup: KeyIndex[Comment, int] = table.attach(KeyIndex(lambda row: row.creator_id))
    for row_id, owner, value in steps:
        former = table.get(row_id)
        if value is not None:
            table.put(Comment(row_id, owner, value, "", ""))
        elif former is not None:
            table.remove(former)
        for key in range(5):
            assert sorted(lookup.ids(key)) == sorted(row.id for row in table if row.creator_id == key)


acts = st.lists(
    st.tuples(
        st.sampled_from(("task", "move", "drop", "archive", "activate", "rename", "reorder", "delete", "purge")),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(acts, st.booleans())
def test_a_list_shows_every_milestone_as_it_is_now(steps: list[tuple[str, int, int]], counts_archived: bool) -> None:
    choice = "counted" if counts_archived else "not-counted"
    profile = Profile.of(CONTRACT, {"count/archived-tasks": choice})
    client = Client(App(CONTRACT, scenario=SCENARIO, profile=profile))
    project = client.project()
    for number in range(3):
        client.task(project, client.milestone(project, f"Phase {number}"))
    for number, (act, first, other) in enumerate(steps):
        rows = client.rows(project)
        assert rows == [client.get(f"/milestones/{row['id']}").data for row in rows]
        tasks = client.get("/tasks", project_id=project, sort="task_created").data
        _do(client, act, rows, tasks, number, first, other)
    rows = client.rows(project)
    assert rows == [client.get(f"/milestones/{row['id']}").data for row in rows]


def _do(
    client: Client,
    act: str,
    rows: list[dict[str, int]],
    tasks: list[dict[str, int]],
    number: int,
    first: int,
    other: int,
) -> None:
    milestone = rows[first % len(rows)]["id"]
    task = tasks[other % len(tasks)]["id"] if tasks else 0
    match act:
        case "task":
            client.task(rows[0]["project_id"], milestone)
        case "move":
            fields = {"task_title": "T", "task_status": 1, "task_priority": 1, "task_milestoneid": milestone}
            client.patch(f"/tasks/{task}", **fields)
        case "drop":
            client.delete(f"/tasks/{task}")
        case "archive" | "activate":
            client.put(f"/tasks/{task}/{act}")
        case "rename":
            client.patch(f"/milestones/{milestone}", milestone_title=f"New {number}", milestone_color="info")
        case "reorder":
            client.reorder(*(row["id"] for row in rows[::-1]))
        case "delete":
            client.delete(f"/milestones/{milestone}")
        case _:
            client.delete(f"/milestones/{milestone}", delete_tasks="yes")


def test_a_change_of_what_is_counted_shows_at_once() -> None:
    app = App(CONTRACT, scenario=SCENARIO)
    client = Client(app)
    project = client.project()
    task = client.task(project, client.milestone(project))
    client.put(f"/tasks/{task}/archive")
    counts = []
    for choice in ("counted", "not-counted"):
        app.profile = Profile.of(CONTRACT, {"count/archived-tasks": choice})
        counts.append(sum(row["tasks_count"] for row in client.rows(project)))
    assert counts == [1, 0]
