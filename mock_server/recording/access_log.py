"""The access log: one line for each request, as text or JSON."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TextIO

from mock_server.recording.recorder import Exchange

LogFormat = Literal["text", "json"]


def open_log(form: LogFormat, stream: TextIO | None = None) -> Callable[[Exchange], None]:
    """Return a function that writes a line for each exchange, by default to standard error."""
    write_line = write_json if form == "json" else write_text

    def note(exchange: Exchange) -> None:
        print(write_line(exchange), file=stream or sys.stderr, flush=True)

    return note


def write_text(exchange: Exchange) -> str:
    """Return an exchange as a line of text."""
    request = exchange.request
    query = f"?{request.query}" if request.query else ""
    notes = [note for note in (exchange.forced, *exchange.complaints) if note]
    line = f"{_clock(exchange)} {exchange.response.status or '---'} {request.method} {request.path}{query}"
    remarks = f" [{' '.join(notes)}]" if notes else ""
    return _one_line(f"{line} {exchange.seconds * 1000:.1f} ms {exchange.key or '-'}{remarks}")


def write_json(exchange: Exchange) -> str:
    """Return an exchange as a JSON object in one line."""
    return json.dumps(
        {
            "at": _clock(exchange),
            "number": exchange.number,
            "method": exchange.request.method,
            "path": exchange.request.path,
            "query": exchange.request.query,
            "status": exchange.response.status,
            "milliseconds": round(exchange.seconds * 1000, 3),
            "key": exchange.key,
            "operation": exchange.operation,
            "forced": exchange.forced,
            "complaints": exchange.complaints,
        }
    )


def _clock(exchange: Exchange) -> str:
    return datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds")


def _one_line(text: str) -> str:
    """Return a text without control characters, which could forge further lines."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
