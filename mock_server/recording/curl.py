"""Write recorded requests as curl commands."""

import shlex
from base64 import b64encode

from mock_server.messages import Request

LEFT_OUT = frozenset(
    {"host", "content-length", "connection", "user-agent", "accept-encoding", "transfer-encoding", "expect"}
)
"""Headers that curl sets itself."""


def write_curl(request: Request, origin: str) -> str:
    """Return the command that repeats a request; `origin` precedes the path.

    A body that a command line cannot express is decoded from Base64 and piped into curl.
    """
    query = f"?{request.query}" if request.query else ""
    words = ["curl", "-s"]
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != "GET" or request.body:
        words += ["-X", request.method]
    words.append(f"{origin}{request.path}{query}")
    for name, value in request.headers.items():
        if name not in LEFT_OUT and not (name == "accept" and value == "*/*"):
            words += ["-H", f"{name}: {value}"]
    if not request.body:
        return shlex.join(words)
    if "content-type" not in request.headers:
        # Otherwise curl would send the content type of a form.
        words += ["-H", "content-type:"]
    text = _as_argument(request.body)
    if text is not None:
        return shlex.join([*words, "--data-raw", text])
    encoded = b64encode(request.body).decode()
    return f"echo {encoded} | base64 -d | {shlex.join([*words, '--data-binary', '@-'])}"


def _as_argument(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
