"""The only socket: polite, recording, guarded, and silent about the key.

What lives only here: connections, waiting, the key on the wire. It knows nothing of operations' meaning.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from conformance.exchange import AuthVariant, Exchange
from conformance.http.retry import LONGEST_WAIT, WaitLogger, interruptible_sleep, parse_retry_after
from conformance.options import Limits
from conformance.target import Target

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WRONG_KEY = "this-is-not-a-key"
REDACTED = "[key]"
MAX_RETRIES = 8
LARGEST_ANSWER = 32 * 1024 * 1024
BROKEN = "the connection failed"
DEFAULT_LIMITS = Limits()


Socket = HTTPAdapter
AdapterFactory: TypeAlias = Callable[[], BaseAdapter]
"""Makes what stands for the socket: in tests, a mock in the same process."""


Listener: TypeAlias = Callable[[Exchange], None]


class NoAnswer(Exception):
    """No answer came; `exchange` is what was sent. The outcome of a write is indefinite."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"no answer to {exchange.method} {exchange.path}: {exchange.error}")
        self.exchange = exchange


class WriteOutcomeUnknown(NoAnswer):
    """The connection broke off in the middle of a write."""


class Throttled(NoAnswer):
    """The deployment still answers 429 after all our waiting."""


class OutOfRequests(Exception):
    """The run has sent as many requests as it may."""


