"""Recorded requests as curl commands."""

import shlex

from mock_server.messages import Request

LEFT_OUT = frozenset({"host", "content-length", "connection", "user-agent", "accept-encoding", "transfer-encoding"})
"""Headers that curl writes itself."""


def write_curl(request: Request, origin: str) -> str:
    """Return the command that sends a request again; `origin` is what stands before the path."""
    query = f"?{request.query}" if request.query else ""
    words = ["curl", "-s"]
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != "GET":
        words += ["-X", request.method]
    words.append(f"{origin}{request.path}{query}")
    for name, value in request.headers.items():
        if name not in LEFT_OUT and not (name == "accept" and value == "*/*"):
            words += ["-H", f"{name}: {value}"]
    if request.body:
        words += ["--data-binary", request.body.decode("utf-8", "replace")]
    return shlex.join(words)
