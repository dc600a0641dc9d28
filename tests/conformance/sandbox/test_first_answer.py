"""The explanation of a first answer depends on its content."""

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.sandbox.first_answer import NotReady, require_projects
from conformance.target import RunError, Target

TARGET = Target("https://crm.example.com/api", "sk-very-secret-key")
PROJECTS = b'{"data": [], "message": "OK"}'
PAGE = b"<!doctype html><title>Just a moment...</title>"
HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}


def answer(status: int, body: bytes, headers: dict[str, str]) -> Exchange:
    """Return an answer to the first request."""
    return Exchange(1, "listProjects", "GET", "/projects", "", AuthVariant.OURS, None, None, status, headers, body, 0.0)


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (200, PAGE, HTML, ["answers with a web page", "text/html", "Just a moment"]),
        (403, PAGE, HTML, ["a firewall or a server that refuses", "403"]),
        (403, b'{"message": "No."}', JSON, ["refuses the key", "MILESTONES_API_KEY"]),
        (
            401,
            b"",
            HTML | {"www-authenticate": 'Basic realm="Staging"'},
            ["asks for a password", 'Basic realm="Staging"'],
        ),
        (302, b"", {"location": "/login?next=1"}, ["redirects", "Location /login?next=1"]),
        (301, b"", {"location": "https://www.example.com/api/projects"}, ["--target https://www.example.com/api:"]),
        (200, b"\xef\xbb\xbf" + PROJECTS, JSON, ["byte order mark", "RFC 8259"]),
        (200, b"<b>Notice</b>: x in y.php\n" + PROJECTS, JSON, ["a notice before its JSON", "Notice"]),
        (200, b'{"status": "up"}', JSON, ["has no data", '{"status": "up"}']),
        (200, b"", {}, ["not JSON", "no content type", "an empty body"]),
        (404, b'{"message": "Not found."}', JSON, ["answers 404", "--target is the base URL"]),
        (500, b'{"message": "Oops"}', JSON, ["answers 500"]),
        (200, b"\x1b[2J\x1b]0;owned\x07", {"content-type": "text/plain"}, ["not JSON"]),
    ],
)
def test_an_answer_that_is_no_list_of_projects_is_called_what_it_is(
    status: int, body: bytes, headers: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        require_projects(answer(status, body, headers), TARGET)
    sentence = str(caught.value)

    assert sentence.startswith(TARGET.url)
    assert [word for word in words if word not in sentence] == []
    assert sentence.isprintable()
    assert not isinstance(caught.value, NotReady)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (503, HTML | {"retry-after": "120"}, ["in maintenance or starting", "Retry-After 120"]),
        (502, HTML, ["a gateway that gets no answer"]),
        (429, JSON | {"retry-after": "600"}, ["fewer requests", "Retry-After 600"]),
    ],
)
def test_a_target_that_may_answer_later_can_be_waited_for(
    status: int, headers: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(NotReady, match="--wait 10m") as caught:
        require_projects(answer(status, PAGE, headers), TARGET)

    assert [word for word in words if word not in str(caught.value)] == []


def test_a_list_of_projects_is_what_is_asked_for() -> None:
    require_projects(answer(200, PROJECTS, JSON), TARGET)
