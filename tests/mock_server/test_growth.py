"""The cost of an operation does not grow with the data: counted in steps of the interpreter, not in seconds."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract
from mock_server.scenarios.large import build_large
from mock_server.scenarios.loader import Scenario
from tests.mock_server.api_client import Client

if TYPE_CHECKING:
    from _typeshed import TraceFunction

SMALL, LARGE = 100, 10_000
Act = Callable[[Client], int]


def count_steps(act: Callable[[], object]) -> int:
    """Return how many bytecode instructions a function takes, those of what it calls included."""
    steps = 0

    def trace(frame: FrameType, event: str, _: object) -> "TraceFunction":
        nonlocal steps
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return trace

    # Python 3.12 counts only if a frame asks for it before tracing begins.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(None)
    return steps


@pytest.fixture(scope="module")
def scenarios() -> dict[int, Scenario]:
    """Two projects, each with so many milestones and twice as many tasks."""
    return {size: Scenario(f"of {size}", build_large(2, size, 2 * size)) for size in (SMALL, LARGE)}


def listing(path: str, **query: object) -> Act:
    """List a page out of the middle."""
    return lambda client: client.get(path, limit=25, page=2, **query).status


def deletion(client: Client) -> int:
    milestone = client.get("/milestones", project_id=1, type="categorised", limit=1).data[0]["id"]
    return client.delete(f"/milestones/{milestone}").status


def creation(client: Client) -> int:
    client.headers["number"] = str(int(client.headers.get("number", "0")) + 1)
    return client.create(1, f"New {client.headers['number']}").status


def task(client: Client) -> int:
    return client.post("/tasks", task_projectid=1, task_title="New", task_status=1, task_priority=1).status


def update(client: Client) -> int:
    return client.patch("/milestones/20", milestone_title="Design 19", milestone_color="info").status


def reordering(client: Client) -> int:
    return client.reorder(*range(30, 20, -1)).status


def moving(client: Client) -> int:
    fields = {"task_title": "B", "task_status": 1, "task_priority": 1}
    return client.patch("/tasks/30", task_milestoneid=7, **fields).status


OPERATIONS: dict[str, Act] = {
    "get": lambda client: client.get("/milestones/20").status,
    "create": creation,
    "update": update,
    "delete": deletion,
    "reorder ten": reordering,
    "create task": task,
    "move task": moving,
    "list projects": listing("/projects", sort="project_title"),
}
for sort in ("milestone_title", "milestone_position", "milestone_created"):
    for order in ("asc", "desc"):
        for kind in ({}, {"type": "categorised"}):
            name = f"list by {sort} {order} {kind}"
            OPERATIONS[name] = listing("/milestones", project_id=1, sort=sort, order=order, **kind)
for sort in ("task_title", "task_date_due", "task_created", "task_position"):
    OPERATIONS[f"list tasks by {sort}"] = listing("/tasks", sort=sort)
for column in ("project_id", "client_id", "status", "priority", "assigned_user_id", "active_state"):
    OPERATIONS[f"list tasks by {column}"] = listing("/tasks", **{column: "active" if column == "active_state" else 1})
OPERATIONS["list tasks of a milestone"] = lambda client: client.get("/tasks", milestone_id=1).status


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_hundred_times_the_data_costs_hardly_more(
    contract: Contract, scenarios: dict[int, Scenario], name: str
) -> None:
    steps = {}
    for size, scenario in scenarios.items():
        client = Client(App(contract, scenario=scenario))
        # The first time sorts a list, and copies a group of records that other accounts share.
        for warm_up in (creation, task, OPERATIONS[name], OPERATIONS[name]):
            assert warm_up(client) < 300
        steps[size] = count_steps(partial(OPERATIONS[name], client))
    assert steps[LARGE] < 1.4 * steps[SMALL]


def test_reordering_all_takes_as_many_steps_as_there_are_ids(
    contract: Contract, scenarios: dict[int, Scenario]
) -> None:
    def count(size: int) -> float:
        client = Client(App(contract, scenario=scenarios[LARGE]))
        return count_steps(lambda: client.reorder(*range(size, 0, -1))) / size

    assert count(2000) < 1.2 * count(200)


def test_a_thousand_accounts_share_what_is_the_same(contract: Contract, scenarios: dict[int, Scenario]) -> None:
    app = App(contract, scenario=scenarios[LARGE])
    client = Client(app, "test-first")
    assert client.get("/milestones", project_id=1).status == 200
    steps = count_steps(lambda: Client(app, "test-second").get("/milestones", project_id=1))
    assert steps < 1.5 * count_steps(lambda: client.get("/milestones", project_id=1)) + 5000
