"""Explain the first answer of a target that cannot be checked: in one sentence, with what to do."""

from urllib.parse import urljoin, urlsplit

from conformance.exchange import Exchange, NotJson, is_json, printable
from conformance.target import RunError, Target

SHOWN = 60
BASE = "--target is the base URL with /api at its end"
TELLING = ("location", "retry-after", "www-authenticate")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotReady(RunError):
    """The target does not answer yet: it is starting, in maintenance, or its gateway reaches no application."""


def require_projects(answer: Exchange, target: Target) -> None:
    """Raise RunError unless an answer is a list of projects, and NotReady if it may become one later."""
    if answer.ok and isinstance(answer.envelope.get("data"), list):
        return
    what = describe(answer)
    if answer.status in (401, 403, 407):
        raise RunError(f"{target.url} {explain_refusal(answer)}: {what}.")
    if answer.status is not None and 300 <= answer.status < 400:
        raise RunError(f"{target.url} {explain_redirect(answer, target)}: {what}.")
    if answer.status in (429, 502, 503, 504):
        raise NotReady(f"{target.url} {explain_absence(answer)}: {what}; --wait 10m waits until it answers.")
    if isinstance(answer.json, NotJson):
        raise RunError(f"{target.url} {explain_text(answer)}: {what}.")
    if not answer.ok:
        raise RunError(f"{target.url} does not list its projects: {what}; {BASE}.")
    raise RunError(f"{target.url} is not a Milestones API, because its list of projects has no data: {what}; {BASE}.")


def explain_refusal(answer: Exchange) -> str:
    scheme = answer.headers.get("www-authenticate", "")
    if scheme and not scheme.lower().startswith("bearer"):
        return "is behind a server that asks for a password; let the run pass, for example with --header"
    if isinstance(answer.json, NotJson) and is_page(answer):
        return "is behind a firewall or a server that refuses the run; let the run pass, for example with --header"
    return "refuses the key; give a valid one with MILESTONES_API_KEY"


def explain_redirect(answer: Exchange, target: Target) -> str:
    place = urljoin(f"{target.url}/projects", answer.headers.get("location", ""))
    base = urlsplit(place)._replace(query="", fragment="").geturl().removesuffix("/").removesuffix("/projects")
    return f"redirects, and redirects are not followed with a key; if the API is there, give --target {base}"


def explain_absence(answer: Exchange) -> str:
    if answer.status == 429:
        return "asks for fewer requests before the first was answered"
    if answer.status == 503:
        return "is in maintenance or starting"
    return "is behind a gateway that gets no answer from it"


def explain_text(answer: Exchange) -> str:
    if answer.received.startswith(BYTE_ORDER_MARK) and is_json(answer.received[len(BYTE_ORDER_MARK) :]):
        return "puts a byte order mark before its JSON, which JSON forbids (RFC 8259, section 8.1); remove it"
    start = min((place for sign in (b"{", b"[") if (place := answer.received.find(sign)) > 0), default=0)
    if start and is_json(answer.received[start:]):
        return "puts a notice before its JSON, as PHP does with display_errors; turn that off"
    if answer.status == 400 and b"SSL certificate" in answer.received:
        return "is behind a server that asks for a client certificate; name one with --client-cert FILE"
    if is_page(answer):
        return f"is not a Milestones API: it answers with a web page, perhaps of a firewall or another site; {BASE}"
    return f"is not a Milestones API, because its list of projects is not JSON; {BASE}"


def describe(answer: Exchange) -> str:
    """Return the status, the type, the relevant headers and the first bytes of an answer."""
    words = [f"GET /projects answers {answer.status}", answer.headers.get("content-type") or "no content type"]
    words += [f"{name.title()} {answer.headers[name]}" for name in TELLING if name in answer.headers]
    beginning = " ".join(answer.received[: 2 * SHOWN].decode("utf-8", "replace").split())[:SHOWN]
    words.append(f"it begins with {beginning!r}" if beginning else "an empty body")
    return printable(", ".join(words))


def is_page(answer: Exchange) -> bool:
    return "html" in answer.headers.get("content-type", "") or answer.received.lstrip()[:1] == b"<"
