"""Identify records in answers by id, project and date of creation, however a deployment writes them."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from conformance.exchange import Exchange, Json, read_fields
from conformance.records import rows_of

DIGITS = re.compile(r"\d{1,19}")
SAME_TIME = timedelta(days=1)
"""The greatest difference between two answers' dates of one creation, to allow for any time zones."""


def read_id(record: Json) -> int | None:
    """Return the id of a record; None if there is none."""
    value = record.get("id") if isinstance(record, Mapping) else None
    return read_number(value)


def read_number(value: Json) -> int | None:
    """Return a positive whole number, also from a string or a number with a decimal point; None otherwise."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and value > 0 else None
    if isinstance(value, int):
        return value if value > 0 else None
    if isinstance(value, str) and DIGITS.fullmatch(value.strip()):
        return int(value) or None
    return None


def project_in(record: Mapping[str, Json]) -> int | None:
    """Return the project of a milestone or task; None if the record does not show it."""
    project = read_number(record.get("project_id"))
    return project if project is not None else read_id(record.get("project"))


def ids_in(exchange: Exchange) -> Iterator[int]:
    """Yield the ids of the rows of a list."""
    yield from (identifier for row in rows_of(exchange) if (identifier := read_id(row)) is not None)


def shown_record(exchange: Exchange) -> Mapping[str, Json]:
    """Return the record in an answer; empty if there is none."""
    data = exchange.envelope.get("data")
    return data if isinstance(data, Mapping) else {}


def sent_fields(exchange: Exchange) -> Mapping[str, list[Json]]:
    """Return the fields that were sent in the query and the body, by name."""
    return read_fields(exchange.query, exchange.sent, exchange.content_type)


def creation_date(record: Mapping[str, Json]) -> datetime | None:
    """Return the date of creation that a record shows; None if there is none."""
    dates = record.get("dates")
    text = dates.get("created") if isinstance(dates, Mapping) else None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if isinstance(text, str) else None
    except ValueError:
        return None


def are_apart(first: datetime | None, second: datetime | None) -> bool:
    """Return whether two dates of creation cannot belong to one record."""
    return first is not None and second is not None and abs(first - second) > SAME_TIME
