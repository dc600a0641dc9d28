"""Whatever is sent to any operation of the control API, neither it nor the API fails from then on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.contract.contract import CONTROL_DOCUMENT, load_contract
from mock_server.contract.yaml_files import read_document
from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Request
from tests.mock_server.api_client import Client

OPERATIONS = load_contract(CONTROL_DOCUMENT).operations
CONTENT: dict[str, Any] = read_document(Path(__file__).with_name("everything.yaml"))  # type: ignore[assignment]
BODIES: dict[str, list[dict[str, Any]]] = {
    "setState": [
        {"scenario": "one-project"},
        {"content": CONTENT},
    ],
    "setClock": [{"now": "2026-01-01T00:00:00Z", "advance": 60, "frozen": True}],
    "setProfile": [{"profile": "laravel", "choices": {"list/page-below-one": "first"}}],
    "addFault": [
        {"operation": "getMilestone", "status": 429, "retry_after": 3, "key": "test-key", "share": 1, "times": 2},
        {"delay": 0.1, "jitter": 0.1, "truncate_at": 10, "drop": False, "example": "x"},
    ],
}
DEEP = 100_000
RAW = [
    *("null", "true", "0", "-1", "1.5", "-0.0", "1e400", "-1e400", "1e999999999", "NaN", "Infinity", "[]", "{}", '""'),
    *("9" * 19, "9" * 5000, "-" + "9" * 5000, "1" + "0" * 308, f'"{"9" * 5000}"', f'"{"x" * 70_000}"'),
    *(
        '"\\ud800"',
        '"\\udfff\\ud800"',
        '"\\u0000"',
        '"\\uffff"',
        '"test-\\ud800"',
        '{"\\ud800": 1}',
        "\ud800",
        '"\ud800"',
    ),
    *('"0000-01-01T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"0001-01-01T00:00:00.000000Z"', '"0001-01-01"'),
    *('"9999-12-31T23:59:59-14:00"', '"9999-12-31T23:59:59.999999Z"', '"9999-12-31"', '"2026-06-15T24:00:00Z"'),
    *('"2026-06-15T23:59:60Z"', '"2026-06-15T10:00:00+99:99"', '"\u0662026-06-15T10:00:00Z"', "253402300800", "1e15"),
    *("[" * DEEP, "[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, '[{"id":' * 500 + "1" + "}]" * 500),
]
"""Values as they stand in JSON, or in the place of it."""

PARTS = st.sampled_from(
    [
        *(
            "test-key",
            "test-other",
            "nobody",
            "test-\ud800",
            "test-%ED%A0%80",
            "%00",
            "%FF",
            "test-%2F",
            "..",
            "",
            "\u0662",
        ),
        *("1", "0", "-1", "159", "9" * 5000, "1e3", "\u00b2", "before", "x" * 70_000, "%", "%zz"),
    ]
)
QUERIES = st.sampled_from(
    [
        "",
        "after=1",
        f"after={'9' * 5000}",
        "after=\u00b2",
        "after=-1",
        "key=test-key",
        "key=%ED%A0%80",
        "key",
        "&&=",
        "a=" * 2000,
    ]
)


def places(value: Any, *steps: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield where every value of a document is, the document itself first; of lists only the first item."""
    yield steps
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, content in inner:
        yield from places(content, *steps, name)


def spoil(value: Any, steps: tuple[str | int, ...], raw: str) -> str:
    """Return a document in JSON in which one value is another text."""
    if not steps:
        return raw
    names = value.items() if isinstance(value, dict) else enumerate(value)
    parts = [(name, spoil(inner, steps[1:], raw) if name == steps[0] else json.dumps(inner)) for name, inner in names]
    if isinstance(value, list):
        return f"[{', '.join(text for _, text in parts)}]"
    return f"{{{', '.join(f'{json.dumps(name)}: {text}' for name, text in parts)}}}"


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request to an operation with hostile parameters, and a body in which one value is hostile."""
    operation = OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS)))]
    keys = st.just("test-key") | PARTS
    path = "/".join(
        draw(keys if part == "{key}" else PARTS) if part.startswith("{") else part for part in operation.path.split("/")
    )
    body = ""
    if operation.id in BODIES:
        document = draw(st.sampled_from(BODIES[operation.id]))
        body = spoil(document, draw(st.sampled_from(list(places(document)))), draw(st.sampled_from(RAW)))
    return Request(operation.method, f"/_mock{path}", draw(QUERIES), {}, body.encode("utf-8", "surrogatepass"))


SEEN_IN_CONTROL = ("/accounts", "/accounts/test-key/state", "/accounts/test-key/projects", "/requests.har", "/faults")
SEEN_IN_API = (
    "/projects",
    "/projects/159",
    "/milestones",
    "/milestones/12",
    "/tasks/110/comments",
    "/tasks/110/timers",
)


def look(root: RootHandler) -> None:
    """Look at all that can be seen, and write something."""
    client = Client(root)
    for path in SEEN_IN_CONTROL:
        answer = root.handle(Request("GET", f"/_mock{path}"))
        assert answer.status == 200
        json.loads(answer.body)
    for path in SEEN_IN_API:
        assert client.get(path, project_id=159).status < 500
    assert client.get("/tasks", project_id=159, sort="task_title").status < 500
    assert client.create(159, "Phase 9").status < 500


@settings(max_examples=40, deadline=None)
@given(st.lists(requests(), min_size=1, max_size=2))
def test_whatever_is_sent_neither_it_nor_the_api_fails(sent: list[Request]) -> None:
    root = create_mock(MockConfig(scenario="one-project"))
    for request in sent:
        assert 200 <= root.handle(request).status < 500
        look(root)


@pytest.mark.parametrize(
    ("operation", "stride"), [("setState", 16), ("setClock", 1), ("setProfile", 1), ("addFault", 4)]
)
def test_every_value_of_a_body_may_be_anything(operation: str, stride: int) -> None:
    root = create_mock(MockConfig(scenario="one-project"))
    method, path = OPERATIONS[operation].method, OPERATIONS[operation].path.replace("{key}", "test-key")
    cases = [(document, steps) for document in BODIES[operation] for steps in places(document)]
    for place, (document, steps) in enumerate(cases):
        # Each value meets some of the texts, and each text some of the values.
        for raw in RAW[place % stride :: stride]:
            body = spoil(document, steps, raw).encode("utf-8", "surrogatepass")
            status = root.handle(Request(method, f"/_mock{path}", "", {}, body)).status
            assert 200 <= status < 500
            if status < 300:
                look(root)
