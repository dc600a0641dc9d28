"""Read an answer's body within limits, and explain in one phrase why there is no answer."""

import http.client

import requests
import urllib3

from conformance.exchange import is_json

LARGEST_ANSWER = 32 * 1024 * 1024
READ_AT_ONCE = 65536
BROKEN = "the connection failed"
FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    AttributeError,
)
"""Exceptions of reading an answer; AttributeError occurs if the connection is closed during the read."""


TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError)
"""Exceptions for an answer, or a part of its body, that does not come in time."""
CUT_SHORT = (urllib3.exceptions.ProtocolError, http.client.IncompleteRead, ConnectionError)
"""Exceptions where a body ends before its length or its last chunk (RFC 9112, section 8)."""


def read_body(response: requests.Response, received: bytearray) -> None:
    """Return the body; raise ValueError if it is larger than any valid answer."""
    # The bytes received must be available if the rest does not come; reading in blocks would hold them back.
    while part := response.raw.read1(READ_AT_ONCE, decode_content=True):
        received += part
        if len(received) > LARGEST_ANSWER:
            raise ValueError(f"it is larger than {LARGEST_ANSWER} bytes")


def explain_cut(problem: Exception, head: requests.Response, received: bytearray, *, timed_out: bool) -> str:
    """Return how an answer was truncated; empty if it was only slow, or for any other failure."""
    length = head.headers.get("Content-Length")
    if timed_out:
        # A body that is complete JSON will not continue.
        return f"{length} bytes announced, {len(received)} sent" if length and is_json(received) else ""
    return f"{head.status_code}, and {_innermost(problem)}" if isinstance(problem, CUT_SHORT) else ""


def explain_timeout(timeout: float) -> str:
    """Return the phrase for an exchange whose time limit was exceeded."""
    return f"no whole answer came within {timeout:g} s"


def explain(problem: Exception) -> str:
    """Return what failed, without the names of exceptions."""
    if "CERTIFICATE_REQUIRED" in str(problem):
        return "the deployment asks for a client certificate; name one with --client-cert FILE"
    if "WRONG_VERSION_NUMBER" in str(problem):
        return "the server at this port does not use TLS; write http://, or give its port for https"
    if isinstance(problem, requests.exceptions.SSLError):
        return f"the TLS certificate was not accepted ({_innermost(problem)}); name its authority with --ca-bundle FILE"
    plain = isinstance(problem, OSError) and not isinstance(problem, requests.RequestException)
    if plain or isinstance(problem, requests.ConnectionError):
        return f"{BROKEN} ({_innermost(problem)})"
    return f"the answer could not be read ({_innermost(problem)})"


def _innermost(problem: BaseException) -> str:
    cause: BaseException = problem
    while (inner := getattr(cause, "reason", None) or cause.__cause__ or cause.__context__) is not None:
        if not isinstance(inner, BaseException):
            break
        cause = inner
    return str(getattr(cause, "strerror", None) or cause).split(": ", 1)[-1]
