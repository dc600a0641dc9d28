"""All issues of a contract that no standard linter reports."""

from collections.abc import Iterator

from gate.lint.issue import Issue
from gate.lint.links import link_issues
from gate.lint.requirements import requirement_issues
from gate.openapi.contract import read
from gate.source.document import Document


def find_issues(document: Document) -> Iterator[Issue]:
    """Yield the issues of requirements, open points and links.

    Raises GateError for what is no OpenAPI document, or has references that lead nowhere.
    """
    contract = read(document)
    yield from requirement_issues(contract)
    yield from link_issues(contract)
