"""Whatever an exchange holds, the checks that every exchange is held to judge it or say nothing."""

import json

from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import AuthVariant, Exchange, Json
from conformance.properties import load_all
from conformance.results.passive_checks import PASSIVE_CHECKS, check_exchange
from tests.faulty_mocks.run_suite import read_contracts

load_all()

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
ENVELOPES = st.fixed_dictionaries(
    {}, optional={"data": VALUES, "meta": VALUES, "message": VALUES, "errors": VALUES}
) | st.dictionaries(st.text(max_size=3), VALUES, max_size=3)
METAS = st.dictionaries(
    st.sampled_from(["current_page", "per_page", "total", "last_page", "from", "to"]), st.integers() | VALUES
)
LISTS = st.sampled_from(["listMilestones", "listTasks"])


def judge(operation: str, status: int, body: bytes, query: str = "", kind: str = "application/json") -> None:
    """Hold an exchange to every check."""
    exchange = Exchange(
        1, operation, "GET", "/x", query, AuthVariant.OURS, None, None, status, {"content-type": kind}, body, 0.0
    )
    judged = dict(check_exchange(read_contracts()[1], exchange, PASSIVE_CHECKS.keys()))

    assert judged.keys() <= PASSIVE_CHECKS.keys()


@given(
    operation=LISTS | st.sampled_from(["getMilestone", "createMilestone", "deleteMilestone", ""]),
    status=st.sampled_from([200, 201, 204, 302, 401, 404, 409, 422, 500]),
    body=ENVELOPES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=9),
    kind=st.sampled_from(["application/json", "text/html", ""]),
)
def test_no_answer_makes_a_check_fail_itself(operation: str, status: int, body: bytes, kind: str) -> None:
    judge(operation, status, body, kind=kind)


@given(
    operation=LISTS,
    query=st.sampled_from(["project_id=1&limit=5", "limit=5&page=2&search=%00", "limit=²&page=x"]),
    rows=st.lists(VALUES, max_size=6),
    meta=METAS,
)
def test_no_meta_of_a_list_makes_a_check_fail_itself(operation: str, query: str, rows: Json, meta: Json) -> None:
    judge(operation, 200, json.dumps({"data": rows, "meta": meta}).encode(), query)
