"""Pages of any origin can call the mock with cookies and any headers, and read its answers."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.control.root import RootHandler
from mock_server.factory import MockConfig, create_mock
from mock_server.messages import Handler, Request, Response
from tests.mock_server.api_client import Client, awaiting

ORIGIN = "http://localhost:5173"
ROOT = create_mock(MockConfig())
TOKENS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.!", min_size=1)


def ask(handler: Handler, method: str, path: str = "/milestones/12", **headers: str) -> Mapping[str, str]:
    """Return the headers of an answer for a page; names of request headers have underscores."""
    sent = {"origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Client(handler).send(method, path, headers=sent)
    names = [name.lower() for name, _ in answer.response.headers]
    assert len(names) == len(set(names))
    return answer.headers


@settings(deadline=None)
@given(
    st.sampled_from(["/milestones", "/milestones/12", "/nowhere"]),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE"]),
    st.lists(TOKENS, min_size=1).map(",".join),
)
def test_a_preflight_allows_whatever_it_asks_for(path: str, method: str, headers: str) -> None:
    asked_headers = {"access_control_request_method": method, "access_control_request_headers": headers}
    allowed = ask(ROOT, "OPTIONS", path, **asked_headers)
    assert method in allowed["Access-Control-Allow-Methods"].split(", ")
    assert allowed["Access-Control-Allow-Headers"] == headers
    assert allowed["Access-Control-Allow-Origin"] == ORIGIN
    assert allowed["Access-Control-Allow-Credentials"] == "true"
    assert allowed["Vary"] == "Origin"
    assert "Access-Control-Allow-Private-Network" not in allowed


def test_a_private_network_is_opened_to_who_asks(root: RootHandler) -> None:
    asked_headers = {"access_control_request_method": "GET", "access_control_request_private_network": "true"}
    assert ask(root, "OPTIONS", **asked_headers)["Access-Control-Allow-Private-Network"] == "true"


@pytest.mark.parametrize("prefer", ["", "code=404", "code=429"])
def test_an_answer_is_open_to_the_page_that_asked_and_to_its_cookies(root: RootHandler, prefer: str) -> None:
    headers = ask(root, "GET", **({"prefer": prefer} if prefer else {}))
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Vary"] == "Origin"


def test_a_page_may_read_what_the_mock_adds_and_the_inspector_shows_what_was_sent(root: RootHandler) -> None:
    headers = ask(root, "GET", prefer="code=429")
    assert {"Retry-After", "Preference-Applied"} <= set(headers["Access-Control-Expose-Headers"].split(", "))
    assert dict(root.middleware.recorder.read()[0].response.headers) == headers


class Deployment:
    """Lets in only a page of its own, and counts what it is asked."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    async def ask(self, request: Request) -> Response:
        """Answer a request."""
        self.methods.append(request.method)
        return Response(200, (("Access-Control-Allow-Origin", "https://crm.example"), ("X-Request-Id", "1")), b"{}")


def test_in_front_of_a_deployment_the_mock_lets_pages_in_itself(root: RootHandler) -> None:
    deployment = root.middleware.upstream = Deployment()
    with awaiting(root) as forwarding:
        _check_pages_are_let_in(forwarding, deployment)


def _check_pages_are_let_in(root: Handler, deployment: Deployment) -> None:
    asked_headers = {"access_control_request_method": "PATCH", "access_control_request_headers": "x-requested-with"}
    assert ask(root, "OPTIONS", **asked_headers)["Access-Control-Allow-Headers"] == "x-requested-with"
    assert deployment.methods == []
    headers = ask(root, "GET")
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "X-Request-Id" in headers["Access-Control-Expose-Headers"]
    unchanged = Client(root).get("/milestones/12").headers
    assert unchanged["Access-Control-Allow-Origin"] == "https://crm.example"
    Client(root).send("OPTIONS", "/milestones/12")
    assert deployment.methods == ["GET", "GET", "OPTIONS"]
