"""Retry-After and 429/503 back-off: pauses are logged and bounded, and requests speed up again afterwards."""

import logging
import math
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from conformance.exchange import Exchange

LOG = logging.getLogger("milestones-check")
NAP = 0.2
SILENCE = 10.0
SHORTEST_PAUSE = 0.05
GROWTH = 4.0
"""The factor by which the minimum pause grows with each attempt, for deployments that ask for too short ones."""
SLOWEST = 1.0
"""The longest interval in seconds between requests that throttling leads to."""


def parse_retry_after(retry_after: str | None, fallback: float, longest: float) -> float:
    """Return the seconds that a Retry-After asks for, at most `longest`; `fallback` if there is no usable value."""
    seconds = fallback if retry_after is None else _seconds(retry_after.strip(), fallback)
    return min(max(seconds, SHORTEST_PAUSE), longest)


def _seconds(retry_after: str, fallback: float) -> float:
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, OverflowError):
            return fallback
    return seconds if math.isfinite(seconds) else fallback


def interruptible_sleep(seconds: float, enough: Callable[[], bool]) -> None:
    """Sleep in short steps until `enough`, so that a signal to stop does not wait for the whole pause."""
    end = time.monotonic() + seconds
    while not enough() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, NAP))


class Pacer:
    """The interval between requests: at most `rate` a second (0: no limit), and fewer while a deployment throttles."""

    def __init__(self, rate: float) -> None:
        self._least = 1.0 / rate if rate else 0.0
        self._distance = self._least
        self._next_turn = 0.0

    def take_turn(self) -> float:
        """Reserve the next turn and return the seconds until it comes."""
        now = time.monotonic()
        delay = max(0.0, self._next_turn - now)
        self._next_turn = max(now, self._next_turn) + self._distance
        return delay

    def pause_after(self, exchange: Exchange, attempt: int, longest: float) -> float | None:
        """Return the pause that an answer asks for before its request is repeated; None if there is none."""
        retry_after = exchange.headers.get("retry-after")
        if exchange.status != 429 and (exchange.status != 503 or retry_after is None):
            return None
        pause = parse_retry_after(retry_after, 2.0**attempt * 0.5, longest)
        pause = min(max(pause, SHORTEST_PAUSE * GROWTH**attempt), longest)
        if pause > SHORTEST_PAUSE:
            self._distance = max(self._least, min(max(self._distance * 1.5, 0.02), SLOWEST))
        return pause

    def note(self, status: int | None) -> None:
        """Return to full speed step by step, with each answer that asks for no pause."""
        if status not in (None, 429, 503):
            self._distance = max(self._least, self._distance * 0.7 if self._distance > 0.01 else 0.0)


class WaitLogger:
    """Logs that a run waits, but not too often: a run that is silent for minutes seems to hang."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def tell(self, url: str, status: int | None, seconds: float) -> None:
        """Log the answer of a deployment and the pause before the request is repeated."""
        if seconds >= 1 and time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + SILENCE
            LOG.warning("%s answers %s; asking again in %.0f s (Ctrl-C ends the run)", url, status, seconds)