class ForbiddenWrite(Exception):
    """A write to something that the run is not known to have made was stopped before it was sent."""


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request to be sent; `body` is encoded already."""

    operation: str
    method: str
    path: str
    query: str = ""
    body: bytes | None = None
    content_type: str | None = None
    key: AuthVariant = AuthVariant.OURS
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport:
    """Sends calls to a target and records every exchange.

    `guard` is asked before every request that can write and raises ForbiddenWrite. `adapter` replaces the socket in
    tests. Safe requests are repeated when a connection breaks; writes never are.
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
    ) -> None:
        self.target = target
        self.limits = limits
        self.sent = 0
        self._guard = guard
        self._read_only = read_only
        self._adapter = adapter
        self._sleep = sleep or (lambda seconds: interruptible_sleep(seconds, lambda: self._stopped))
        self._pause = 1.0 / limits.rate if limits.rate else 0.0
        self._next_slot = 0.0
        self._local = threading.local()
        self._lock = threading.Lock()
        self._limited = True
        self._stopped = False
        self._wait_logger = WaitLogger()
        self._concurrent: ContextVar[bool] = ContextVar("crowd", default=False)
        self._listeners: ContextVar[tuple[Listener, ...]] = ContextVar("listeners", default=())

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Hands every exchange that is recorded meanwhile, in this thread's context, to `listener`."""
        token = self._listeners.set((*self._listeners.get(), listener))
        try:
            yield
        finally:
            self._listeners.reset(token)

    def wait(self, seconds: float) -> None:
        """Lets time pass."""
        self._sleep(seconds)

    def stop(self) -> None:
        """Ends the run at its next request, which raises KeyboardInterrupt."""
        self._stopped = True

    def ignore_limits(self) -> None:
        """Lets requests through beyond the limit, and after a stop: cleaning up must never be what is saved on."""
        self._limited = self._stopped = False

    @contextmanager
    def concurrent(self) -> Iterator[None]:
        """Marks the exchanges meanwhile as sent at once with others."""
        token = self._concurrent.set(True)
        try:
            yield
        finally:
            self._concurrent.reset(token)

    def send(self, call: OutgoingRequest) -> Exchange:
        """Sends a call and answers the exchange.

        Raises NoAnswer when the connection breaks or times out, Throttled, OutOfRequests, ForbiddenWrite.
        """
        if call.method not in SAFE_METHODS:
            if self._read_only:
                raise ForbiddenWrite(f"{call.method} {call.path} is a write, and this run is read-only")
            self._guard(call)
        exchange = self._send_once(call)
        for attempt in range(MAX_RETRIES):
            waiting = self._asked_to_wait(exchange, attempt)
            if waiting is None and exchange.error.startswith(BROKEN) and call.method in SAFE_METHODS and attempt < 2:
                waiting = 0.2 * (attempt + 1)
            if waiting is None:
                break
            self._wait_logger.tell(self.target.url, exchange.status, waiting)
            self.wait(waiting)
            exchange = self._send_once(call)
        for listener in self._listeners.get():
            listener(exchange)
        if exchange.status is None:
            broken = exchange.error.startswith(BROKEN) and call.method not in SAFE_METHODS
            raise WriteOutcomeUnknown(exchange) if broken else NoAnswer(exchange)
        if exchange.status == 429:
            raise Throttled(exchange)
        return exchange

    def _send_once(self, call: OutgoingRequest) -> Exchange:
        number = self._take_slot()
        url = f"{self.target.url}{call.path}" + (f"?{call.query}" if call.query else "")
        headers = {"Accept": "application/json", "User-Agent": "milestones-check"} | dict(call.headers)
        if call.content_type is not None:
            headers["Content-Type"] = call.content_type
        if call.key is not AuthVariant.NONE:
            scheme = "bearer" if call.key is AuthVariant.SMALL_SCHEME else "Bearer"
            headers["Authorization"] = f"{scheme} {self._sent_key(call.key)}"
        started = time.monotonic()
        status, received, answered, error = None, b"", {}, ""
        try:
            # A prepared request with its URL set afterwards goes out as written: requests would normalise the path.
            prepared = requests.Request(call.method, self.target.url, headers=headers, data=call.body).prepare()
            prepared.url = url
            response = self._session().send(prepared, timeout=self.limits.timeout, allow_redirects=False, stream=True)
            received = _body(response, started + self.limits.timeout)
            status, answered = response.status_code, dict(response.headers)
        except (requests.RequestException, ValueError) as problem:
            error = self._redact(_explain(problem, self.limits.timeout))
        return Exchange(
            number=number,
            operation=call.operation,
            method=call.method,
            path=self._redact(call.path),
            query=self._redact(call.query),
            key=call.key,
            content_type=call.content_type,
            sent=call.body,
            status=status,
            headers={name.lower(): self._redact(value) for name, value in answered.items()},
            received=self._redact_bytes(received),
            seconds=time.monotonic() - started,
            error=error,
            concurrent=self._concurrent.get(),
        )

    def _sent_key(self, key: AuthVariant) -> str:
        ours = self.target.key
        return {
            AuthVariant.WRONG: WRONG_KEY,
            AuthVariant.EMPTY: "",
            AuthVariant.CUT: ours[:-1],
            AuthVariant.LONGER: f"{ours}x",
        }.get(key, ours)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.trust_env = False
            session.mount("http://", self._adapter())
            session.mount("https://", self._adapter())
            self._local.session = session
        session_: requests.Session = self._local.session
        return session_

    def _take_slot(self) -> int:
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            if self._limited and self.sent >= self.limits.max_requests:
                raise OutOfRequests(f"the run may send {self.limits.max_requests} requests and has sent them")
            self.sent += 1
            now = time.monotonic()
            delay = max(0.0, self._next_slot - now)
            self._next_slot = max(now, self._next_slot) + self._pause
            number = self.sent
        if delay:
            self._sleep(delay)
        return number

    def _asked_to_wait(self, exchange: Exchange, attempt: int) -> float | None:
        asked = exchange.headers.get("retry-after")
        throttled = exchange.status == 429 or (exchange.status == 503 and asked is not None)
        if not throttled:
            return None
        self._pause = max(self._pause * 1.5, 0.02)
        return parse_retry_after(asked, fallback=min(2.0**attempt * 0.5, LONGEST_WAIT))

    def _redact(self, text: str) -> str:
        # The key is sent without its last character, too, and what is left of it must be as secret.
        return text.replace(self.target.key, REDACTED).replace(self.target.key[:-1] or REDACTED, REDACTED)

    def _redact_bytes(self, body: bytes) -> bytes:
        key, mark = self.target.key.encode(), REDACTED.encode()
        return body.replace(key, mark).replace(key[:-1] or mark, mark)


def _body(response: requests.Response, deadline: float) -> bytes:
    """The body, unless it drips in for too long or never ends."""
    parts, size = [], 0
    for part in response.iter_content(65536):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            response.close()
            raise ValueError(f"it is larger than {LARGEST_ANSWER} bytes")
        if time.monotonic() > deadline:
            response.close()
            raise requests.Timeout
    return b"".join(parts)


def _explain(problem: Exception, timeout: float) -> str:
    if isinstance(problem, requests.Timeout):
        return f"nothing came within {timeout:g} s"
    if isinstance(problem, requests.exceptions.SSLError):
        return f"the TLS certificate was not accepted ({_innermost(problem)})"
    if isinstance(problem, requests.ConnectionError):
        return f"{BROKEN} ({_innermost(problem)})"
    return f"the answer could not be read ({_innermost(problem)})"


def _innermost(problem: BaseException) -> str:
    cause: BaseException = problem
    while (inner := getattr(cause, "reason", None) or cause.__cause__ or cause.__context__) is not None:
        if not isinstance(inner, BaseException):
            break
        cause = inner
    return str(getattr(cause, "strerror", None) or cause).split(": ", 1)[-1]
