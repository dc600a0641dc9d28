"""What of a contract a run exercised: operations, statuses, encodings, parameters, fields, requirements."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.openapi.contract import Contract, Operation
from gate.runs.report import Exercised, Run
from gate.subschema.normal_form import Object
from gate.subschema.normalizer import Side

# Reports call encodings by what a client has to do: fill in a form, or write JSON.
SPOKEN = {"application/json": "json", "application/x-www-form-urlencoded": "form", "multipart/form-data": "form"}


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one kind of thing was exercised, and what was not."""

    of: str
    total: int
    missed: tuple[str, ...]

    @property
    def percent(self) -> float:
        """The exercised part, in percent; of nothing, everything is exercised."""
        return 100.0 if not self.total else 100.0 * (self.total - len(self.missed)) / self.total


def shares(contract: Contract, run: Run) -> list[Share]:
    """The share of each kind of thing that the report can speak of."""
    operations = list(contract.operations.values())
    judged = [one.id for one in run.judged.values() if one.holds or one.violated or one.waived]
    found = [_share("requirements", list(contract.requirements), set(judged))]
    if run.covered:
        seen = run.coverage
        found += [
            _share("operations", [one.id for one in operations], {one.operation for one in seen}),
            _share("statuses", list(_statuses(operations)), set(_seen_statuses(operations, seen))),
            _share("encodings", list(_encodings(operations)), {f"{one.operation} {one.encoding}" for one in seen}),
        ]
    if run.names_inputs:
        sent = {f"{one.operation} {name}" for one in run.coverage for name in one.parameters}
        filled = {f"{one.operation} {one.encoding} {name}" for one in run.coverage for name in one.fields}
        found += [
            _share("parameters", list(_parameters(operations)), sent),
            _share("fields", list(_fields(contract)), filled),
        ]
    return found


def _share(of: str, wanted: list[str], exercised: set[str]) -> Share:
    wanted = list(dict.fromkeys(wanted))
    return Share(of, len(wanted), tuple(one for one in wanted if one not in exercised))


def _statuses(operations: list[Operation]) -> Iterator[str]:
    return (f"{one.id} {status}" for one in operations for status in one.responses)


def _seen_statuses(operations: list[Operation], seen: tuple[Exercised, ...]) -> Iterator[str]:
    """The documented statuses that were answered; a range is, once one of its statuses is."""
    documented = {one.id: one.responses for one in operations}
    for one in seen:
        for status in (one.status, f"{one.status[:1]}XX", "default"):
            if status in documented.get(one.operation, {}):
                yield f"{one.operation} {status}"
                break


def _fields(contract: Contract) -> Iterator[str]:
    """The fields of request bodies by encoding; in a form, a list is written `name[]`."""
    reader = contract.normalizers[Side.REQUEST]
    for one in contract.operations.values():
        for encoding, content in (one.body.contents if one.body is not None else {}).items():
            objects = [
                type_schema for type_schema in reader.type_schemas(content.schema) if isinstance(type_schema, Object)
            ]
            for name in dict.fromkeys(name for type_schema in objects for name in type_schema.properties):
                yield f"{one.id} {SPOKEN.get(encoding, encoding)} {name.removesuffix('[]')}"


def _encodings(operations: list[Operation]) -> Iterator[str]:
    for one in operations:
        contents = one.body.contents if one.body is not None else {}
        for encoding in contents:
            yield f"{one.id} {SPOKEN.get(encoding, encoding)}"


def _parameters(operations: list[Operation]) -> Iterator[str]:
    return (f"{one.id} {parameter.name}" for one in operations for parameter in one.parameters.values())
