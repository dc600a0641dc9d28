"""The transport waits when told to, repeats what is safe, keeps the key to itself, and lets nothing past the guard."""

import time
from email.utils import formatdate

import pytest
import requests

from conformance.exchange import AuthVariant
from conformance.http.request import (
    ForbiddenWrite,
    NoAnswer,
    OutgoingRequest,
    OutOfRequests,
    Throttled,
    WriteOutcomeUnknown,
)
from conformance.http.retry import interruptible_sleep
from conformance.options import Limits
from tests.conformance.stub_transport import KEY, Reply, stage

READ = OutgoingRequest("getMilestone", "GET", "/milestones/5")
WRITE = OutgoingRequest("deleteMilestone", "DELETE", "/milestones/5")
BUSY = Reply(429, b'{"message": "Too Many Attempts."}', {"Retry-After": "7"})


def test_a_429_is_waited_for_as_long_as_it_says() -> None:
    at = stage(BUSY, BUSY, Reply())

    assert at.transport.send(WRITE).status == 200
    assert at.slept[:2] == [7.0, 7.0]


def test_a_429_with_a_date_is_waited_for_until_then() -> None:
    at = stage(Reply(429, headers={"Retry-After": formatdate(time.time() + 20, usegmt=True)}), Reply())

    assert at.transport.send(READ).status == 200
    assert 15 < at.slept[0] <= 20


def test_a_429_that_says_nothing_is_waited_for_longer_each_time() -> None:
    at = stage(Reply(429), Reply(429), Reply(429), Reply())
    at.transport.send(READ)
    waits = [seconds for seconds in at.slept if seconds >= 0.5]

    assert waits == sorted(set(waits))
    assert len(waits) == 3


def test_a_deployment_that_never_stops_throttling_is_given_up() -> None:
    at = stage(Reply(429, headers={"Retry-After": "1"}))

    with pytest.raises(Throttled):
        at.transport.send(READ)
    assert 3 < len(at.socket.sent) < 20


def test_a_long_wait_is_told_and_not_told_again_at_once(caplog: pytest.LogCaptureFixture) -> None:
    busy = stage(*[Reply(429, headers={"Retry-After": "30"})] * 2, Reply())
    busy.transport.send(READ)

    (message,) = caplog.messages
    assert message == "http://crm.invalid/api answers 429; asking again in 30 s (Ctrl-C ends the run)"


def test_a_wait_ends_when_the_run_is_to_end() -> None:
    naps = iter([False, False, True])
    began = time.monotonic()
    interruptible_sleep(60.0, lambda: next(naps))

    assert time.monotonic() - began < 30


def test_after_a_429_requests_come_slower() -> None:
    at = stage(BUSY, Reply())
    for _ in range(3):
        at.transport.send(READ)

    assert len(at.slept) > 1


def test_a_read_is_repeated_when_the_connection_breaks_and_a_write_never() -> None:
    broken = Reply(error=requests.ConnectionError("reset"))
    reading, writing = stage(broken, broken, Reply()), stage(broken, Reply())

    assert reading.transport.send(READ).status == 200
    with pytest.raises(NoAnswer):
        writing.transport.send(WRITE)
    assert len(writing.socket.sent) == 1


def test_an_odd_answer_to_what_is_no_operation_is_known_again_under_another_id() -> None:
    at = stage(Reply(), Reply(403), Reply(), Reply(403), Reply())
    at.transport.send(READ)
    with pytest.raises(WriteOutcomeUnknown, match="403 came once"):
        at.transport.send(OutgoingRequest("", "DELETE", "/milestones/5"))

    assert at.transport.send(OutgoingRequest("", "DELETE", "/milestones/6")).status == 403


def test_a_timeout_is_not_repeated() -> None:
    at = stage(Reply(error=requests.ReadTimeout()), Reply())

    with pytest.raises(NoAnswer, match="no whole answer came within"):
        at.transport.send(READ)
    assert len(at.socket.sent) == 1


def test_a_redirect_is_an_answer_and_carries_the_key_nowhere() -> None:
    at = stage(Reply(302, b"<html>moved</html>", {"Location": "http://elsewhere.invalid/"}))
    answer = at.transport.send(READ)

    assert (answer.status, answer.received) == (302, b"<html>moved</html>")
    assert [request.url for request in at.socket.sent] == ["http://crm.invalid/api/milestones/5"]


