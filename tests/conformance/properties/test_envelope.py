"""Every answer is held to some requirements, whatever it answers."""

import pytest

from conformance.exchange import AuthVariant, Exchange
from conformance.properties import load_all
from conformance.results.passive_checks import Finding, check_exchange
from tests.faulty_mocks.run_suite import read_contracts

load_all()

JSON_BODIES = "http/json-bodies-are-json"


def findings(status: int, body: bytes) -> dict[str, Finding | None]:
    """Judge a page in HTML by its content type."""
    headers = {"content-type": "text/html"}
    page = Exchange(1, "", "GET", "/milestones/", "", AuthVariant.OURS, None, None, status, headers, body, 0.0)
    return dict(check_exchange(read_contracts()[1], page, {JSON_BODIES}))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("body", [b"", b"<html>moved</html>"])
def test_the_page_of_a_redirect_is_not_judged(status: int, body: bytes) -> None:
    assert findings(status, body) == {}


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_that_is_no_json_is_found_elsewhere(status: int) -> None:
    assert isinstance(findings(status, b"<html></html>")[JSON_BODIES], Finding)
