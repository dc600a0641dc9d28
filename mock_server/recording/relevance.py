"""Select the open points that could have changed an answer from those looked up on the way to it.

Most are looked up only where they decide. Those that have a test here are looked up more often.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_server.contract.contract import Operation
from mock_server.messages import Json
from mock_server.recording.recorder import Exchange
from mock_server.requests.decoding import read_media_type


@dataclass(frozen=True, slots=True)
class SeenExchange:
    """An exchange with the operation that it asked for, if there is one, and all that it sent by name."""

    exchange: Exchange
    operation: Operation | None
    sent: Mapping[str, Json]

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.exchange.response.status

    @property
    def title(self) -> str:
        """The title that was sent."""
        return str(self.sent.get("milestone_title") or "")

    @property
    def search(self) -> str:
        """The text that was searched for."""
        return str(self.sent.get("search") or "")

    @property
    def is_json(self) -> bool:
        """Tell if the body was sent as JSON."""
        return read_media_type(self.exchange.request.headers.get("content-type", "")) == "application/json"

    def fields(self) -> Mapping[str, Mapping[str, Json]]:
        """Return the schemas of all that the operation takes."""
        if self.operation is None:
            return {}
        bodies = [body.schemas for body in self.operation.bodies.values()]
        return {name: schema for schemas in [self.operation.query.schemas, *bodies] for name, schema in schemas.items()}

    def choice(self, point: str) -> str:
        """Return what the profile had at an open point, empty where it was not looked up."""
        trace = self.exchange.response.trace
        return trace.points.get(point, "") if trace else ""

    def number(self, *steps: str) -> int:
        """Return a number out of the answer, or -1."""
        try:
            value = json.loads(self.exchange.response.body)
            for step in steps:
                value = value[step]
        except (ValueError, KeyError, TypeError):
            return -1
        return value if isinstance(value, int) else -1


def _conflicts_by(point: str) -> Callable[[SeenExchange], bool]:
    """Tell of a conflict that only titles taken for the same may have made; titles that are the same make it anyway."""
    return lambda exchange: exchange.status == 409 and exchange.choice(point) == "same"


def _has_number_as_title(exchange: SeenExchange) -> bool:
    return any(
        exchange.fields().get(name, {}).get("type") == "string" and isinstance(value, int | float)
        for name, value in exchange.sent.items()
    )


def _has_digits_as_id(exchange: SeenExchange) -> bool:
    return exchange.is_json and any(
        exchange.fields().get(name, {}).get("type") == "integer" and isinstance(value, str) and value.isdecimal()
        for name, value in exchange.sent.items()
    )


TESTS: Mapping[str, Callable[[SeenExchange], bool]] = {
    "http/unknown-route-without-key": lambda exchange: exchange.operation is None and exchange.status in {401, 404},
    "list/empty-list-last-page": lambda exchange: exchange.number("meta", "total") == 0,
    "list/search-letter-case": lambda exchange: exchange.search.lower() != exchange.search.upper(),
    "list/search-accents": lambda exchange: (
        not exchange.search.isascii() or not exchange.exchange.response.body.isascii()
    ),
    "list/search-wildcards": lambda exchange: "%" in exchange.search or "_" in exchange.search,
    "create/title-letter-case": _conflicts_by("create/title-letter-case"),
    "create/title-accents": _conflicts_by("create/title-accents"),
    "create/title-emoji": _conflicts_by("create/title-emoji"),
    "create/title-of-the-default": lambda exchange: (
        exchange.status == 409 and exchange.title.casefold() == "uncategorised"
    ),
    "create/json-number-as-title": _has_number_as_title,
    "create/json-numeric-string-as-id": _has_digits_as_id,
    "count/archived-tasks": lambda exchange: exchange.number("data", "tasks_count") > 0,
    "update/unknown-id-with-invalid-body": lambda exchange: (
        exchange.status == 404 and not (exchange.title and exchange.sent.get("milestone_color"))
    ),
}


def is_relevant(point: str, exchange: SeenExchange) -> bool:
    """Tell whether another choice at an open point could have changed an answer, as far as the exchange shows."""
    test = TESTS.get(point)
    return test is None or test(exchange)
