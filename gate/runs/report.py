"""The parts of a suite's report that the gate needs: verdicts, profile, coverage; missing parts are empty."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.errors import GateError
from gate.source.document import Json
from gate.source.files import load_json

STATUSES = ("PASS", "FAIL", "INCONCLUSIVE", "NOT_RUN", "WAIVED", "ERROR")
LEVELS = ("stated", "inferred")
WHAT = "report of milestones-check"
REMEDY = "give the report.json that milestones-check --report wrote."

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
        """Return whether the deployment violates it."""
        return self.status == "FAIL"

    @property
    def holds(self) -> bool:
        """Return whether it was judged and not violated."""
        return self.status == "PASS"

    @property
    def waived(self) -> bool:
        """Return whether the requirement is violated and the violation accepted."""
        return self.status == "WAIVED"

    @property
    def lacks_verdict(self) -> bool:
        """Return whether the requirement was selected, but could not be judged because of an obstacle."""
        return self.status in ("INCONCLUSIVE", "ERROR")

    @property
    def was_run(self) -> bool:
        """Return whether it was selected."""
        return self.status != "NOT_RUN"


@dataclass(frozen=True, slots=True)
class Point:
    """A question that the contract leaves open, and the meaning of its choices."""

    question: str
    choices: Mapping[str, str]

    def meaning(self, choice: str) -> str:
        """Return a choice with its meaning, if the contract has one."""
        return f"`{choice}` ({self.choices[choice].rstrip('.')})" if choice in self.choices else f"`{choice}`"


@dataclass(frozen=True, slots=True)
class Exercised:
    """An operation, a status and an encoding: the number of exchanges, and their inputs.

    `parameters` are those of path and query, `fields` those of the body, named as in JSON.
    """

    operation: str
    status: str
    encoding: str
    exchanges: int
    parameters: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a run of the suite."""

    target: str
    version: str
    judged: Mapping[str, Judged]
    profile: Mapping[str, str]
    coverage: tuple[Exercised, ...] = ()
    covered: bool = False
    """True if the report contains coverage."""
    names_inputs: bool = False
    """True if it names parameters and fields, as newer reports do."""
    points: Mapping[str, Point] = field(default_factory=dict)

    @property
    def unobserved(self) -> str:
        """Return a note if no open point was observed; empty otherwise."""
        return "" if self.profile else "Undocumented behaviour was not observed; --observe does that."

    def repeated_by(self, words: Sequence[str]) -> "Run":
        """Return the run with another command for repeating each requirement."""
        judged = {
            name: replace(judged, command=repeated(judged.command, words)) for name, judged in self.judged.items()
        }
        return replace(self, judged=judged)


def read(path: Path) -> Run:
    """Read a report.json, or the one in a folder; raise GateError for any other file."""
    file = path / "report.json" if path.is_dir() else path
    data = load_json(file, WHAT, REMEDY)
    entries = data.get("requirements") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list) or not entries:
        raise GateError(f"{file}: is not a {WHAT}; it has no requirements. {REMEDY.capitalize()}")
    for number, entry in enumerate(entries, 1):
        _check(entry, f"{file}: is not a {WHAT}; requirement {number}")
    return _run(data)


def _check(entry: Json, where: str) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        raise GateError(f"{where} has no id. {REMEDY.capitalize()}")
    for name, known_statuses in (("status", STATUSES), ("level", LEVELS)):
        if entry.get(name) not in known_statuses:
            raise GateError(f"{where} has none of the {name} {', '.join(known_statuses)}. {REMEDY.capitalize()}")


def _run(data: Object) -> Run:
    contract = data.get("contract")
    coverage, points = list(_objects(data.get("coverage"))), list(_objects(data.get("profile")))
    return Run(
        target=_text(data, "target"),
        version=_text(contract, "version") if isinstance(contract, dict) else "",
        judged={judged.id: judged for judged in map(_judged, _objects(data.get("requirements")))},
        profile={_text(point, "id"): _choice(point) for point in points if was_seen(point)},
        points={_text(point, "id"): _point(point) for point in points},
        coverage=tuple(map(_exercised, coverage)),
        covered="coverage" in data,
        names_inputs=any("parameters" in entry for entry in coverage),
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


def was_seen(data: Object) -> bool:
    """Return whether the suite observed the open point; an obstacle is no behaviour."""
    return data.get("choice") is not None or not _text(data, "seen").startswith("not seen")


def _choice(data: Object) -> str:
    """Return a choice of the contract; for any other behaviour, the behaviour."""
    return _text(data, "choice") or f"other: {_text(data, 'seen')}"


def _point(data: Object) -> Point:
    choices = data.get("choices")
    meanings = {name: str(text) for name, text in choices.items()} if isinstance(choices, dict) else {}
    return Point(_text(data, "question"), meanings)


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


def repeated(command: str, words: Sequence[str]) -> str:
    """Return the command with the suite's options for one requirement."""
    options = shlex.split(command)[1:]
    for name in {"--target", "--contract"}.intersection(options):
        at = options.index(name)
        del options[at : at + 2]
    return shlex.join([*words, *options])


def _objects(value: Json) -> Iterator[Object]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _text(data: Object, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)
