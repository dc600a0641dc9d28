"""Saves all accounts while the mock runs, so that whatever ends it costs seconds at most."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from mock_server.control.service import Control
from mock_server.scenarios.writer import write_json

MOST_BUSY = 0.05
"""The share of the time that saving may take: large accounts are saved less often."""


class Saver:
    """Writes all accounts as a scenario to a file, every so many seconds if something was written meanwhile."""

    def __init__(self, control: Control, path: Path, seconds: float, tell: Callable[[str], None]) -> None:
        self._control = control
        self.path = path
        self._seconds = seconds
        self._tell = tell
        self._saved = control.writes
        self._lock = threading.Lock()

    def save(self) -> None:
        """Write the accounts; raises OSError, and then the file is what it was."""
        with self._lock:
            # What is written from here on may be missed now, and is saved the next time.
            writes = self._control.writes
            write_json(self.path, self._control.export())
            self._saved = writes

    def check(self) -> None:
        """Write the accounts if something was written since; what cannot be done is told."""
        if self._control.writes == self._saved:
            return
        try:
            self.save()
        except OSError as error:
            self._tell(f"{self.path} cannot be written: {error.strerror}. The mock tries again.")

    def start(self) -> None:
        """Save every so often from now on, as long as the process lives."""
        threading.Thread(target=self._run, name=f"save {self.path.name}", daemon=True).start()

    def _run(self) -> None:
        pause, seconds = threading.Event(), self._seconds
        while not pause.wait(seconds):
            begun = time.monotonic()
            self.check()
            seconds = max(self._seconds, (time.monotonic() - begun) / MOST_BUSY)
