"""Export recorded exchanges as an HTTP archive (HAR 1.2), which browsers and other tools open."""

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import parse_qsl

from mock_server.messages import Headers, Json, JsonObject
from mock_server.recording.recorder import Exchange


def write_har(exchanges: Iterable[Exchange], origin: str) -> JsonObject:
    """Return an archive; `origin` precedes the paths, such as `http://127.0.0.1:4010`."""
    creator = {"name": "milestones-mock", "version": version("milestones-conformance")}
    entries: list[Json] = [_entry(exchange, origin) for exchange in exchanges]
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}}


def _entry(exchange: Exchange, origin: str) -> JsonObject:
    milliseconds = round(exchange.seconds * 1000, 3)
    entry: dict[str, Json] = {
        "startedDateTime": datetime.fromtimestamp(exchange.at, UTC).isoformat(),
        "time": milliseconds,
        "request": _request(exchange, origin),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    notes = [note for note in (exchange.forced, *exchange.complaints) if note]
    if notes:
        entry["comment"] = " ".join(notes)
    return entry


def _request(exchange: Exchange, origin: str) -> JsonObject:
    request = exchange.request
    query = f"?{request.query}" if request.query else ""
    shown: dict[str, Json] = {
        "method": request.method,
        "url": f"{origin}{request.path}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(tuple(request.headers.items())),
        "queryString": _pairs(tuple(parse_qsl(request.query, keep_blank_values=True, errors="replace"))),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        mime_type = request.headers.get("content-type", "application/octet-stream")
        shown["postData"] = {"mimeType": mime_type, "text": request.body.decode("utf-8", "replace")}
    return shown


def _response(exchange: Exchange) -> JsonObject:
    response = exchange.response
    headers = {name.lower(): value for name, value in response.headers}
    content: dict[str, Json] = {
        "size": len(response.body),
        "mimeType": headers.get("content-type", ""),
        "text": response.body.decode("utf-8", "replace"),
    }
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _pairs(pairs: Headers) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]
