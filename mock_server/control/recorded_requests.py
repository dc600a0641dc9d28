"""The operations of the control API on recorded requests: list, search, show, export and delete them."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from mock_server.control.call import ControlCall, read_number
from mock_server.control.serializers import show_exchange, show_whole_exchange
from mock_server.control.service import ControlError
from mock_server.messages import Headers, Response
from mock_server.recording.explain import Explainer
from mock_server.recording.har import write_har
from mock_server.recording.recorder import Exchange
from mock_server.responses import reply_json


def list_requests(call: ControlCall) -> Response:
    """Return a summary of each recorded request, or of those that contain the given words."""
    after = read_number(call.query.get("after", ""), 0)
    words = split_words(call.query.get("search", ""))
    recorder, explainer = call.control.middleware.recorder, call.control.middleware.explainer
    # Read first: requests cleared meanwhile show at the next call.
    since = recorder.since
    exchanges = [
        show_exchange(exchange)
        for exchange in recorder.read(after, call.only_account)
        if not words or contains(exchange, words, explainer)
    ]
    return reply_json({"data": exchanges, "last": recorder.last, "since": since})


def clear_requests(call: ControlCall) -> Response:
    """Delete the recorded requests."""
    return reply_json({"cleared": call.control.middleware.recorder.clear(call.only_account)})


def export_har(call: ControlCall) -> Response:
    """Return the recorded requests as an HTTP archive."""
    return reply_json(write_har(call.control.middleware.recorder.read(key=call.only_account), call.origin))


def export_recorded_scenario(call: ControlCall) -> Response:
    """Return a scenario built from the recorded answers."""
    return reply_json(call.control.recorded(call.only_account))


def get_request(call: ControlCall) -> Response:
    """Return a recorded request with its answer and the reasons for it."""
    exchange = call.control.middleware.recorder.find(call.number("number"))
    if exchange is None:
        raise ControlError(f"The request {call.path['number']} is not recorded, or not any more.")
    return reply_json(show_whole_exchange(call.control, exchange, call.origin))


def split_words(text: str) -> tuple[str, ...]:
    """Return the words to search for, in one letter case."""
    return tuple(text.casefold().split())


def contains(exchange: Exchange, words: Sequence[str], explainer: Explainer) -> bool:
    """Return whether an exchange contains each word: in its heads, its bodies, or the rules that explain it."""
    text = _write(exchange)
    left = [word for word in words if word not in text]
    if not left:
        return True
    reasons = [reason.rule.id for reason in explainer.explain(exchange) if reason.rule]
    rules = " ".join(reasons).casefold()
    return all(word in rules for word in left)


def _write(exchange: Exchange) -> str:
    """Return the text of an exchange to search in, with percent-encoded parts decoded as well."""
    request, response = exchange.request, exchange.response
    body = request.body.decode("utf-8", "replace")
    parts = [exchange.method, str(exchange.status), exchange.key, exchange.operation, exchange.forced]
    parts += [*exchange.complaints, request.path, request.query, body, response.body.decode("utf-8", "replace")]
    parts += _lines(tuple(request.headers.items())) + _lines(response.headers)
    parts += [unquote_plus(text) for text in (request.path, request.query, body) if "%" in text or "+" in text]
    return "\n".join(parts).casefold()


def _lines(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]
