"""A report of the suite, as far as the gate needs it: verdicts, profile, coverage; what is not there is empty."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.errors import GateError
from gate.source.document import Json
from gate.source.json_files import load

STATUSES = ("PASS", "FAIL", "INCONCLUSIVE", "NOT_RUN", "WAIVED", "ERROR")
LEVELS = ("stated", "inferred")
WHAT = "report of milestones-check"
REMEDY = "give what milestones-check --report wrote."

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
    def lacks_verdict(self) -> bool:
        """Whether it was to be judged, and something stood in the way."""
        return self.status in ("INCONCLUSIVE", "ERROR")

    @property
    def was_run(self) -> bool:
        """Whether it was to be judged."""
        return self.status != "NOT_RUN"


@dataclass(frozen=True, slots=True)
class Point:
    """A question that the contract leaves open, and what its answers mean."""

    question: str
    choices: Mapping[str, str]

    def meaning(self, choice: str) -> str:
        """A choice with what it means, as far as the contract knows it."""
        return f"`{choice}` ({self.choices[choice].rstrip('.')})" if choice in self.choices else f"`{choice}`"


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
    points: Mapping[str, Point] = field(default_factory=dict)

    @property
    def unobserved(self) -> str:
        """What people should know where no open point was looked at; nothing where some were."""
        return "" if self.profile else "Undocumented behaviour was not looked at; --observe looks."

    def repeated_by(self, words: Sequence[str]) -> "Run":
        """The run, its requirements judged again by another command than the suite's own."""
        judged = {name: replace(one, command=_repeated(one.command, words)) for name, one in self.judged.items()}
        return replace(self, judged=judged)


def read(path: Path) -> Run:
    """Reads report.json, or the one in a folder; raises GateError for what is none."""
    file = path / "report.json" if path.is_dir() else path
    data = load(file, WHAT, REMEDY)
    entries = data.get("requirements") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(entries, list) or not entries:
        raise GateError(f"{file}: is no {WHAT}; it has no requirements. {REMEDY.capitalize()}")
    for number, entry in enumerate(entries, 1):
        _check(entry, f"{file}: is no {WHAT}; requirement {number}")
    return _run(data)


def _check(entry: Json, where: str) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        raise GateError(f"{where} has no id. {REMEDY.capitalize()}")
    for name, known in (("status", STATUSES), ("level", LEVELS)):
        if entry.get(name) not in known:
            raise GateError(f"{where} has none of the {name} {', '.join(known)}. {REMEDY.capitalize()}")


def _run(data: Object) -> Run:
    contract = data.get("contract")
    coverage, points = list(_objects(data.get("coverage"))), list(_objects(data.get("profile")))
    return Run(
        target=_text(data, "target"),
        version=_text(contract, "version") if isinstance(contract, dict) else "",
        judged={one.id: one for one in map(_judged, _objects(data.get("requirements")))},
        profile={_text(one, "id"): _choice(one) for one in points if _was_seen(one)},
        points={_text(one, "id"): _point(one) for one in points},
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


def _was_seen(data: Object) -> bool:
    """Whether the suite saw what a deployment does; what stood in the way of seeing it is no behaviour."""
    return data.get("choice") is not None or not _text(data, "seen").startswith("not seen")


def _choice(data: Object) -> str:
    """A choice of the contract; for another answer, what was seen."""
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


def _repeated(command: str, words: Sequence[str]) -> str:
    """The command with the suite's options for one requirement; the words say which deployment and which contract."""
    options = shlex.split(command)[1:]
    for name in {"--target", "--contract"}.intersection(options):
        at = options.index(name)
        del options[at : at + 2]
    return shlex.join([*words, *options])


def _objects(value: Json) -> Iterator[Object]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(data: Object, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)
