"""Store runs in an SQLite file: verdicts, observed behaviour and cost, but no bodies and no keys."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from conformance.target import RunError

FORMAT = 1
BROKEN = ("FAIL", "WAIVED")
"""The statuses of a requirement that is violated."""
SECONDS_TO_WAIT = 30.0
"""The time to wait for the lock, as several jobs may add to one file."""
ALL_FOR = timedelta(days=30)
DAILY_FOR = timedelta(days=365)
TABLES = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY, deployment TEXT NOT NULL, target TEXT NOT NULL, started TEXT NOT NULL,
    verdict TEXT NOT NULL, depth TEXT, seed INTEGER, contract TEXT, requests INTEGER NOT NULL, duration_s REAL NOT NULL,
    UNIQUE (deployment, started, seed)
);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE status (
    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, requirement INTEGER NOT NULL REFERENCES name (id),
    status TEXT NOT NULL, PRIMARY KEY (run, requirement)
) WITHOUT ROWID;
CREATE TABLE observation (
    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, point INTEGER NOT NULL REFERENCES name (id),
    seen TEXT NOT NULL, PRIMARY KEY (run, point)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run in the history: statuses by requirement, and observed behaviour by open point."""

    id: int
    deployment: str
    target: str
    started: str
    verdict: str
    requests: int
    duration_s: float
    statuses: Mapping[str, str]
    behaviour: Mapping[str, str]

    @property
    def violations(self) -> int:
        """Return the number of violated requirements, including waived ones."""
        return sum(status in BROKEN for status in self.statuses.values())


class History(AbstractContextManager["History"]):
    """An open history; closing it saves the added runs, and removes surplus old ones."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, must_exist: bool = False) -> Self:
        """Open or create a history. Raises RunError for a file of another kind."""
        if must_exist and not path.is_file():
            raise RunError(f"{path} does not exist; runs with --history {path} create it.")
        try:
            connection = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            _create(connection, path)
        except sqlite3.Error as error:
            raise RunError(f"{path} cannot be used as a history ({error}); name another file.") from error
        return cls(connection, path)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise RunError(f"{self._path} cannot be written to ({error}).") from error
        finally:
            self._connection.close()

    def add(self, deployment: str, report: Mapping[str, Any]) -> None:
        """Add a report.json under a deployment's name, unless that run is in the history already."""
        row = (
            *(deployment, report["target"], report["started"], report["verdict"], report["depth"], report["seed"]),
            *(report["contract"]["sha256"], report["requests"], report["duration_s"]),
        )
        run = self._add_run(row)
        if run is None:
            return
        statuses = {entry["id"]: entry["status"] for entry in report["requirements"] if entry["status"] != "NOT_RUN"}
        observations = {entry["id"]: entry["choice"] or entry["seen"] for entry in report["profile"]}
        for table, values in (("status", statuses), ("observation", observations)):
            rows = [(run, self._name(text), value) for text, value in values.items()]
            self._connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608 - one of two names
        self._thin(deployment)

    def add_not_done(self, deployment: str, target: str, started: str) -> None:
        """Add a run that could not be done."""
        self._add_run((deployment, target, started, "not done", None, None, None, 0, 0.0))

    def deployments(self) -> list[str]:
        """Return the names of the deployments that have runs."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT deployment FROM run ORDER BY deployment")]

    def runs(self, deployment: str) -> list[PastRun]:
        """Return the runs of a deployment, the oldest first."""
        return list(self._runs("deployment = ?", deployment))

    def run(self, identifier: int) -> PastRun:
        """Return a run by its number. Raises RunError for an unknown number."""
        for run in self._runs("id = ?", identifier):
            return run
        raise RunError(f"{self._path} has no run {identifier}; `milestones-check history` lists the numbers.")

    def _runs(self, condition: str, value: str | int) -> Iterator[PastRun]:
        columns = "id, deployment, target, started, verdict, requests, duration_s"
        query = f"SELECT {columns} FROM run WHERE {condition} ORDER BY started, id"  # noqa: S608 - ours
        for identifier, deployment, target, started, verdict, requests, seconds in self._rows(query, value):
            statuses = self._values("status", "requirement", identifier)
            observed = self._values("observation", "point", identifier)
            yield PastRun(identifier, deployment, target, started, verdict, requests, seconds, statuses, observed)

    def _rows(self, query: str, value: str | int) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, (value,)).fetchall()

    def _values(self, table: str, column: str, run: int) -> dict[str, str]:
        value = "status" if table == "status" else "seen"
        query = f"SELECT text, {value} FROM {table} JOIN name ON name.id = {column} WHERE run = ? ORDER BY text"  # noqa: S608
        return dict(self._rows(query, run))

    def _add_run(self, row: Sequence[object]) -> int | None:
        columns = "deployment, target, started, verdict, depth, seed, contract, requests, duration_s"
        query = f"INSERT OR IGNORE INTO run ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - ours
        cursor = self._connection.execute(query, row)
        return cursor.lastrowid if cursor.rowcount else None

    def _name(self, text: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO name (text) VALUES (?)", (text,))
        identifier: int = self._connection.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()[0]
        return identifier

    def _thin(self, deployment: str) -> None:
        for run in surplus(self.runs(deployment), datetime.now(UTC)):
            self._connection.execute("DELETE FROM run WHERE id = ?", (run.id,))


def _create(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == FORMAT:
        return
    if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise RunError(f"{path} is not a history of this milestones-check (format {version}); name another file.")
    for statement in TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def surplus(runs: Sequence[PastRun], now: datetime) -> list[PastRun]:
    """Return the runs of one deployment, given the oldest first, that may be removed.

    All are kept for 30 days, then the last of each day for a year, then the last of each month. A run whose verdicts
    differ from the run before it is always kept, so that it remains known when something began to fail.
    """
    last_of_period = {_period(run.started, now): run.id for run in runs}
    changed = {after.id for before, after in pairwise(runs) if _content(before) != _content(after)}
    kept = {*last_of_period.values(), *changed, *(run.id for run in runs[:1])}
    return [run for run in runs if run.id not in kept]


def _period(started: str, now: datetime) -> str:
    age = now - datetime.fromisoformat(started)
    if age <= ALL_FOR:
        return started
    return started[:10] if age <= DAILY_FOR else started[:7]


def _content(run: PastRun) -> tuple[object, ...]:
    return run.verdict, run.statuses, run.behaviour
