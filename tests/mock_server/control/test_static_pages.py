"""The pages are served from here and name nothing that is elsewhere."""

import re

import pytest

from mock_server.control.root import RootHandler
from mock_server.control.static_pages import INSPECTOR
from mock_server.messages import Request
from tests.mock_server.api_client import Client

FILES = sorted(path.name for path in INSPECTOR.iterdir())


@pytest.mark.parametrize("path", ["/", "/docs", "/favicon.ico", *(f"/_mock/inspector/{name}" for name in FILES)])
def test_every_page_and_file_is_served(root: RootHandler, path: str) -> None:
    response = root.handle(Request("GET", path))
    assert response.status == 200
    assert dict(response.headers)["Content-Length"] == str(len(response.body))
    assert root.handle(Request("HEAD", path)).body == b""
    assert root.handle(Request("POST", path)).status == 405


@pytest.mark.parametrize("path", ["/", "/docs", "/_mock/inspector/index.html"])
def test_no_page_may_be_framed_or_load_scripts_from_elsewhere(root: RootHandler, path: str) -> None:
    policy = dict(root.handle(Request("GET", path)).headers)["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'"} <= set(policy)


@pytest.mark.parametrize("name", ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"])
def test_swagger_ui_is_served_with_its_licence(root: RootHandler, name: str) -> None:
    assert root.handle(Request("GET", f"/_mock/swagger-ui/{name}")).status == 200


@pytest.mark.parametrize("name", ["../control.yaml", "nothing.js", "../__init__.py", "..%2f__init__.py", ""])
def test_no_other_file_is(root: RootHandler, name: str) -> None:
    assert root.handle(Request("GET", f"/_mock/inspector/{name}")).status == 404
    assert root.handle(Request("GET", f"/_mock/swagger-ui/{name}")).status == 404


@pytest.mark.parametrize("name", FILES)
def test_no_page_names_another_host(name: str) -> None:
    text = (INSPECTOR / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn", text)


def test_pages_and_control_are_not_recorded(root: RootHandler, client: Client) -> None:
    root.handle(Request("GET", "/"))
    root.handle(Request("GET", "/_mock/health"))
    client.get("/milestones/12")
    assert [exchange.path for exchange in root.middleware.recorder.read()] == ["/api/milestones/12"]
