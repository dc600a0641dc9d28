"""Files that are read anew when they change."""

import threading
from collections.abc import Callable
from pathlib import Path

INTERVAL = 0.5
"""Seconds between two looks."""


class Watch:
    """Looks at a file now and then, and calls what is to be done when it has changed; a missing file has not."""

    def __init__(self, path: Path, on_change: Callable[[], None]) -> None:
        self._path = path
        self._on_change = on_change
        self._seen = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def check(self) -> None:
        """Look at the file once."""
        found = self._look()
        if found not in {None, self._seen}:
            self._seen = found
            self._on_change()

    def start(self) -> None:
        """Look at the file from now on, as long as the process lives."""
        threading.Thread(target=self._run, name=f"watch {self._path.name}", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(INTERVAL):
            self.check()
