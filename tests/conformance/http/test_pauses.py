"""Pauses that a deployment asks for are respected, limited and logged, and end when it stops asking."""

import time
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from conformance.http.request import OutgoingRequest, Throttled
from conformance.http.transport import Transport
from conformance.options import Depth, Limits, Options
from conformance.runner.scheduler import Scheduler
from conformance.target import Target
from mock_server.messages import Request, Response
from mock_server.responses import json_response
from tests.faulty_mocks.in_process import InProcess
from tests.faulty_mocks.mock_builder import MockBuilder
from tests.faulty_mocks.run_suite import run_on

READ = OutgoingRequest("getMilestone", "GET", "/milestones/5")
LATENCY = 0.01
OK = json_response(200, {"data": {"id": 5}, "message": "ok"})

Throttle = Callable[[float], str | None]
"""The value of Retry-After at a moment; None for an answer."""


def busy(retry_after: str) -> Response:
    """Return a 429 that asks for a pause."""
    refusal = json_response(429, {"message": "Too Many Attempts."})
    return Response(refusal.status, (*refusal.headers, ("Retry-After", retry_after)), refusal.body)


class Clock:
    """Time that passes with each request and each pause."""

    def __init__(self) -> None:
        self.now = 1000.0

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Put a clock of this test's own in place of the machine's."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    yield clock
    monkeypatch.undo()


def opened(clock: Clock, throttle: Throttle, timeout: float = 30.0) -> Transport:
    """Open a transport to a deployment that throttles."""

    def handle(_: Request) -> Response:
        clock.pass_by(LATENCY)
        retry_after = throttle(clock.now)
        return OK if retry_after is None else busy(retry_after)

    return Transport(
        Target("http://crm.invalid/api", "sk-very-secret-key"),
        Limits(timeout=timeout),
        guard=lambda _: None,
        adapter=lambda: InProcess(handle),
        sleep=clock.pass_by,
    )


def window(limit: int, seconds: float, retry_after: str) -> Throttle:
    """Allow so many requests within so many seconds, with always the same Retry-After."""
    taken: deque[float] = deque()

    def throttle(now: float) -> str | None:
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        if len(taken) >= limit:
            return retry_after
        taken.append(now)
        return None

    return throttle


def seconds_for(clock: Clock, transport: Transport, requests: int) -> float:
    """Send some reads, and return how long they took."""
    began = clock.now
    for _ in range(requests):
        transport.send(READ)
    return clock.now - began


@pytest.mark.parametrize("retry_after", ["0", "1", "5", "soon"])
def test_a_run_comes_back_to_full_pace_after_a_pause(clock: Clock, retry_after: str) -> None:
    answers = iter([None] * 5 + [retry_after] * 4)
    transport = opened(clock, lambda _: next(answers, None))
    seconds_for(clock, transport, 5 + 20)

    assert seconds_for(clock, transport, 100) == pytest.approx(100 * LATENCY)


@pytest.mark.parametrize("retry_after", ["0", "1"])
@pytest.mark.parametrize("seconds", [1, 10, 60])
def test_a_limit_that_asks_for_less_than_it_needs_is_waited_for(clock: Clock, retry_after: str, seconds: float) -> None:
    transport = opened(clock, window(30, seconds, retry_after))

    # At most as long again as the limit itself demands.
    assert seconds_for(clock, transport, 150) < 2 * (150 / 30) * seconds


def test_a_pause_is_no_longer_than_the_timeout_and_all_of_them_than_four(clock: Clock) -> None:
    transport = opened(clock, lambda _: "3600", timeout=2.0)
    began = clock.now
    with pytest.raises(Throttled, match="GET /milestones/5 was answered with 429, after all pauses"):
        transport.send(READ)

    assert 4 < clock.now - began < 4 * 2.0 + 1
    assert transport.notes == ["The deployment asked for pauses of 8 s in all, by 429 or 503."]


def test_no_pause_lasts_beyond_the_budget(clock: Clock) -> None:
    transport = opened(clock, lambda _: "20")
    transport.end_pauses(clock.now + 30)
    began = clock.now
    with pytest.raises(Throttled):
        transport.send(READ)

    assert 20 < clock.now - began < 30


def test_a_throttled_run_ends_with_its_budget_and_without_an_accusation(clock: Clock) -> None:
    def inject(builder: MockBuilder) -> None:
        limit = window(40, 60, "25")

        def handle(request: Request, original: Callable[[Request], Response]) -> Response:
            clock.pass_by(LATENCY)
            retry_after = limit(clock.now)
            return original(request) if retry_after is None else busy(retry_after)

        builder.handle(handle)
        builder.sleep = clock.pass_by

    began = clock.now
    options = Options(depth=Depth.DEEP, only=["get/unknown-id-is-404"], budget=100)
    with run_on(inject, options) as run:
        Scheduler(run).run_all()
        judged_in = clock.now - began

        assert judged_in < 100 + 5
        assert not run.results.violated
