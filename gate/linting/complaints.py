"""All that is wrong with a contract."""

from collections.abc import Iterator

from gate.contract import read
from gate.document import Document
from gate.examples import misfits
from gate.linting.complaint import Complaint
from gate.linting.operations import of_operations
from gate.linting.promises import of_promises
from gate.linting.references import of_keys, of_mappings, of_references
from gate.problem import NotDone


def complaints(document: Document) -> Iterator[Complaint]:
    """What is wrong with a contract; what takes following its references, only once they all lead somewhere.

    Raises NotDone for what is no OpenAPI document.
    """
    lost = list(of_references(document.root))
    yield from lost
    yield from of_keys(document)
    if lost:
        return
    contract = read(document)
    yield from of_mappings(document.root)
    yield from of_operations(contract)
    yield from of_promises(contract)
    try:
        for example, why in misfits(contract):
            text = f"the example does not fit its schema: {why}"
            yield Complaint("lint/example", text, "Correct the example, or the schema.", example)
    except NotDone as problem:
        yield Complaint("lint/schema", str(problem), "Put an array or an object in between.", document.root)
