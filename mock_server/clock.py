"""The time of an account, which passes by requests alone, so that equal runs give equal answers."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is advanced; a `frozen` one also stands still at writes."""

    def __init__(self, start: datetime = START, *, frozen: bool = False) -> None:
        self._time = start
        self.frozen = frozen

    def advance(self, by: timedelta = timedelta(seconds=1)) -> None:
        """Let time pass."""
        self._time += by

    def tick(self) -> None:
        """Let the second pass that a write takes."""
        if not self.frozen:
            self.advance()

    def set(self, time: datetime) -> None:
        """Show another time, earlier or later; `time` is in UTC."""
        self._time = time

    def copy(self) -> "Clock":
        """Return a clock that shows the same and goes on by itself."""
        return Clock(self._time, frozen=self.frozen)

    @property
    def now(self) -> str:
        """The instant as the API writes it; such texts sort by time."""
        return write_instant(self._time)


def write_instant(time: datetime) -> str:
    """Return an instant like `2026-06-15T09:30:00.000000Z`; `time` is in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_between(start: str, end: str) -> int:
    """Return the whole seconds from one written instant to another."""
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