def test_the_key_goes_out_only_where_it_is_meant_to() -> None:
    at = stage(Reply())
    for key in AuthVariant:
        at.transport.send(OutgoingRequest("getMilestone", "GET", "/milestones/5", key=key))
    sent = dict(zip(AuthVariant, (request.headers.get("Authorization") for request in at.socket.sent), strict=True))

    assert sent.pop(AuthVariant.OURS) == f"Bearer {KEY}"
    assert sent.pop(AuthVariant.SMALL_SCHEME) == f"bearer {KEY}"
    assert sent.pop(AuthVariant.LONGER) == f"Bearer {KEY}x"
    assert sent.pop(AuthVariant.NONE) is None
    assert sent.pop(AuthVariant.OTHER_SCHEME) == f"Token {KEY}"
    assert sent.pop(AuthVariant.BASIC_SCHEME) == f"Basic {KEY}"
    assert sent[AuthVariant.CUT] == f"Bearer {KEY[:-1]}"
    assert all(value is not None and KEY not in value for value in sent.values())


def test_a_key_that_lacks_its_end_is_taken_out_of_the_record_as_well() -> None:
    echo = f'{{"message": "no such key: {KEY[:-1]}"}}'.encode()
    exchange = stage(Reply(401, echo)).transport.send(READ)

    assert KEY[:-1] not in repr(exchange)


def test_a_key_that_comes_back_is_taken_out_of_the_record() -> None:
    echo = f'{{"message": "no such key: {KEY}"}}'.encode()
    exchange = stage(Reply(401, echo, {"X-Debug": KEY})).transport.send(READ)

    assert KEY not in repr(exchange)
    assert b"[key]" in exchange.received


def test_a_key_in_an_error_is_taken_out() -> None:
    at = stage(Reply(error=requests.ConnectionError(f"cannot send {KEY}")))

    with pytest.raises(NoAnswer) as caught:
        at.transport.send(WRITE)
    assert KEY not in str(caught.value)


def test_every_write_asks_the_guard_and_no_read_does() -> None:
    methods: list[str] = []
    at = stage(Reply(), guard=lambda call: methods.append(call.method))
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "FOO"):
        at.transport.send(OutgoingRequest("", method, "/milestones/5"))

    assert methods == ["POST", "PUT", "PATCH", "DELETE", "FOO"]


def test_a_read_only_run_sends_no_write() -> None:
    at = stage(Reply(), read_only=True)

    with pytest.raises(ForbiddenWrite):
        at.transport.send(WRITE)
    assert at.socket.sent == []


def test_no_more_requests_are_sent_than_allowed() -> None:
    at = stage(Reply(), limits=Limits(max_requests=2))
    at.transport.send(READ)
    at.transport.send(READ)

    with pytest.raises(OutOfRequests):
        at.transport.send(READ)
    at.transport.begin_clean_up(60)
    with pytest.raises(OutOfRequests):
        at.transport.send(READ)


def test_what_cleaning_up_takes_is_kept_back() -> None:
    at = stage(Reply(), limits=Limits(max_requests=3), reserve=lambda: 2)
    at.transport.send(READ)
    with pytest.raises(OutOfRequests):
        at.transport.send(READ)
    at.transport.begin_clean_up(60)
    at.transport.send(READ)
    at.transport.send(READ)

    assert at.transport.sent == 3


def test_cleaning_up_ends_when_its_time_is_over() -> None:
    at = stage(Reply())
    at.transport.begin_clean_up(-1)

    with pytest.raises(OutOfRequests, match="the time for cleaning up is over"):
        at.transport.send(READ)


def test_a_stopped_run_sends_nothing_more_until_it_cleans_up() -> None:
    at = stage(Reply())
    at.transport.stop()

    with pytest.raises(KeyboardInterrupt):
        at.transport.send(READ)
    at.transport.begin_clean_up(60)
    assert at.transport.send(READ).status == 200


def test_requests_keep_their_distance() -> None:
    at = stage(Reply(), limits=Limits(rate=0.5))
    at.transport.send(READ)
    at.transport.send(READ)

    assert 1.5 < at.slept[0] <= 2
