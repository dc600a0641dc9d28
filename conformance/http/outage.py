"""Distinguish answers of the application from those of systems in front of it: gateways, firewalls, login pages.

A suspicious answer is requested again, together with a request that has worked before. If it comes twice while that
request still works, it is the application's own; if that request does not work, the deployment is out of service.
"""

import threading
from collections import Counter
from collections.abc import Callable

from conformance.exchange import AuthVariant, Exchange

GATEWAY_STATUSES = frozenset({502, 503, 504})
KEY_STATUSES = frozenset({401, 403})
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""The seconds before each request that checks whether the deployment is back."""
TWICE = 2

Signature = tuple[str, int | None, str]


class OutageDetector:
    """Knows which suspicious answers are the application's own, and whether the deployment is out of service.

    `check` sends a request that a working deployment answers with 200. `has_worked` says that the key was accepted
    before; otherwise no outage can be detected. `outage` is the reason that ended the run, once there is one.
    """

    def __init__(self, check: Callable[[], Exchange], pause: Callable[[float], None], *, has_worked: bool) -> None:
        self._check = check
        self._pause = pause
        self._has_worked = has_worked
        self._shown: Counter[Signature] = Counter()
        self._lock = threading.Lock()
        self.outage = ""

    def is_suspicious(self, exchange: Exchange) -> bool:
        """Return whether an answer may not come from the application, and is not yet known to be its own."""
        if exchange.ok and exchange.key is AuthVariant.OURS:
            self._has_worked = True
        reason = foreign(exchange)
        return bool(reason) and self._has_worked and self._shown[_signature(exchange, reason)] < TWICE

    def in_service(self, exchange: Exchange) -> bool:
        """Wait until the deployment answers as before; return False and set `outage` if it does not in seconds."""
        for seconds in PAUSES:
            if seconds:
                self._pause(seconds)
            if self._check().ok:
                return True
        with self._lock:
            self.outage = self.outage or _describe(exchange)
        return False

    def note(self, exchange: Exchange) -> None:
        """Record that a suspicious answer came while the deployment was in service."""
        if reason := foreign(exchange):
            with self._lock:
                self._shown[_signature(exchange, reason)] += 1


def foreign(exchange: Exchange) -> str:
    """Return why an answer may not be the application's own; empty if there is no sign of that."""
    if exchange.status in GATEWAY_STATUSES:
        return "gateway"
    if exchange.status in KEY_STATUSES and exchange.key is AuthVariant.OURS:
        return "key"
    return "page" if "html" in exchange.headers.get("content-type", "").lower() else ""


def _signature(exchange: Exchange, reason: str) -> Signature:
    return exchange.route, exchange.status, reason


def _describe(exchange: Exchange) -> str:
    kind = exchange.headers.get("content-type", "no content type")
    if foreign(exchange) == "key":
        return f"from request {exchange.number} on the key was refused with {exchange.status}"
    return f"from request {exchange.number} on the deployment was out of service: {exchange.status} with {kind}"
