"""All that is wrong with a contract."""

from collections.abc import Iterator

from gate.errors import GateError
from gate.examples import invalid_examples
from gate.lint.issue import Issue
from gate.lint.operations import operation_issues
from gate.lint.references import duplicate_key_issues, mapping_issues, reference_issues
from gate.lint.requirements import requirement_issues
from gate.openapi.contract import read
from gate.source.document import Document


def find_issues(document: Document) -> Iterator[Issue]:
    """What is wrong with a contract; what takes following its references, only once they all lead somewhere.

    Raises GateError for what is no OpenAPI document.
    """
    lost = list(reference_issues(document.root))
    yield from lost
    yield from duplicate_key_issues(document)
    if lost:
        return
    contract = read(document)
    yield from mapping_issues(document.root)
    yield from operation_issues(contract)
    yield from requirement_issues(contract)
    try:
        for example, why in invalid_examples(contract):
            text = f"the example does not fit its schema: {why}"
            yield Issue("lint/example", text, "Correct the example, or the schema.", example)
    except GateError as problem:
        yield Issue("lint/schema", str(problem), "Put an array or an object in between.", document.root)
