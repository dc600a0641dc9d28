"""The response half of the contract: the responses that each operation may give, examples of them, and validation."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jsonschema_rs import Draft202012Validator

from mock_server.contract.contract import Contract, read_contract, walk_operations
from mock_server.contract.yaml_files import as_list, as_mapping
from mock_server.messages import Headers, Json, JsonObject, Response
from mock_server.responses import json_response

HTTP_STATUSES = frozenset({400, 405, 413, 415})
"""Statuses of HTTP itself, which the contract need not document."""

MAX_COMPLAINTS = 5


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """A response that the contract documents: its description, the schema of its body, and examples by name."""

    status: int
    description: str
    validator: Draft202012Validator | None
    examples: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement, or an open point with its known choices by name.

    `operation` is the id of its operation, and empty for rules that concern all operations.
    """

    id: str
    operation: str
    text: str
    source: str = ""
    level: str = ""
    choices: Mapping[str, str] | None = None
    default: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return the rule as the control API shows it."""
        shown: dict[str, Json] = {"id": self.id, "operation": self.operation, "text": self.text}
        if self.choices is None:
            return shown | {"level": self.level, "source": self.source}
        return shown | {"choices": self.choices, "default": self.default}


def read_documented_responses(path: Path) -> "DocumentedResponses":
    """Return the documented responses of a contract; an unchanged file is not read twice."""
    return _read_answers_once(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _read_answers_once(path: Path, _changed: int) -> "DocumentedResponses":
    return DocumentedResponses(path)


class DocumentedResponses:
    """The contract's responses, read on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @functools.cached_property
    def document(self) -> JsonObject:
        """Return the contract with references resolved."""
        return read_contract(self.path)

    @functools.cached_property
    def by_operation(self) -> Mapping[str, Mapping[int, DocumentedResponse]]:
        """Return the documented responses of each operation, by status."""
        return {
            str(operation.get("operationId")): {answer.status: answer for answer in _read_answers(operation)}
            for *_, operation in walk_operations(self.document)
        }

    @functools.cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Return every requirement and open point, by its id."""
        places = [("", self.document)]
        places += [(str(operation.get("operationId")), operation) for *_, operation in walk_operations(self.document)]
        return {rule.id: rule for operation, place in places for rule in _read_rules(operation, place)}

    def statuses(self, operation: str) -> tuple[int, ...]:
        """Return the statuses that the contract documents for an operation."""
        return tuple(sorted(self.by_operation.get(operation, {})))

    def find(self, operation: str, status: int) -> DocumentedResponse | None:
        """Return a documented response, or None."""
        return self.by_operation.get(operation, {}).get(status)

    def find_complaints(self, operation: str, response: Response) -> tuple[str, ...]:
        """Return how a response violates the contract: the first few violations, one sentence each."""
        if response.status in HTTP_STATUSES or operation not in self.by_operation:
            return ()
        answer = self.find(operation, response.status)
        if answer is None:
            documented = ", ".join(map(str, self.statuses(operation)))
            return (f"The status {response.status} is not documented for {operation}, only: {documented}.",)
        return tuple(_judge_body(answer, response))


class ExampleResponses:
    """Builds responses from the examples in a contract."""

    def __init__(self, contract: Contract, answers: DocumentedResponses) -> None:
        self.operations = tuple(contract.operations)
        self._answers = answers

    def build(self, operation: str, status: int, example: str = "", retry_after: int = 1) -> Response | None:
        """Return a documented response built from its example, or None if it has none."""
        answer = self._answers.find(operation, status)
        if answer is None or not answer.examples or (example and example not in answer.examples):
            return None
        content = answer.examples[example] if example else next(iter(answer.examples.values()))
        headers: Headers = (("Retry-After", str(retry_after)),) if status == 429 else ()
        return json_response(status, content if isinstance(content, dict) else {}, headers)

    def explain(self, operation: str, status: int, example: str) -> str:
        """Return a sentence on why a response cannot be built, and which ones can."""
        if not operation:
            return f"No operation documents the status {status}."
        answer = self._answers.find(operation, status)
        if answer is not None and example:
            names = ", ".join(answer.examples)
            return f"{operation} has no example {example} of {status}. Choose one of: {names}."
        documented = ", ".join(map(str, self._answers.statuses(operation)))
        return f"{operation} does not document the status {status}. Choose one of: {documented}."


def _judge_body(answer: DocumentedResponse, response: Response) -> Iterator[str]:
    headers = {name.lower(): value for name, value in response.headers}
    if not headers.get("content-type", "").lower().startswith("application/json"):
        yield f"The content type is {headers.get('content-type') or 'missing'}, not application/json."
    try:
        content = json.loads(response.body)
    except (ValueError, RecursionError):
        yield "The body is not JSON that can be read."
        return
    try:
        errors = [*answer.validator.iter_errors(content)] if answer.validator is not None else []
    except ValueError:
        yield "The body is nested too deeply, or has halves of characters (lone surrogates)."
        return
    for error in errors[:MAX_COMPLAINTS]:
        where = ".".join(map(str, error.instance_path)) or "the body"
        yield f"{where}: {error.message}"


def _read_answers(operation: JsonObject) -> Iterator[DocumentedResponse]:
    for status, value in as_mapping(operation.get("responses")).items():
        if not status.isdecimal():
            continue
        response = as_mapping(value)
        media = as_mapping(as_mapping(response.get("content")).get("application/json"))
        schema = dict(as_mapping(media.get("schema")))
        named = as_mapping(media.get("examples"))
        examples = {name: as_mapping(example).get("value") for name, example in named.items()}
        if "example" in media:
            examples.setdefault("example", media["example"])
        validator = Draft202012Validator(schema, validate_formats=True) if schema else None
        yield DocumentedResponse(int(status), str(response.get("description", "")), validator, examples)


def _read_rules(operation: str, place: JsonObject) -> Iterator[Rule]:
    for rule in map(as_mapping, as_list(place.get("x-requirements"))):
        source, level = str(rule.get("source", "")), str(rule.get("level", ""))
        yield Rule(str(rule["id"]), operation, str(rule["text"]), source, level)
    for rule in map(as_mapping, as_list(place.get("x-open-points"))):
        choices = {str(name): str(text) for name, text in as_mapping(rule.get("choices")).items()}
        question, default = str(rule.get("question", "")), str(rule.get("default", ""))
        yield Rule(str(rule["id"]), operation, question, choices=choices, default=default)
