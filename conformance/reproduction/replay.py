"""Run a program against a deployment, in projects of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field

from conformance.exchange import Exchange
from conformance.http.client import Client
from conformance.http.request import ForbiddenWrite, NoAnswer
from conformance.reproduction.answers import Answer
from conformance.reproduction.derivation import labels_in, prerequisite_ids
from conformance.reproduction.program import Label, Program, ProgramStep
from conformance.reproduction.trace import Missing, Trace
from conformance.target import Prerequisites


@dataclass
class Replayer:
    """Replays programs on one deployment.

    `project_title` returns the title of a new project; `learn` is called with each exchange, and `remove` with the id
    of each project that a replay has made.
    """

    client: Client
    prerequisites: Prerequisites
    project_title: Callable[[], str]
    learn: Callable[[Exchange], None]
    remove: Callable[[int], None]

    def replay(self, program: Program) -> Trace:
        """Send the calls of a program and return the answers; calls that lack an id or are forbidden are left out."""
        replay = _Replay(self, Trace({}, {}, prerequisite_ids(self.prerequisites)))
        with self.client.transport.listening(self.learn):
            try:
                for group in program.groups():
                    replay.send(group)
            finally:
                for project in replay.projects:
                    self.remove(project)
        return replay.trace


@dataclass
class _Replay:
    replayer: Replayer
    trace: Trace
    projects: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self.labels: dict[int, str] = {}
        self.unsent: set[int] = set()
        self.trace = Trace(self.answers, self.labels, self.trace.prerequisites, self.unsent)

    def send(self, group: list[ProgramStep]) -> None:
        """Send the calls of a group, concurrently if there are several."""
        if len(group) == 1:
            self._keep(group[0], self._answer(group[0]))
            return
        with self.replayer.client.transport.concurrent(), ThreadPoolExecutor(max_workers=len(group)) as pool:
            started = [(step, pool.submit(copy_context().run, self._answer, step)) for step in group]
        for step, future in started:
            self._keep(step, future.result())

    def _answer(self, step: ProgramStep) -> Exchange | None:
        for template in step.templates:
            for part in template:
                if isinstance(part, Label) and part.number not in self.labels:
                    self.labels[part.number] = self.replayer.project_title()
        try:
            return self._sent(step)
        except ForbiddenWrite:
            # A record that an answer merely mentions counts as the run's own once the list of its project shows it.
            self._read_back()
        except Missing:
            return None
        try:
            return self._sent(step)
        except (Missing, ForbiddenWrite):
            return None

    def _read_back(self) -> None:
        for project in self.projects:
            with suppress(NoAnswer):
                self.replayer.client.call("listMilestones", query={"project_id": project})

    def _sent(self, step: ProgramStep) -> Exchange:
        """Send a call. Raises Missing, ForbiddenWrite."""
        body = None if step.body is None else self.trace.text(step.body).encode()
        if step.paused:
            self.replayer.client.transport.pause(step.paused)
        try:
            return self.replayer.client.raw(
                step.method,
                self.trace.text(step.path),
                operation=step.operation,
                query=self.trace.text(step.query),
                body=body,
                content_type=step.content_type,
                key=step.key,
                headers=step.headers,
            )
        except NoAnswer as silence:
            return silence.exchange

    def _keep(self, step: ProgramStep, exchange: Exchange | None) -> None:
        if exchange is None:
            self.unsent.add(step.number)
            return
        answer = Answer.of(exchange)
        self.answers[step.number] = answer
        made = answer.at("data.id")
        if step.makes_project and exchange.ok and made.text.isdigit():
            self.projects.append(int(made.text))


def recorded(log: Iterable[Exchange], prerequisites: Prerequisites) -> Trace:
    """Return recorded exchanges as the trace of a replay."""
    labels: dict[int, str] = {}
    for exchange in log:
        labels |= labels_in(exchange)
    return Trace({exchange.number: Answer.of(exchange) for exchange in log}, labels, prerequisite_ids(prerequisites))
