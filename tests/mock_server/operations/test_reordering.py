"""Reordering: positions are places in the list."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.scenarios.loader import load_scenario
from tests.mock_server.api_client import Client

CONTRACT, SCENARIO = load_contract(), load_scenario()


@settings(max_examples=25, deadline=None)
@given(st.permutations([9, 10, 12, 15, 690, 692]))
def test_positions_run_from_one_in_the_order_sent(order: list[int]) -> None:
    client = Client(App(CONTRACT, scenario=SCENARIO))
    for _ in range(2):
        assert client.reorder(*order).status == 200
        assert [row["id"] for row in client.rows(159)] == order
        assert sorted(client.positions(159).values()) == list(range(1, 7))


def test_only_positions_change(client: Client) -> None:
    before = [{**row, "position": 0} for row in client.rows(159, sort="milestone_created")]
    client.reorder(692, 690, 15, 12, 10, 9)
    after = [{**row, "position": 0} for row in client.rows(159, sort="milestone_created")]
    assert before == after


def test_milestones_that_are_not_named_keep_their_positions(client: Client) -> None:
    client.reorder(15, 12)
    assert client.positions(159) == {9: 1, 10: 2, 12: 2, 15: 1, 690: 5, 692: 6}


def test_of_a_doubled_id_the_last_place_counts(client: Client) -> None:
    client.reorder(15, 15, 12)
    assert client.positions(159)[15] == 2
    assert client.positions(159)[12] == 3


def test_lists_that_cannot_be_carried_out_move_nothing(client: Client, project: int) -> None:
    before = client.positions(159)
    foreign = client.default(project)
    for ids in ([], [""], ["abc"], [12, 999_999], [12, foreign], ["12.5"]):
        assert client.reorder(*ids).status == 422
    assert client.positions(159) == before


def test_the_failed_item_is_named(client: Client) -> None:
    assert client.reorder(12, "x").errors == {"milestones.1"}
    assert client.reorder(12, 999_999).errors == {"milestones.1"}
    assert client.send("PUT", "/milestones/positions", json={}).errors == {"milestones"}
