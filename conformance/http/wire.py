"""Send one request: its key, its connection, its deadline, and the reason for an incomplete answer."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests
from requests.adapters import BaseAdapter
from urllib3.util import SKIP_HEADER

from conformance.exchange import AuthVariant
from conformance.http.connections import Deadline
from conformance.http.failures import FAILURES, TIMEOUTS, explain, explain_cut, explain_timeout, read_body
from conformance.http.network import configure
from conformance.target import Target

WRONG_KEY = "this-is-not-a-key"
SCHEMES = {AuthVariant.SMALL_SCHEME: "bearer", AuthVariant.OTHER_SCHEME: "Token", AuthVariant.BASIC_SCHEME: "Basic"}


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came; if it is incomplete, the status is None and `cut` says how it was truncated."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    error: str = ""
    cut: str = ""


class _Session(requests.Session):
    """A session that never follows redirects."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: looking for the next location, requests would consume the body."""


class Wire:
    """Connections to a target, separate for each thread; no exchange takes longer than `timeout` seconds."""

    def __init__(self, target: Target, timeout: float, adapter: Callable[[], BaseAdapter]) -> None:
        self._target = target
        self._timeout = timeout
        self._adapter = adapter
        self._local = threading.local()
        self._deadlines: set[Deadline] = set()

    def cut(self) -> None:
        """Cut all exchanges in progress."""
        for deadline in list(self._deadlines):
            deadline.cut()

    def headers(self, key: AuthVariant, content_type: str | None, own: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a request: its own replace the usual ones, and empty ones are left out."""
        # As in the documentation's own curl commands, the content type comes after the key.
        usual = {"Accept": "*/*", "User-Agent": "milestones-check"}
        usual["Authorization"] = authorization(self._target.key, key)
        if content_type is not None:
            usual["Content-Type"] = content_type
        headers = {**own, **{name: value for name, value in usual.items() if name not in own}}
        sent = {name: value for name, value in headers.items() if value} | dict(self._target.network.headers)
        if "user-agent" not in map(str.lower, sent):
            # Without this, urllib3 sends a name of its own.
            sent["User-Agent"] = SKIP_HEADER
        return sent

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        """Send a request as it is written, without following redirects."""
        received, response, deadline = bytearray(), None, Deadline(self._timeout)
        self._deadlines.add(deadline)
        try:
            with deadline.watching():
                # A prepared request with its URL set afterwards goes out as written: requests would normalise the path.
                session = self._session()
                plain = requests.Request(method, self._target.url, headers=headers, data=body)
                plain.cookies = session.cookies
                prepared = plain.prepare()
                prepared.url = url
                with session.send(prepared, timeout=self._timeout, allow_redirects=False, stream=True) as response:
                    read_body(response, received)
            if deadline.was_cut:
                # Without its length, a truncated answer looks complete.
                raise requests.Timeout
            return Received(response.status_code, dict(response.headers), bytes(received))
        except FAILURES as problem:
            timed_out = deadline.expired or isinstance(problem, TIMEOUTS)
            error = explain_timeout(self._timeout) if timed_out else explain(problem)
            cut = explain_cut(problem, response, received, timed_out=timed_out) if response is not None else ""
            return Received(None, {}, bytes(received), error, cut)
        finally:
            self._deadlines.discard(deadline)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = _Session()
            session.trust_env = False
            session.mount("http://", self._adapter())
            session.mount("https://", self._adapter())
            configure(session, self._target)
            self._local.session = session
        session_: requests.Session = self._local.session
        return session_


def authorization(key: str, variant: AuthVariant) -> str:
    """Return the value of the header Authorization; empty for a request without one."""
    if variant is AuthVariant.NONE:
        return ""
    sent = {
        AuthVariant.WRONG: WRONG_KEY,
        AuthVariant.EMPTY: "",
        AuthVariant.CUT: key[:-1],
        AuthVariant.LONGER: f"{key}x",
        AuthVariant.TYPO: f"{key[:-1]}{'y' if key.endswith('x') else 'x'}",
        # A key without letters has no other letter case.
        AuthVariant.OTHER_CASE: key.swapcase() if key.swapcase() != key else WRONG_KEY,
        AuthVariant.SPLIT: f"{key[:1]} {key[1:]}",
        AuthVariant.WILDCARD: "%",
        AuthVariant.ENCODED: "".join(f"%{byte:02X}" for byte in key[:1].encode()) + key[1:],
    }
    return f"{SCHEMES.get(variant, 'Bearer')} {sent.get(variant, key)}"
