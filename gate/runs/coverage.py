"""Coverage of a contract by a run: operations, statuses, encodings, parameters, fields, requirements."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.openapi.contract import Contract, Operation
from gate.runs.report import Exercised, Run
from gate.subschema.normal_form import Object
from gate.subschema.normalizer import Side

# The names of encodings in the suite's reports.
SPOKEN = {"application/json": "json", "application/x-www-form-urlencoded": "form", "multipart/form-data": "form"}


@dataclass(frozen=True, slots=True)
class Share:
    """The coverage of one kind of part, and the parts that were not exercised."""

    of: str
    total: int
    missed: tuple[str, ...]

    @property
    def percent(self) -> float:
        """Return the exercised share in percent; 100 if there is nothing to exercise."""
        return 100.0 if not self.total else 100.0 * (self.total - len(self.missed)) / self.total


def shares(contract: Contract, run: Run) -> list[Share]:
    """Return the coverage of each kind of part that the report lists."""
    operations = list(contract.operations.values())
    judged = [judged.id for judged in run.judged.values() if judged.holds or judged.violated or judged.waived]
    measured = [share_of("requirements", list(contract.requirements), set(judged))]
    if run.covered:
        exercised = run.coverage
        measured += [
            share_of(
                "operations", [operation.id for operation in operations], {entry.operation for entry in exercised}
            ),
            share_of("statuses", list(documented_statuses(operations)), set(seen_statuses(operations, exercised))),
            share_of(
                "encodings",
                list(documented_encodings(operations)),
                {f"{entry.operation} {entry.encoding}" for entry in exercised},
            ),
        ]
    if run.names_inputs:
        sent = {f"{entry.operation} {name}" for entry in run.coverage for name in entry.parameters}
        filled = {f"{entry.operation} {entry.encoding} {name}" for entry in run.coverage for name in entry.fields}
        measured += [
            share_of("parameters", list(documented_parameters(operations)), sent),
            share_of("fields", list(_fields(contract)), filled),
        ]
    return measured


def share_of(of: str, documented: list[str], exercised: set[str]) -> Share:
    """Return the share of the documented parts that were exercised."""
    documented = list(dict.fromkeys(documented))
    return Share(of, len(documented), tuple(name for name in documented if name not in exercised))


def documented_statuses(operations: list[Operation]) -> Iterator[str]:
    """Yield the statuses of operations."""
    return (f"{operation.id} {status}" for operation in operations for status in operation.responses)


def seen_statuses(operations: list[Operation], exercised: tuple[Exercised, ...]) -> Iterator[str]:
    """Yield the documented statuses that were returned; a range counts once one of its statuses was."""
    documented = {operation.id: operation.responses for operation in operations}
    for entry in exercised:
        for status in (entry.status, f"{entry.status[:1]}XX", "default"):
            if status in documented.get(entry.operation, {}):
                yield f"{entry.operation} {status}"
                break


def _fields(contract: Contract) -> Iterator[str]:
    """Yield the fields of request bodies by media type; in a form, a list is written `name[]`."""
    reader = contract.normalizers[Side.REQUEST]
    for operation in contract.operations.values():
        for encoding, content in (operation.body.contents if operation.body is not None else {}).items():
            objects = [
                type_schema for type_schema in reader.type_schemas(content.schema) if isinstance(type_schema, Object)
            ]
            for name in dict.fromkeys(name for type_schema in objects for name in type_schema.properties):
                yield f"{operation.id} {SPOKEN.get(encoding, encoding)} {name.removesuffix('[]')}"


def documented_encodings(operations: list[Operation]) -> Iterator[str]:
    """Yield the media types that operations accept."""
    for operation in operations:
        contents = operation.body.contents if operation.body is not None else {}
        for encoding in contents:
            yield f"{operation.id} {SPOKEN.get(encoding, encoding)}"


def documented_parameters(operations: list[Operation]) -> Iterator[str]:
    """Yield the path and query parameters."""
    return (
        f"{operation.id} {parameter.name}" for operation in operations for parameter in operation.parameters.values()
    )
