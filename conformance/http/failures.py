"""Reading an answer's body within bounds, and saying in one phrase why an answer could not be had."""

import http.client

import requests
import urllib3

LARGEST_ANSWER = 32 * 1024 * 1024
BROKEN = "the connection failed"
FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    AttributeError,
)
"""What reading an answer raises; AttributeError where the connection is cut under the hands of its reader."""


def read_body(response: requests.Response) -> bytes:
    """Reads the body; raises ValueError for one that is larger than any answer."""
    parts, size = [], 0
    for part in response.iter_content(65536):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise ValueError(f"it is larger than {LARGEST_ANSWER} bytes")
    return b"".join(parts)


def explain_timeout(timeout: float) -> str:
    """Says that the time for an exchange was over."""
    return f"no whole answer came within {timeout:g} s"


def explain(problem: Exception) -> str:
    """Says what went wrong, without the names of exceptions."""
    if "CERTIFICATE_REQUIRED" in str(problem):
        return "the deployment wants to see a certificate; name one with --client-cert FILE"
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
