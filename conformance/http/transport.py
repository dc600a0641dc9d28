"""The HTTP transport: respects Retry-After, records exchanges, checks writes against the sandbox, redacts the key.

Intervals, pauses, repetitions and the record of exchanges are handled only here. It does not know what operations mean.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from math import inf
from typing import TypeAlias

from requests.adapters import BaseAdapter

from conformance.exchange import Exchange
from conformance.http.connections import WatchedAdapter
from conformance.http.failures import BROKEN
from conformance.http.outage import TWICE, OutageDetector
from conformance.http.redaction import Redactor
from conformance.http.request import (
    SAFE_METHODS,
    ForbiddenWrite,
    NoAnswer,
    Outage,
    OutgoingRequest,
    OutOfRequests,
    Throttled,
    WriteOutcomeUnknown,
    unsent,
)
from conformance.http.retry import LOG, Pacer, WaitLogger, interruptible_sleep
from conformance.http.wire import Wire
from conformance.options import Limits
from conformance.target import Target

MAX_RETRIES = 8
MOST_BREAKS = 2
MAX_WAIT = 4
"""The longest wait before a request is given up, as a multiple of the timeout."""
MAX_SETTLE = 10.0
LONGEST_LOG = 20_000
"""The number of exchanges that are kept, so that a violation can be reproduced from its beginning."""
DEFAULT_LIMITS = Limits()

Socket = WatchedAdapter
AdapterFactory: TypeAlias = Callable[[], BaseAdapter]
"""Makes the adapter that connects to the target; in tests, to a mock in the same process."""

Listener: TypeAlias = Callable[[Exchange], None]


class Transport:
    """Sends requests to a target and records every exchange.

    `guard` is called before every request that can write, and raises ForbiddenWrite. `adapter` replaces the socket in
    tests. Safe requests are repeated when a connection breaks; writes never are. `sent` is the number of requests sent
    before, and `reserve` returns how many are reserved for cleaning up.
    """

    def __init__(
        self,
        target: Target,
        limits: Limits = DEFAULT_LIMITS,
        *,
        guard: Callable[[OutgoingRequest], None],
        read_only: bool = False,
        adapter: AdapterFactory = Socket,
        sleep: Callable[[float], None] | None = None,
        sent: int = 0,
        reserve: Callable[[], int] = lambda: 0,
    ) -> None:
        self.target = target
        self.limits = limits
        self.sent = sent
        self._reserve = reserve
        self.log: deque[Exchange] = deque(maxlen=LONGEST_LOG)
        self._guard = guard
        self._read_only = read_only
        self._wire = Wire(target, limits.timeout, adapter)
        self._sleep = sleep or (lambda seconds: interruptible_sleep(seconds, lambda: self._stopped))
        self.clock: Callable[[], float] = time.monotonic
        """Tells the seconds since the last write; tests replace it together with `sleep`."""
        self._pacer = Pacer(limits.rate)
        self._lock = threading.Lock()
        self._stopped = False
        self._clean_up_ends: float | None = None
        self._settle = limits.settle
        self._pauses_end = inf
        self._paused = 0.0
        self._last_write = -inf
        self._redactor = Redactor(target.key, *target.network.secrets)
        self._wait_logger = WaitLogger()
        self._outages = OutageDetector(self._check_service, self.wait, has_worked=sent > 0)
        self._concurrent: ContextVar[bool] = ContextVar("crowd", default=False)
        self._pause: ContextVar[float] = ContextVar("pause", default=0.0)
        self._cut: Counter[str] = Counter()
        self._listeners: ContextVar[tuple[Listener, ...]] = ContextVar("listeners", default=())

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Pass every exchange recorded in this thread's context to `listener` while the context is open."""
        token = self._listeners.set((*self._listeners.get(), listener))
        try:
            yield
        finally:
            self._listeners.reset(token)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._sleep(seconds)

    def pause(self, seconds: float) -> None:
        """Let time pass before this thread's next request; the pause is recorded with it."""
        self._pause.set(seconds)
        self.wait(seconds)

    @property
    def settling(self) -> float:
        """Return the seconds that must pass between the last write and a read."""
        return self._settle

    def settle(self, lag: float) -> bool:
        """Wait before each read from now on until the last write is so many seconds ago, and a little longer.

        Return False if the lag is longer than a run may wait.
        """
        self._settle = max(self._settle, min(lag * 1.5 + 0.1, MAX_SETTLE))
        return lag < MAX_SETTLE

    def end_pauses(self, end: float) -> None:
        """Ignore pauses that a deployment asks for beyond this moment of `time.monotonic`."""
        self._pauses_end = end

    @property
    def notes(self) -> list[str]:
        """Return a sentence on how long the run has waited at the deployment's request, if it has."""
        note = f"The deployment asked for pauses of {self._paused:.0f} s in all, by 429 or 503."
        return [note] if self._paused >= 1 else []

    def stop(self) -> None:
        """Close all connections and end the run at its next request, which raises KeyboardInterrupt."""
        self._stopped = True
        self.cut()

    def cut(self) -> None:
        """Close all connections: what was sent on them gets no answer."""
        self._wire.cut()

    @property
    def outage(self) -> str:
        """Return the outage that ended the run; empty if there is none."""
        return self._outages.outage

    def begin_clean_up(self, seconds: float) -> None:
        """Allow requests again after a stop, for so many seconds, including the reserved ones."""
        self._stopped = False
        self._clean_up_ends = time.monotonic() + seconds

    @contextmanager
    def concurrent(self) -> Iterator[None]:
        """Mark the exchanges recorded while the context is open as concurrent."""
        token = self._concurrent.set(True)
        try:
            yield
        finally:
            self._concurrent.reset(token)

    def send(self, call: OutgoingRequest) -> Exchange:
        """Send a request and return the exchange.

        Raises NoAnswer when the connection breaks or times out, Throttled, OutOfRequests, ForbiddenWrite.
        """
        if self.outage and self._clean_up_ends is None:
            raise Outage(unsent(call, self.outage))
        if call.method not in SAFE_METHODS:
            if self._read_only:
                raise ForbiddenWrite(f"{call.method} {call.path} is a write, and this run is read-only")
            self._guard(call)
            exchange = self._send_in_service(call)
            self._last_write = self.clock()
        else:
            self._wait_for_last_write()
            exchange = self._send_in_service(call)
        if paused := self._pause.get():
            self._pause.set(0.0)
            exchange = replace(exchange, paused=paused)
        self.log.append(exchange)
        LOG.debug("%s (%.0f ms)", exchange.summary, exchange.seconds * 1000)
        for listener in self._listeners.get():
            listener(exchange)
        if exchange.status is None:
            broken = self._may_pass(exchange) and call.method not in SAFE_METHODS
            raise WriteOutcomeUnknown(exchange) if broken else NoAnswer(exchange)
        if exchange.status == 429:
            raise Throttled(exchange)
        return exchange

    def _wait_for_last_write(self) -> None:
        seconds = self._last_write + self._settle - self.clock()
        if self._settle and seconds > 0:
            self.wait(seconds)

    def _send_in_service(self, call: OutgoingRequest) -> Exchange:
        """Send a request, and repeat it if another system than the application may have answered it.

        Raises Outage, and WriteOutcomeUnknown for a write that a gateway may have interrupted.
        """
        exchange = self._send_patiently(call)
        if not self._outages.is_suspicious(exchange):
            return exchange
        if not self._outages.in_service(exchange):
            raise Outage(replace(exchange, error=self.outage))
        self._outages.note(exchange)
        if call.method in SAFE_METHODS:
            exchange = self._send_patiently(call)
            self._outages.note(exchange)
        elif self._outages.is_suspicious(exchange):
            raise WriteOutcomeUnknown(replace(exchange, error=f"{exchange.status} came once, maybe from a gateway"))
        return exchange

    def _check_service(self) -> Exchange:
        return self._send_patiently(OutgoingRequest("listProjects", "GET", "/projects", "limit=1"))

    def _send_patiently(self, call: OutgoingRequest) -> Exchange:
        """Send a request, and repeat it after each pause that the deployment asks for."""
        exchange, waited = self._send_once(call), 0.0
        for attempt in range(MAX_RETRIES):
            pause = self._pacer.pause_after(exchange, attempt, self.limits.timeout)
            if pause is None and attempt < MOST_BREAKS and call.method in SAFE_METHODS and self._may_pass(exchange):
                pause = 0.2 * (attempt + 1)
            left = min(MAX_WAIT * self.limits.timeout - waited, self._pauses_end - time.monotonic())
            if pause is None or pause > left:
                break
            self._wait_logger.tell(self.target.url, exchange.status, pause)
            self.wait(pause)
            waited += pause
            # Without an answer, the deployment has not asked for the pause.
            self._paused += pause if exchange.status is not None else 0
            exchange = self._send_once(call)
        return exchange

    def _may_pass(self, exchange: Exchange) -> bool:
        """Return whether an answer was truncated that may be complete the next time."""
        return exchange.error.startswith(BROKEN) or self._cut[exchange.route] == 1

    def _send_once(self, call: OutgoingRequest) -> Exchange:
        number = self._take_slot()
        url = f"{self.target.url}{call.path}" + (f"?{call.query}" if call.query else "")
        started = time.monotonic()
        headers = self._wire.headers(call.key, call.content_type, call.headers)
        received = self._wire.send(call.method, url, headers, call.body)
        if self._stopped and received.status is None:
            raise KeyboardInterrupt
        self._pacer.note(received.status)
        exchange = Exchange(
            number=number,
            operation=call.operation,
            method=call.method,
            path=self._redactor.text(call.path),
            query=self._redactor.text(call.query),
            key=call.key,
            content_type=call.content_type,
            sent=call.body,
            status=received.status,
            headers={name.lower(): self._redactor.text(value) for name, value in received.headers.items()},
            received=self._redactor.body(received.body),
            seconds=time.monotonic() - started,
            error=self._redactor.text(received.error),
            concurrent=self._concurrent.get(),
            sent_headers=dict(call.headers),
        )
        is_cut_again = self._is_cut_again(exchange, received.cut)
        return replace(exchange, cut_short=self._redactor.text(received.cut)) if is_cut_again else exchange

    def _is_cut_again(self, exchange: Exchange, cut: str) -> bool:
        """Count consecutive truncated answers of an operation; return True from the second on."""
        with self._lock:
            self._cut[exchange.route] = self._cut[exchange.route] + 1 if cut else 0
            return self._cut[exchange.route] >= TWICE

    def _take_slot(self) -> int:
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            self._check_limits()
            self.sent += 1
            number, delay = self.sent, self._pacer.take_turn()
        if delay:
            self._sleep(delay)
        return number

    def _check_limits(self) -> None:
        if self._clean_up_ends is None:
            if self.sent + self._reserve() >= self.limits.max_requests:
                raise OutOfRequests(f"the run may send {self.limits.max_requests} requests and has sent {self.sent}")
        elif self.sent >= self.limits.max_requests:
            raise OutOfRequests(f"the run may send {self.limits.max_requests} requests and has sent them")
        elif time.monotonic() > self._clean_up_ends:
            raise OutOfRequests("the time for cleaning up is over")
