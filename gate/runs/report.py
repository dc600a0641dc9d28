"""A report of the suite, as far as the gate needs it: verdicts, profile, coverage; what is not there is empty."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from gate.document import Json
from gate.problem import NotDone

Object = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement and the suite's verdict on it."""

    id: str
    status: str
    level: str = "stated"
    text: str = ""
    reason: str = ""
    expected: str = ""
    actual: str = ""
    command: str = ""
    calls: tuple[str, ...] = ()

    @property
    def violated(self) -> bool:
        """Whether the deployment breaks it."""
        return self.status == "FAIL"

    @property
    def holds(self) -> bool:
        """Whether it was judged and not broken."""
        return self.status == "PASS"

    @property
    def waived(self) -> bool:
        """Whether it is broken, and that is accepted."""
        return self.status == "WAIVED"

    @property
    def was_run(self) -> bool:
        """Whether it was to be judged."""
        return self.status != "NOT_RUN"


@dataclass(frozen=True, slots=True)
class Exercised:
    """An operation that answered with a status, asked in an encoding: how often, and with which inputs.

    `parameters` are those of path and query, `fields` those of the body, named as JSON names them.
    """

    operation: str
    status: str
    encoding: str
    exchanges: int
    parameters: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What the suite found out about a deployment."""

    target: str
    version: str
    judged: Mapping[str, Judged]
    profile: Mapping[str, str]
    coverage: tuple[Exercised, ...] = ()
    covered: bool = False
    """Whether the report says anything about coverage."""
    names_inputs: bool = False
    """Whether it names parameters and fields, too, as the suite does since it knows them."""

    @property
    def unobserved(self) -> str:
        """What people should know where no open point was looked at; nothing where some were."""
        return "" if self.profile else "Undocumented behaviour was not looked at; --observe looks."


def read(path: Path) -> Run:
    """Reads report.json, or the one in a folder; raises NotDone for what is none."""
    file = path / "report.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotDone(
            f"{file}: cannot be read ({error.strerror}); give what milestones-check --report wrote."
        ) from error
    except ValueError as error:
        raise NotDone(f"{file}: is no JSON ({error}); give what milestones-check --report wrote.") from error
    if not isinstance(data, dict) or not isinstance(data.get("requirements"), list):
        raise NotDone(f"{file}: is no report of milestones-check; it has no requirements.")
    return _run(cast("Object", data))


def _run(data: Object) -> Run:
    contract = data.get("contract")
    coverage = list(_objects(data.get("coverage")))
    return Run(
        target=_text(data, "target"),
        version=_text(contract, "version") if isinstance(contract, dict) else "",
        judged={one.id: one for one in map(_judged, _objects(data.get("requirements")))},
        profile={_text(one, "id"): _choice(one) for one in _objects(data.get("profile"))},
        coverage=tuple(map(_exercised, coverage)),
        covered="coverage" in data,
        names_inputs=any("parameters" in one for one in coverage),
    )


def _judged(data: Object) -> Judged:
    return Judged(
        id=_text(data, "id"),
        status=_text(data, "status"),
        level=_text(data, "level"),
        text=_text(data, "text"),
        reason=_text(data, "reason"),
        expected=_text(data, "expected"),
        actual=_text(data, "actual"),
        command=_text(data, "command"),
        calls=tuple(_text(call, "curl") for call in _objects(data.get("reproduction"))),
    )


def _choice(data: Object) -> str:
    """A choice of the contract; for another answer, what was seen."""
    return _text(data, "choice") or f"other: {_text(data, 'seen')}"


def _exercised(data: Object) -> Exercised:
    exchanges = data.get("exchanges")
    return Exercised(
        operation=_text(data, "operation"),
        status=_text(data, "status"),
        encoding=_text(data, "encoding"),
        exchanges=exchanges if isinstance(exchanges, int) else 0,
        parameters=_texts(data.get("parameters")),
        fields=_texts(data.get("fields")),
    )


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _objects(value: Json) -> Iterator[Object]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(data: Object, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)
