"""What a run makes, on disk before it is made: what a killed run left behind can be found by it, and removed.

A journal is a file of JSON lines: the target first, then each title before it is used. The key is never in it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.exchange import Exchange
from conformance.http.client import Client
from conformance.http.transport import NoAnswer, OutOfRequests
from conformance.models import records_of
from conformance.sandbox.sandbox import LABEL, Sandbox


def directory() -> Path:
    """Where journals are kept: below XDG_STATE_HOME, by default ~/.local/state."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "milestones-check"


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of one run."""

    path: Path
    run_id: str
    target: str

    @classmethod
    def open(cls, run_id: str, target: str) -> "Journal":
        """A new journal, with its first line."""
        journal = cls(directory() / f"{run_id}.jsonl", run_id, target)
        journal.path.parent.mkdir(parents=True, exist_ok=True)
        journal.path.write_text(json.dumps({"run": run_id, "target": target}) + "\n", encoding="utf-8")
        return journal

    def note(self, title: str) -> None:
        """Enters the title of a project that is about to be made."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"making": title}) + "\n")

    def close(self) -> None:
        """Ends a run that left nothing behind."""
        self.path.unlink(missing_ok=True)


def left_behind(target: str) -> Iterator[Journal]:
    """The journals of runs on a target that did not end by themselves."""
    for path in sorted(directory().glob("*.jsonl")):
        try:
            first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
            journal = Journal(path, str(first["run"]), str(first["target"]))
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            continue
        if journal.target == target:
            yield journal


def delete_leftovers(client: Client, sandbox: Sandbox, run_id: str) -> list[int]:
    """Removes every project of a run that the target still shows; answers the ids that could not be removed.

    A project is known by its title, which only this run gave. Raises NoAnswer and OutOfRequests from the listing.
    """
    title = f"{LABEL}{run_id}_"
    found: list[int] = []
    for _ in range(50):
        found = [
            one
            for record in records_of(client.list_projects({"search": title, "limit": client.contract.limit_cap}))
            if str(record.get("title", "")).startswith(title) and isinstance(one := record.get("id"), int)
        ]
        if not found:
            return []
        sandbox.projects.update(found)
        if not [project for project in found if (gone := _remove(client, project)) is not None and gone.ok]:
            return found
    return found


def _remove(client: Client, project: int) -> Exchange | None:
    try:
        return client.delete_project(project)
    except (NoAnswer, OutOfRequests):
        return None
