"""Makes answers out of the contract's examples."""

from mock_server.contract.contract import Contract
from mock_server.contract.documented_responses import DocumentedResponses
from mock_server.messages import Headers, Response
from mock_server.responses import json_response


class ExampleResponses:
    """Makes the answers that a contract documents."""

    def __init__(self, contract: Contract, answers: DocumentedResponses) -> None:
        self.operations = tuple(contract.operations)
        self._answers = answers

    def build(self, operation: str, status: int, example: str = "", retry_after: int = 1) -> Response | None:
        """Return an answer that the contract documents, made of its example, or None where it has none."""
        answer = self._answers.find(operation, status)
        if answer is None or not answer.examples or (example and example not in answer.examples):
            return None
        content = answer.examples[example] if example else next(iter(answer.examples.values()))
        headers: Headers = (("Retry-After", str(retry_after)),) if status == 429 else ()
        return json_response(status, content if isinstance(content, dict) else {}, headers)

    def explain(self, operation: str, status: int, example: str) -> str:
        """Say why an answer cannot be made, and which can."""
        if not operation:
            return f"No operation documents the status {status}."
        answer = self._answers.find(operation, status)
        if answer is not None and example:
            names = ", ".join(answer.examples)
            return f"{operation} has no example {example} of {status}. Choose one of: {names}."
        documented = ", ".join(map(str, self._answers.statuses(operation)))
        return f"{operation} does not document the status {status}. Choose one of: {documented}."
