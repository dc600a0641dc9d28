"""The clock of an account: only requests advance it, so that equal runs give equal answers."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LAST = (datetime.max.replace(tzinfo=UTC) - SECOND).replace(tzinfo=None)


class Clock:
    """A clock that only shows another time when it is advanced; a `frozen` one ignores writes, too."""

    def __init__(self, start: datetime = START, *, frozen: bool = False) -> None:
        self._now: str | None = None
        self.set(start)
        self.frozen = frozen

    def advance(self, by: timedelta) -> None:
        """Advance the clock."""
        self._time += by
        self._now = None

    def tick(self) -> None:
        """Advance the clock by the second that a write takes; it stops at the end of the year 9999."""
        if not self.frozen and self._time < LAST:
            self._time += SECOND
            self._now = None

    def set(self, time: datetime) -> None:
        """Set the time, earlier or later; `time` is in UTC."""
        # Formatting it without a zone takes half the time.
        self._time = time.replace(tzinfo=None)
        self._now = None

    def copy(self) -> "Clock":
        """Return an independent clock with the same time."""
        return Clock(self._time, frozen=self.frozen)

    @property
    def now(self) -> str:
        """Return the instant as the API writes it, like `2026-06-15T09:30:00.000000Z`; such texts sort by time."""
        if self._now is None:
            self._now = self._time.isoformat(timespec="microseconds") + "Z"
        return self._now


def seconds_between(start: str, end: str) -> int:
    """Return the whole seconds from one written instant to another."""
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
