"""The upstream: a real deployment that answers in place of the mock."""

import functools
import re
from collections.abc import Iterable
from urllib.parse import unquote

import aiohttp
from yarl import URL

from mock_server.messages import Headers, Request, Response
from mock_server.responses import json_response

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""The maximum seconds between two parts of an answer."""

DEADLINE = 120
"""The maximum seconds for a whole answer, however steadily it arrives."""

MAX_ANSWER = 16 * 1024 * 1024
"""The maximum size in bytes of a body that is forwarded."""

MAX_HEADER = 64 * 1024
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding"}
    | {"upgrade", "content-length", "host", "expect"}
)
"""Headers that belong to one connection, and are not forwarded. Implements: RFC 9110, 7.6.1."""

OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that the client library would add to a request that has none."""

PRINTABLE = re.compile(r"[\x21-\x7e]*")
SEPARATORS = re.compile(r"[/\\]")


class UnsafeTarget(ValueError):
    """A target that could lead outside the base path."""


class AnswerTooLarge(Exception):
    """An answer that is too large to forward."""


class Upstream:
    """Forwards requests below the base path of the contract to a deployment, and returns its answers unchanged.

    `url` is the deployment's base URL, such as `https://crm.example.com/api`. All connections go to its host: the
    target of a request is only ever a path on it. An upstream belongs to the event loop in which it is first used.
    """

    def __init__(self, url: str, base_path: str) -> None:
        self.url = url.rstrip("/")
        self._base_path = base_path.rstrip("/")
        self._origin, self._own_path = str(URL(self.url).origin()), URL(self.url, encoded=True).raw_path.rstrip("/")

    async def ask(self, request: Request) -> Response:
        """Forward a request; if that fails, return an error in the shape of the API's errors."""
        try:
            target = self.join(request.path, request.query)
        except UnsafeTarget as error:
            return json_response(404, {"message": str(error)})
        try:
            return await self._send(request, target)
        except AnswerTooLarge:
            return _refuse(f"The answer of {self.url} is greater than {MAX_ANSWER} bytes.")
        except TimeoutError as error:
            return _refuse(f"The answer of {self.url} takes too long: {str(error) or f'over {DEADLINE} seconds'}.")
        except (aiohttp.ClientError, OSError) as error:
            return _refuse(f"{self.url} could not be reached: {error}")
        except ValueError:
            # The text of the exception contains the header's value, which may be the key.
            return json_response(400, {"message": "The request has a header that cannot be forwarded."})

    async def close(self) -> None:
        """Close the open connections."""
        await self._session.close()

    def join(self, path: str, query: str) -> str:
        """Return the target for a path and query of the mock; raise UnsafeTarget.

        The path must be below the base path without resolving it: dot segments, encoded or with parameters, are
        refused.
        """
        rest = path.removeprefix(self._base_path)
        if not path.startswith(self._base_path) or (rest and not rest.startswith("/")):
            raise UnsafeTarget(f"Only paths below {self._base_path}/ are forwarded to {self.url}.")
        segments = [segment.partition(";")[0] for segment in SEPARATORS.split(unquote(unquote(rest)))]
        # A target that begins with two slashes would address another host.
        names_host = len(segments) > 2 and not segments[1]
        if names_host or not {".", ".."}.isdisjoint(segments) or not PRINTABLE.fullmatch(rest + query):
            raise UnsafeTarget("The path has segments of dots, an empty one or characters that are not forwarded.")
        return (self._own_path + rest or "/") + (f"?{query}" if query else "")

    @functools.cached_property
    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(DEADLINE, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=OWN_HEADERS,
            auto_decompress=False,
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )

    async def _send(self, request: Request, target: str) -> Response:
        async def keep_letter_case(
            sent: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
        ) -> aiohttp.ClientResponse:
            # Methods are case-sensitive, but the library sends them in upper case.
            sent.method = request.method
            return await send(sent)

        async with self._session.request(
            request.method,
            URL(self._origin + target, encoded=True),
            data=request.body or None,
            # The body is forwarded as it comes, so the deployment must not compress it for the mock only.
            headers={**dict(_pass_on(request.headers.items())), "accept-encoding": "identity"},
            allow_redirects=False,
            middlewares=(keep_letter_case,),
        ) as answer:
            body = bytearray()
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > MAX_ANSWER:
                    raise AnswerTooLarge
        fields = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers)
        return Response(answer.status, (*_pass_on(fields), ("Content-Length", str(len(body)))), bytes(body))


def _refuse(message: str) -> Response:
    return json_response(502, {"message": message})


def _pass_on(headers: Iterable[tuple[str, str]]) -> Headers:
    pairs = tuple(headers)
    connection = ",".join(value for name, value in pairs if name.lower() == "connection")
    dropped = HOP_BY_HOP | {name.strip().lower() for name in connection.split(",")}
    return tuple((name, value) for name, value in pairs if name.lower() not in dropped)
