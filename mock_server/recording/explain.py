"""Explain an answer by the requirements and open points of the contract that decided it; computed on demand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from mock_server.accounts import read_key
from mock_server.contract.contract import Contract, Operation
from mock_server.contract.documented_responses import DocumentedResponses, Rule
from mock_server.errors import Problem
from mock_server.messages import Json, Request
from mock_server.recording.recorder import Exchange
from mock_server.recording.requirement_map import FIELD_REFUSALS, KEY_REFUSALS, REFUSALS, SUCCESSES
from mock_server.requests.decoding import MalformedBody, read_body, read_media_type
from mock_server.requests.router import Router


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule of the contract that decided an answer; `choice` is the profile's choice at an open point.

    Without a rule, `text` is a description in the contract, for answers that its schemas and descriptions alone decide.
    """

    text: str
    rule: Rule | None = None
    choice: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return the reason as the control API shows it."""
        if self.rule is None:
            return {"text": self.text}
        shown: dict[str, Json] = {"id": self.rule.id, "text": self.text, "source": self.rule.source}
        if self.choice:
            shown["choice"] = self.choice
        return shown


class Explainer:
    """Explains exchanges by a contract."""

    def __init__(self, contract: Contract, answers: DocumentedResponses) -> None:
        self._contract = contract
        self._answers = answers
        self._router = Router(contract.base_path, contract.operations.values())

    def explain(self, exchange: Exchange) -> list[Reason]:
        """Return the reasons for an answer, requirements first; a forced answer has none."""
        if exchange.forced or exchange.response.status == 0:
            return []
        reasons = [self._requirement(rule_id) for rule_id in dict.fromkeys(self._requirements(exchange))]
        trace = exchange.response.trace
        reasons += [self._open_point(point, choice) for point, choice in (trace.points if trace else {}).items()]
        explained = [reason for reason in reasons if reason is not None]
        return [*(explained or self._description(exchange)), *(Reason(hint) for hint in find_hints(exchange))]

    def _requirement(self, rule_id: str) -> Reason | None:
        rule = self._answers.rules.get(rule_id)
        return Reason(rule.text, rule) if rule else None

    def _open_point(self, point: str, choice: str) -> Reason | None:
        rule = self._answers.rules.get(point)
        if rule is None or rule.choices is None:
            return None
        return Reason(f"{rule.text} {rule.choices.get(choice, '')}".strip(), rule, choice)

    def _description(self, exchange: Exchange) -> list[Reason]:
        answer = self._answers.find(exchange.operation, exchange.response.status)
        return [Reason(answer.description)] if answer else []

    def _requirements(self, exchange: Exchange) -> Iterator[str]:
        status, operation = exchange.response.status, exchange.operation
        sent = read_sent(self._contract.operations.get(operation), exchange.request)
        if status < 300:
            for rule_id, applies in SUCCESSES.get(operation, ()):
                if applies(sent):
                    yield rule_id
        elif status == 422:
            yield from self._field_requirements(exchange, sent)
        elif status == 401:
            yield from self._key_requirements(exchange.request)
        else:
            yield from REFUSALS.get((operation, status), ())
            if not operation:
                yield from REFUSALS.get(("", status), ())

    def _key_requirements(self, request: Request) -> Iterator[str]:
        operation = self._find_operation(request)
        missing, wrong = KEY_REFUSALS.get(operation.id if operation else "", ("", ""))
        yield wrong if read_key(request.headers.get("authorization", "")) else missing

    def _field_requirements(self, exchange: Exchange, sent: Mapping[str, Json]) -> Iterator[str]:
        for field in _failed_fields(exchange.response.body):
            name = field.partition(".")[0]
            is_missing = sent.get(name) in (None, "", [])
            for rule_id, when_missing in FIELD_REFUSALS.get((exchange.operation, name), ()):
                if when_missing == is_missing:
                    yield rule_id

    def _find_operation(self, request: Request) -> Operation | None:
        """Return the operation that a request addresses, even if it was refused before, or None."""
        try:
            return self._router.find(request.method, request.path.removesuffix("/")).operation
        except Problem:
            return None


def find_hints(exchange: Exchange) -> Iterator[str]:
    """Yield likely mistakes of a client in sending a refused body."""
    request, status = exchange.request, exchange.response.status
    if not request.body or status not in {400, 415, 422}:
        return
    content_type = request.headers.get("content-type", "")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        yield f"The body is compressed ({encoding}). Send it without Content-Encoding."
    elif request.body.lstrip()[:1] in {b"{", b"["} and "json" not in content_type:
        shown = content_type or "no Content-Type"
        yield f"The body looks like JSON and was sent as {shown}. Send `Content-Type: application/json`."
    elif "json" in content_type and request.body[:1] not in {b"{", b"["}:
        yield "The body was sent as JSON and does not look like it. Send the Content-Type of the body."


def read_sent(operation: Operation | None, request: Request) -> dict[str, Json]:
    """Return the fields that a request sent in query and body; parts that cannot be parsed are ignored."""
    query = parse_qs(request.query, keep_blank_values=True)
    sent: dict[str, Json] = {name: values[-1] for name, values in query.items()}
    if operation is None or not request.body:
        return sent
    content_type = request.headers.get("content-type", "")
    fields = operation.bodies.get(read_media_type(content_type))
    try:
        body = read_body(read_media_type(content_type), content_type, request.body, fields.arrays) if fields else {}
    except MalformedBody:
        body = {}
    return sent | body


def _failed_fields(body: bytes) -> list[str]:
    try:
        content = json.loads(body)
    except ValueError:
        return []
    errors = content.get("errors") if isinstance(content, dict) else None
    return list(errors) if isinstance(errors, dict) else []
