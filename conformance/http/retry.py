"""Waiting as a deployment asks for it: said aloud, and no longer than the run is to go on."""

import logging
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

LOG = logging.getLogger("milestones-check")
LONGEST_WAIT = 60.0
NAP = 0.2
SILENCE = 10.0


def parse_retry_after(retry_after: str | None, fallback: float) -> float:
    """The seconds that a Retry-After asks for, within reason."""
    if retry_after is None:
        return fallback
    try:
        wanted = float(retry_after)
    except ValueError:
        try:
            wanted = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except ValueError:
            return fallback
    return min(max(wanted, 0.05), LONGEST_WAIT)


def interruptible_sleep(seconds: float, enough: Callable[[], bool]) -> None:
    """Sleeps in naps, until it is enough: a signal to stop must not wait for as long as a deployment has us wait."""
    end = time.monotonic() + seconds
    while not enough() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, NAP))


class WaitLogger:
    """Says that a run waits, and not too often: one that says nothing for minutes looks as if it hung."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def tell(self, url: str, status: int | None, seconds: float) -> None:
        """Logs that a deployment answered so and is asked again later."""
        if seconds >= 1 and time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + SILENCE
            LOG.warning("%s answers %s; asking again in %.0f s (Ctrl-C ends the run)", url, status, seconds)
