"""Injected faults: rules that make requests fail."""

import functools
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from mock_server.contract.contract import CONTROL_DOCUMENT, read_contract
from mock_server.contract.documented_responses import ExampleResponses
from mock_server.contract.yaml_files import DocumentError, as_list, as_mapping, find_line, read_document
from mock_server.messages import Delivery, Json, JsonObject
from mock_server.simulation.intervention import MAX_DELAY, Intervention

MAX_RULES = 1000
"""The maximum number of rules."""

HINT = "See the schema Fault in /_mock/openapi.json."


class FaultError(ValueError):
    """An invalid fault; the message is for people."""


@dataclass(slots=True)
class Fault:
    """A rule: the requests it applies to, and its effect on them.

    It applies to one operation and one account, or to all if these are empty; to a `share` of their requests (0 to 1),
    and only to the next `times` if that is set. `delay` and `jitter` are in seconds: the wait is between delay and
    delay + jitter.
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
        """Return the rule described by an object that is valid by the control API's schema."""
        return cls(**fields)

    @property
    def has_effect(self) -> bool:
        """Return whether the rule changes an answer."""
        return bool(self.status or self.delay or self.jitter or self.drop or self.truncate_at is not None)

    def concerns(self, operation: str, key: str) -> bool:
        """Return whether the rule may apply to a request."""
        return self.operation in {"", operation} and self.key in {"", key}

    def as_json(self) -> JsonObject:
        """Return the rule as the control API shows it."""
        shown: dict[str, Json] = {"id": self.id, "share": self.share}
        for name in ("operation", "key", "times", "status", "example", "delay", "jitter", "drop"):
            if value := getattr(self, name):
                shown[name] = value
        if self.truncate_at is not None:
            shown["truncate_at"] = self.truncate_at
        if self.status == 429:
            shown["retry_after"] = self.retry_after
        return shown


class Faults:
    """The rules in order; the first rule that hits a request applies.

    Random choices come from a seeded source, so that equal runs fail alike.
    """

    def __init__(self, examples: ExampleResponses) -> None:
        self.examples = examples
        self._rules: list[Fault] = []
        self._random = random.Random(0)  # noqa: S311 - failures, not secrets
        self._lock = threading.Lock()
        self._last_id = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._rules))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, fault: Fault) -> Fault:
        """Add a rule; raise FaultError if it has no effect, or the contract lacks its operation or response."""
        self._check(fault)
        with self._lock:
            if len(self._rules) >= MAX_RULES:
                raise FaultError(f"There are {MAX_RULES} rules already. Remove some first.")
            self._last_id += 1
            fault.id = self._last_id
            self._rules.append(fault)
        return fault

    def _check(self, fault: Fault) -> None:
        if not fault.has_effect:
            raise FaultError("A fault needs an effect: status, delay, jitter, drop or truncate_at.")
        documented = self.examples.operations
        if fault.operation and fault.operation not in documented:
            raise FaultError(f"There is no operation {fault.operation}. Choose one of: {', '.join(documented)}.")
        if fault.status is None:
            return
        operations = (fault.operation,) if fault.operation else documented
        if not any(self.examples.build(operation, fault.status, fault.example) for operation in operations):
            raise FaultError(self.examples.explain(fault.operation, fault.status, fault.example))

    def add_file(self, path: Path) -> None:
        """Add the rules of a YAML or JSON file, `{faults: [...]}` or the bare list; raise DocumentError."""
        content = read_document(path)
        steps: list[str | int] = ["faults"] if isinstance(content, dict) else []
        listed = content.get("faults") if isinstance(content, dict) else content
        _check_list(path, listed, steps)
        for number, fault in enumerate(as_list(listed)):
            try:
                self.add(Fault.read(as_mapping(fault)))
            except FaultError as error:
                where = [*steps, number]
                at = f"(at {'.'.join(map(str, where))})."
                raise DocumentError(path, f"{str(error).rstrip('.')} {at}", HINT, find_line(path, where)) from error

    def remove(self, fault_id: int) -> bool:
        """Remove a rule; return whether it existed."""
        with self._lock:
            kept = [fault for fault in self._rules if fault.id != fault_id]
            removed = len(kept) < len(self._rules)
            self._rules = kept
        return removed

    def clear(self, key: str | None = None) -> int:
        """Remove all rules; with `key`, only those of that account. Return their number."""
        with self._lock:
            before = len(self._rules)
            self._rules = [] if key is None else [fault for fault in self._rules if fault.key != key]
            if not self._rules:
                self._random.seed(0)
            return before - len(self._rules)

    def plan(self, operation: str, key: str) -> Intervention | None:
        """Return the intervention of the rules for a request, or None."""
        with self._lock:
            for fault in self._rules:
                if fault.concerns(operation, key) and self._draws(fault) and (plan := self._plan(fault, operation)):
                    self._use(fault)
                    return plan
        return None

    def _draws(self, fault: Fault) -> bool:
        return fault.share >= 1 or self._random.random() < fault.share

    def _plan(self, fault: Fault, operation: str) -> Intervention | None:
        """Return the intervention of a rule, or None if the operation does not document its status."""
        wait = fault.delay + (self._random.uniform(0, fault.jitter) if fault.jitter else 0)
        delivery = Delivery(min(wait, MAX_DELAY), fault.truncate_at, fault.drop)
        if fault.status is None:
            return Intervention(f"fault {fault.id}", None, delivery)
        answer = self.examples.build(operation, fault.status, fault.example, fault.retry_after)
        return Intervention(f"fault {fault.id}", answer, delivery) if answer else None

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            self._rules = [rule for rule in self._rules if rule is not fault]


@functools.cache
def _validator() -> Draft202012Validator:
    """Return the validator for a list of faults, with the control API's schema for one."""
    schemas = as_mapping(as_mapping(read_contract(CONTROL_DOCUMENT)["components"])["schemas"])
    return Draft202012Validator({"type": "array", "items": schemas["Fault"]})


def _check_list(path: Path, listed: Json, steps: Sequence[str | int]) -> None:
    """Validate rules by the schema; raise DocumentError."""
    try:
        errors = [*_validator().iter_errors(listed)]
    except ValueError as error:
        raise DocumentError(path, "is nested too deeply.", HINT) from error
    for invalid in errors[:1]:
        where = [*steps, *invalid.instance_path]
        shown = ".".join(map(str, where)) or "the top"
        raise DocumentError(path, f"{invalid.message} (at {shown}).", HINT, find_line(path, where))
