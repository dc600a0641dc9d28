"""Record what a run is about to make, so that a later run can find and remove the leftovers of a killed one.

A journal is a file of JSON lines: the target first, then each title before it is used. The key is never in it.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.target import RunError

ENDING = ".jsonl"


def directory() -> Path:
    """Return the folder of journals: below XDG_STATE_HOME, by default ~/.local/state."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "milestones-check"


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of one run; `existing` are the projects that existed before it and are no leftovers."""

    path: Path
    run_id: str
    target: str
    existing: frozenset[int] = frozenset()

    @classmethod
    def open(cls, run_id: str, target: str, existing: Iterable[int] = ()) -> "Journal":
        """Create a journal with its first line. Raises RunError if it cannot be written."""
        journal = cls(directory() / f"{run_id}{ENDING}", run_id, target, frozenset(existing))
        first = {"run": run_id, "target": target, "existing": sorted(journal.existing)}
        begun = journal.path.with_suffix(".begun")
        try:
            journal.path.parent.mkdir(parents=True, exist_ok=True)
            _append(begun, first, os.O_EXCL)
            # A concurrent clean-up never reads it without its first line.
            begun.rename(journal.path)
        except OSError as error:
            raise RunError(
                f"{journal.path} cannot be written ({error.strerror}), and without it a run that is killed leaves "
                "projects that nobody finds; name another folder with XDG_STATE_HOME."
            ) from error
        return journal

    def note(self, title: str) -> None:
        """Record the title of a project that is about to be made. Raises RunError if it cannot be written."""
        try:
            _append(self.path, {"making": title})
        except OSError as error:
            raise RunError(f"{self.path} cannot be written ({error.strerror}); the run makes nothing more.") from error

    def close(self) -> None:
        """Remove the journal of a run that left nothing behind."""
        self.path.unlink(missing_ok=True)


def _append(path: Path, entry: object, flags: int = 0) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | flags, 0o600)
    with os.fdopen(file, "a", encoding="utf-8") as opened:
        opened.write(json.dumps(entry) + "\n")


def left_behind(target: str) -> Iterator[Journal]:
    """Yield the journals of killed runs on a target. Raises RunError for a damaged one."""
    for path in sorted(directory().glob(f"*{ENDING}")):
        try:
            first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
            existing = frozenset(int(identifier) for identifier in first.get("existing", ()))
            journal = Journal(path, str(first["run"]), str(first["target"]), existing)
        except FileNotFoundError:
            # Its run has just ended by itself.
            continue
        except OSError as error:
            raise RunError(f"{path} cannot be read ({error.strerror}); make it readable, or remove it.") from error
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise RunError(f"{path} is not a valid journal; check it, and remove it.") from error
        if journal.target == target:
            yield journal
