"""The refusals of the API, each with its status."""

from collections.abc import Mapping
from typing import ClassVar

from mock_server.messages import Headers


class Problem(Exception):
    """A refused request; `errors` has the reasons by field, for a failed validation only."""

    status: ClassVar[int]

    def __init__(self, message: str, *, errors: Mapping[str, list[str]] | None = None, headers: Headers = ()) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors
        self.headers = headers


class BadRequest(Problem):
    """The request cannot be parsed."""

    status = 400


class Unauthorized(Problem):
    """The key is missing or invalid. Implements: Authentication, Errors."""

    status = 401


class NotFound(Problem):
    """The route or the id does not exist. Implements: Getting started, Errors."""

    status = 404


class MethodNotAllowed(Problem):
    """The path has no such method."""

    status = 405

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        names = ", ".join(allowed)
        message = f"The {method} method is not supported for this route. Supported methods: {names}."
        super().__init__(message, headers=(("Allow", names),))


class Conflict(Problem):
    """The request conflicts with the state of the account. Implements: Getting started, Errors."""

    status = 409


class TooLarge(Problem):
    """The body exceeds the limit."""

    status = 413


class UnsupportedMediaType(Problem):
    """The body has an encoding that the contract does not document."""

    status = 415


class ValidationFailed(Problem):
    """The validation failed; `errors` holds the reasons by field. Implements: Getting started, Errors."""

    status = 422

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("The given data was invalid.", errors=errors)


def problem_for_status(status: str, message: str, field: str) -> Problem:
    """Return the problem for the status that an open point's choice names; `field` is the failed field, for a 422."""
    match status:
        case "400":
            return BadRequest(message)
        case "404":
            return NotFound(message)
        case "409":
            return Conflict(message)
        case _:
            return ValidationFailed({field: [message]})
