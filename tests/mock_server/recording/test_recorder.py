"""The ring of recorded exchanges, and the lines of the log."""

import io
import json

from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Request, Response, Trace
from mock_server.recording.access_log import open_log
from mock_server.recording.recorder import MAX_BYTES, Exchange, Recorder
from tests.mock_server.api_client import Client


def exchange(number: int, key: str = "test-a", body: bytes = b"") -> Exchange:
    request = Request("POST", "/api/milestones", "a=1", {}, body)
    return Exchange(number, 0.0, 0.0015, request, Response(201, (), trace=Trace(key, "createMilestone")))


def test_the_ring_keeps_the_last() -> None:
    recorder = Recorder(3)
    for number in range(1, 6):
        recorder.record(exchange(number))
    assert [exchange.number for exchange in recorder.read()] == [3, 4, 5]
    assert [exchange.number for exchange in recorder.read(after=4)] == [5]
    assert recorder.find(2) is None


def test_requests_are_listed_as_they_came_and_none_is_missed_that_was_answered_later() -> None:
    recorder = Recorder()
    slow, fast = exchange(recorder.arrive()), exchange(recorder.arrive())
    recorder.record(fast)
    last = recorder.last
    assert recorder.read() == [fast]
    recorder.record(slow)
    assert recorder.read(after=last) == [slow]
    assert recorder.read() == [slow, fast]
    assert recorder.read(after=recorder.last) == []


def test_large_bodies_make_room_for_each_other() -> None:
    recorder = Recorder()
    for number in range(1, 21):
        recorder.record(exchange(number, body=b"x" * (MAX_BYTES // 4 - 100)))
    assert [exchange.number for exchange in recorder.read()] == [17, 18, 19, 20]


def test_heads_count_too() -> None:
    recorder = Recorder()
    for number in range(1, 401):
        head = {"x-long": "x" * 60_000}
        recorder.record(Exchange(number, 0.0, 0.0, Request("GET", "/", "", head), Response(200, ())))
        recorder.record(Exchange(number, 0.0, 0.0, Request("GET", "/"), Response(200, tuple(head.items()))))
    assert len(recorder) == MAX_BYTES // 60_008


def test_clearing_one_account_leaves_the_others() -> None:
    recorder = Recorder()
    recorder.record(exchange(1))
    recorder.record(exchange(2, "test-b"))
    recorder.clear("test-a")
    assert [exchange.number for exchange in recorder.read()] == [2]
    assert [exchange.number for exchange in recorder.read(key="test-b")] == [2]


def test_nothing_is_kept_where_nothing_is_wanted() -> None:
    root = create_mock(MockConfig(record=0))
    Client(root).get("/milestones/12")
    assert list(root.middleware.recorder.read()) == []
    assert root.middleware.recorder.last == 1


def test_a_line_of_json_for_each_request() -> None:
    written = io.StringIO()
    open_log("json", written)(exchange(7))
    line = json.loads(written.getvalue())
    assert (line["number"], line["method"], line["status"], line["milliseconds"]) == (7, "POST", 201, 1.5)


def test_a_line_of_text_cannot_be_forged() -> None:
    written = io.StringIO()
    request = Request("GET", "/api/x\n2026 200 GET /forged")
    open_log("text", written)(Exchange(1, 0.0, 0.001, request, Response(404, ())))
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().startswith("1970-01-01T00:00:00.000+00:00 404 GET /api/x?2026")
