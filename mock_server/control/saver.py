"""Save all accounts periodically while the mock runs, so that a crash loses at most a few seconds of changes."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from mock_server.control.service import Control
from mock_server.scenarios.writer import write_json

MOST_BUSY = 0.05
"""The maximum share of time spent on saving: large accounts are saved less often."""


class Saver:
    """Writes all accounts to a file as a scenario, at an interval, if anything was written since."""

    def __init__(self, control: Control, path: Path, seconds: float, tell: Callable[[str], None]) -> None:
        self._control = control
        self.path = path
        self._seconds = seconds
        self._tell = tell
        self._saved = control.writes
        self._lock = threading.Lock()

    def save(self) -> None:
        """Write the accounts; raise OSError, in which case the file is unchanged."""
        with self._lock:
            # Later writes may be missed now, and are saved the next time.
            writes = self._control.writes
            write_json(self.path, self._control.export())
            self._saved = writes

    def check(self) -> None:
        """Write the accounts if anything was written since; report an error."""
        if self._control.writes == self._saved:
            return
        try:
            self.save()
        except OSError as error:
            self._tell(f"{self.path} cannot be written: {error.strerror}. The mock tries again.")

    def start(self) -> None:
        """Save periodically in a daemon thread."""
        threading.Thread(target=self._run, name=f"save {self.path.name}", daemon=True).start()

    def _run(self) -> None:
        pause, seconds = threading.Event(), self._seconds
        while not pause.wait(seconds):
            begun = time.monotonic()
            self.check()
            seconds = max(self._seconds, (time.monotonic() - begun) / MOST_BUSY)
