"""What the tests of the studio share: a mock with all around it, and a client of its control API."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from mock_server.messages import Handler, Request
from mock_server.studio.desk import Desk
from mock_server.studio.setup import Setup, open_desk
from tests.mock.client import Answer, Client, encode


class Driver:
    """Calls the control API of a desk without a socket, as one account."""

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


@pytest.fixture
def desk() -> Desk:
    """A fresh mock with all around it."""
    return open_desk(Setup())


@pytest.fixture
def client(desk: Desk) -> Client:
    """A client of its API."""
    return Client(desk)


@pytest.fixture
def driver(desk: Desk) -> Driver:
    """A client of its control API."""
    return Driver(desk)


@pytest.fixture
def opened() -> Callable[..., Client]:
    """Opens a mock with some setup, and gives a client of its API."""
    return lambda **setup: Client(open_desk(Setup(**setup)))
