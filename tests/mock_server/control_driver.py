"""Speaks to the control API of a mock without a socket."""

import json
from typing import Any

from mock_server.messages import Handler, Request
from tests.mock_server.api_client import Answer, encode


class Driver:
    """Calls the control API of a mock without a socket, as one account."""

    def __init__(self, handler: Handler, key: str = "test-key", **headers: str) -> None:
        self.handler = handler
        self.key = key
        self.headers = headers

    def send(self, method: str, path: str, body: object = None, query: str = "") -> Answer:
        """Call an operation; `{key}` in the path is the account's key."""
        sent = encode(body) if body is not None else b""
        path = f"/_mock{path.replace('{key}', self.key)}"
        return Answer(self.handler.handle(Request(method, path, query, self.headers, sent)))

    def ask(self, method: str, path: str, body: object = None, query: str = "") -> Any:
        """Call an operation that has to succeed; return its JSON."""
        answer = self.send(method, path, body, query)
        assert answer.status < 300, answer.response.body
        return json.loads(answer.response.body)
