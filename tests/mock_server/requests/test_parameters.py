"""Bad input of any kind gets a JSON error with a documented shape, and never a 5xx."""

import json
import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_server.app import App
from mock_server.contract.contract import load_contract
from mock_server.contract.profile import Profile
from mock_server.messages import Request
from mock_server.scenarios.loader import load_scenario

CONTRACT, SCENARIO = load_contract(), load_scenario()
FIELDS = sorted({name for op in CONTRACT.operations.values() for body in op.bodies.values() for name in body.schemas})
PARAMETERS = sorted({name for op in CONTRACT.operations.values() for name in op.query.schemas})
PATHS = sorted({operation.path for operation in CONTRACT.operations.values()})
SEEDS = [
    "159",
    "12",
    "690",
    "120",
    "1",
    "0",
    "-1",
    "abc",
    "12abc",
    "%00",
    "%F0",
    "%2F",
    "9" * 20,
    "positions",
    "é",
    "yes",
]

texts = st.text() | st.sampled_from(SEEDS)
wild_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from([159, 12, 690, 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
pairs = st.lists(
    st.tuples(
        st.sampled_from(["", "[]", "[0]", "[x"]).flatmap(
            lambda tail: st.sampled_from(FIELDS + PARAMETERS).map(lambda n: n + tail)
        ),
        st.text(alphabet=string.printable) | st.sampled_from(SEEDS),
    ).map("=".join),
    max_size=5,
).map("&".join)
bodies = st.one_of(
    st.binary(),
    pairs.map(lambda text: text.encode("utf-8", "surrogateescape")),
    st.dictionaries(st.sampled_from(FIELDS) | texts, wild_json, max_size=5).map(
        lambda value: json.dumps(value).encode()
    ),
)
content_types = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=X", "text/plain", ""]
)
paths = st.builds(
    lambda path, value: path.replace("{id}", value).replace("{comment_id}", value), st.sampled_from(PATHS), texts
)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]),
    path=(paths | st.text()).map(lambda path: f"/api{path}"),
    query=pairs | st.text(),
    headers=content_types.map(lambda value: {"authorization": "Bearer test-key", "content-type": value}),
    body=bodies,
)
profiles = st.fixed_dictionaries(
    {}, optional={point.id: st.sampled_from(point.choices) for point in CONTRACT.open_points.values()}
)


@settings(max_examples=200, deadline=None)
@given(choices=profiles, sent=st.lists(requests, min_size=1, max_size=4))
@example(
    choices={},
    sent=[
        Request(
            "POST",
            "/api/milestones",
            headers={"authorization": "Bearer test-key", "content-type": "application/json"},
            body=b'{"\\ud800": "\\ud800", "milestone_title": {"\\ud800": 1}}',
        )
    ],
)
@example(
    choices={"create/extra-fields": "422"},
    sent=[
        Request(
            "POST",
            "/api/milestones",
            headers={"authorization": "Bearer test-key", "content-type": "application/json"},
            body=b'{"\\ud800": "\\ud800"}',
        )
    ],
)
def test_whatever_is_sent_is_answered_in_json(choices: dict[str, str], sent: list[Request]) -> None:
    app = App(CONTRACT, scenario=SCENARIO, profile=Profile.of(CONTRACT, choices))
    for request in sent:
        response = app.handle(request)
        assert 200 <= response.status < 500
        if response.body:
            answer = json.loads(response.body)
            assert isinstance(answer["message"], str)
            assert (response.status == 422) == ("errors" in answer)
            assert answer.get("errors") != {}
