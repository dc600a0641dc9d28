"""Tell records in answers by their ids, projects and dates of creation, however a deployment writes them."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from conformance.exchange import Exchange, Json, read_fields
from conformance.records import rows_of

DIGITS = re.compile(r"\d{1,19}")
SAME_TIME = timedelta(days=1)
"""The greatest distance of one record's creation dates in two answers, whatever their time zones."""


def read_id(record: Json) -> int | None:
    """Return the id of a record; None where there is none."""
    value = record.get("id") if isinstance(record, Mapping) else None
    return read_number(value)


def read_number(value: Json) -> int | None:
    """Return a positive whole number, also if it is written as a string or with a decimal point."""
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
    """Return the project that a milestone or task is in; None where it does not say."""
    project = read_number(record.get("project_id"))
    return project if project is not None else read_id(record.get("project"))


def ids_in(exchange: Exchange) -> Iterator[int]:
    """Yield the ids of the rows of a list."""
    yield from (identifier for row in rows_of(exchange) if (identifier := read_id(row)) is not None)


def shown_record(exchange: Exchange) -> Mapping[str, Json]:
    """Return the record in an answer; empty where there is none."""
    data = exchange.envelope.get("data")
    return data if isinstance(data, Mapping) else {}


def sent_fields(exchange: Exchange) -> Mapping[str, list[Json]]:
    """Return all that was sent by name, in the query and the body."""
    return read_fields(exchange.query, exchange.sent, exchange.content_type)


def creation_date(record: Mapping[str, Json]) -> datetime | None:
    """Return when a record was made, as it says; None where it does not say."""
    dates = record.get("dates")
    text = dates.get("created") if isinstance(dates, Mapping) else None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if isinstance(text, str) else None
    except ValueError:
        return None


def are_apart(first: datetime | None, second: datetime | None) -> bool:
    """Tell if two dates of creation cannot be those of one record."""
    return first is not None and second is not None and abs(first - second) > SAME_TIME
