"""Failing on command: what is asked for by a request's Prefer header, and the standing rules."""

import random
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mock_server.contract import Contract
from mock_server.envelope import respond
from mock_server.messages import Delivery, Headers, Json, JsonObject, Response
from mock_server.studio.answers import Answers

MAX_DELAY = 60.0
"""The longest delay in seconds that is carried out."""


NO_ANSWER = Response(0, (), b"", Delivery(drop=True))
"""What stands for the answer of a dropped connection."""


class FaultError(ValueError):
    """A fault that cannot be, said for people."""


@dataclass(slots=True)
class Fault:
    """A standing rule: which requests it concerns, and what becomes of them.

    It concerns one operation and one account, or all where they are empty; of those a `share` (0 to 1), and only the
    next `times` where that is given. `delay` and `jitter` are in seconds: the wait is between delay and delay + jitter.
    """

    id: int = 0
    operation: str = ""
    key: str = ""
    share: float = 1
    times: int | None = None
    status: int | None = None
    example: str = ""
    retry_after: int = 1
    delay: float = 0
    jitter: float = 0
    drop: bool = False
    truncate_at: int | None = None

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "Fault":
        """Return the rule that an object describes which fits the control API's schema."""
        return cls(**fields)

    def concerns(self, operation: str, key: str) -> bool:
        """Tell whether a request may be hit."""
        return self.operation in {"", operation} and self.key in {"", key} and self.times != 0

    def as_json(self) -> JsonObject:
        """Return the rule as the control API shows it."""
        shown: dict[str, Json] = {"id": self.id, "share": self.share}
        for name in ("operation", "key", "times", "status", "example", "delay", "jitter", "drop", "truncate_at"):
            value = getattr(self, name)
            if value not in {"", 0, None} or (name in {"times", "truncate_at"} and value == 0):
                shown[name] = value
        if self.status == 429:
            shown["retry_after"] = self.retry_after
        return shown


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a request: an answer in the place of the mock's own, if any, and how it is delivered.

    `why` names what asked for it; `headers` are added to whatever is answered; `note` says what could not be done.
    """

    why: str
    answer: Response | None = None
    delivery: Delivery = field(default_factory=Delivery)
    headers: Headers = ()
    note: str = ""


class Faults:
    """The standing rules, the first one first; of those that concern a request the first that hits it counts.

    Chance is drawn from a seeded source, so that equal runs fail alike.
    """

    def __init__(self) -> None:
        self._operations: Collection[str] = ()
        self._answers = Answers(Path())
        self._rules: list[Fault] = []
        self._random = random.Random(0)  # noqa: S311 - failures, not secrets
        self._lock = threading.Lock()
        self._last_id = 0

    def adopt(self, contract: Contract, answers: Answers) -> None:
        """Forge the answers of this contract from now on; a rule that it cannot fulfil hits nothing."""
        self._operations = contract.operations.keys()
        self._answers = answers

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._rules))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, fault: Fault) -> Fault:
        """Let a rule stand; raises FaultError where the contract has no such operation, status or example."""
        if fault.operation and fault.operation not in self._operations:
            raise FaultError(f"There is no operation {fault.operation}. Choose one of: {', '.join(self._operations)}.")
        if fault.status is not None:
            operations = [fault.operation] if fault.operation else list(self._operations)
            if not any(self.forge(operation, fault.status, fault.example) for operation in operations):
                raise FaultError(self._explain(fault.operation, fault.status, fault.example))
        with self._lock:
            self._last_id += 1
            fault.id = self._last_id
            self._rules.append(fault)
        return fault

    def replace_all(self, faults: Iterable[Fault]) -> None:
        """Let these rules stand and no others; raises FaultError, and then the former ones stay."""
        former, self._rules = self._rules, []
        try:
            for fault in faults:
                self.add(fault)
        except FaultError:
            self._rules = former
            raise

    def remove(self, fault_id: int) -> bool:
        """Drop a rule; tell whether there was one."""
        with self._lock:
            kept = [fault for fault in self._rules if fault.id != fault_id]
            found = len(kept) < len(self._rules)
            self._rules = kept
        return found

    def clear(self, key: str | None = None) -> None:
        """Drop all rules; with `key`, only those of that account."""
        with self._lock:
            self._rules = [] if key is None else [fault for fault in self._rules if fault.key != key]
            if not self._rules:
                self._random.seed(0)

    def plan(self, operation: str, key: str) -> Plan | None:
        """Return what the rules make of a request, or None."""
        with self._lock:
            for fault in self._rules:
                if fault.concerns(operation, key) and (fault.share >= 1 or self._random.random() < fault.share):
                    answer = None
                    if fault.status is not None:
                        answer = self.forge(operation, fault.status, fault.example, fault.retry_after)
                        if answer is None:
                            continue
                    if fault.times is not None:
                        fault.times -= 1
                    return Plan(f"fault {fault.id}", answer, self._deliver(fault))
        return None

    def _deliver(self, fault: Fault) -> Delivery:
        delay = fault.delay + (self._random.uniform(0, fault.jitter) if fault.jitter else 0)
        return Delivery(min(delay, MAX_DELAY), fault.truncate_at, fault.drop)

    def prefer(self, header: str, operation: str) -> Plan | None:
        """Return what a request's Prefer header asks for, or None; implements RFC 7240 with `code`, `wait`, `example`.

        What cannot be done is left undone, as the RFC has it, and noted.
        """
        asked = read_preferences(header)
        applied: list[str] = []
        notes: list[str] = []
        answer = None
        delivery = Delivery()
        if (wait := asked.get("wait")) is not None:
            delay = _read_number(wait)
            if delay is None:
                notes.append(f"wait={wait} is no number of seconds")
            else:
                delivery = Delivery(min(delay, MAX_DELAY))
                applied.append(f"wait={wait}")
        if (code := asked.get("code")) is not None:
            status, example = int(code) if code.isdecimal() else 0, asked.get("example", "")
            answer = self.forge(operation, status, example)
            if answer is None:
                notes.append(self._explain(operation, status, example))
            else:
                applied.append(f"code={code}" + (f", example={example}" if example else ""))
        if not applied and not notes:
            return None
        headers = (("Preference-Applied", ", ".join(applied)),) if applied else ()
        return Plan(f"Prefer: {header}" if applied else "", answer, delivery, headers, "; ".join(notes))

    def forge(self, operation: str, status: int, example: str = "", retry_after: int = 1) -> Response | None:
        """Return an answer that the contract documents, made of its example, or None where it has none."""
        answer = self._answers.find(operation, status)
        if answer is None or not answer.examples or (example and example not in answer.examples):
            return None
        content = answer.examples[example] if example else next(iter(answer.examples.values()))
        headers: Headers = (("Retry-After", str(retry_after)),) if status == 429 else ()
        return respond(status, content if isinstance(content, dict) else {}, headers)

    def _explain(self, operation: str, status: int, example: str) -> str:
        answer = self._answers.find(operation, status)
        if operation and answer is not None and example:
            names = ", ".join(answer.examples)
            return f"{operation} has no example {example} of {status}. Choose one of: {names}."
        if not operation:
            return f"No operation documents the status {status}."
        known = ", ".join(map(str, self._answers.statuses(operation)))
        return f"{operation} does not document the status {status}. Choose one of: {known}."


def join(plan: Plan, response: Response) -> Response:
    """Return a response as a plan has it delivered."""
    return replace(response, delivery=plan.delivery, headers=(*response.headers, *plan.headers))


def is_forced(plan: Plan) -> bool:
    """Tell whether a plan leaves the mock unasked, so that nothing changes."""
    return plan.answer is not None or plan.delivery.drop


def read_preferences(header: str) -> dict[str, str]:
    """Return the preferences of a header by their names; the first of a name counts. Implements: RFC 7240, 2."""
    found: dict[str, str] = {}
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _read_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
