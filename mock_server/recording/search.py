"""Search recorded exchanges for words, in all that the inspector shows of them."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from mock_server.messages import Headers
from mock_server.recording.explain import Explainer
from mock_server.recording.recorder import Exchange


def split_words(text: str) -> tuple[str, ...]:
    """Return the words to search for, without regard to letter case."""
    return tuple(text.casefold().split())


def contains(exchange: Exchange, words: Sequence[str], explainer: Explainer) -> bool:
    """Tell if each word occurs in an exchange: in its heads, its bodies, or the rules that explain it."""
    text = _write(exchange)
    left = [word for word in words if word not in text]
    if not left:
        return True
    reasons = [reason.rule.id for reason in explainer.explain(exchange) if reason.rule]
    rules = " ".join(reasons).casefold()
    return all(word in rules for word in left)


def _write(exchange: Exchange) -> str:
    """Return what an exchange shows as text, what was percent-encoded also as it is meant."""
    request, response = exchange.request, exchange.response
    body = request.body.decode("utf-8", "replace")
    parts = [exchange.method, str(exchange.status), exchange.key, exchange.operation, exchange.forced]
    parts += [*exchange.complaints, request.path, request.query, body, response.body.decode("utf-8", "replace")]
    parts += _lines(tuple(request.headers.items())) + _lines(response.headers)
    parts += [unquote_plus(text) for text in (request.path, request.query, body) if "%" in text or "+" in text]
    return "\n".join(parts).casefold()


def _lines(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]
