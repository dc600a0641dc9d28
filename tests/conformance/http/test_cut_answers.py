"""A truncated answer is requested again, and is a violation if it is truncated twice."""

import pytest

from conformance import contract as contracts
from conformance.exchange import Exchange
from conformance.http.request import NoAnswer, OutgoingRequest, WriteOutcomeUnknown
from conformance.properties import load_all
from conformance.results.passive_checks import ANSWERS_ARE_WHOLE, PASSIVE_CHECKS, check_exchange
from tests.conformance.http.test_slow_answers import HEAD, answering, transport_to
from tests.conformance.stub_transport import Reply, Stage, stage

READ = OutgoingRequest("getMilestone", "GET", "/milestones/5")
WRITE = OutgoingRequest("deleteMilestone", "DELETE", "/milestones/5")
CUT = Reply(body=b'{"data": {"id":', headers={"Content-Length": "99"})
WHOLE = Reply()

load_all()


@pytest.fixture(scope="module")
def contract() -> contracts.Contract:
    return contracts.load()


def sent_again(at: Stage, call: OutgoingRequest) -> Exchange:
    """Send a call that gets no complete answer."""
    with pytest.raises(NoAnswer) as caught:
        at.transport.send(call)
    return caught.value.exchange


def test_a_read_that_is_cut_short_once_is_asked_for_again() -> None:
    exchange = stage(CUT, WHOLE).transport.send(READ)

    assert (exchange.status, exchange.cut_short) == (200, "")


def test_a_read_that_is_cut_short_twice_breaks_one_requirement(contract: contracts.Contract) -> None:
    exchange = sent_again(stage(CUT), READ)
    findings = dict(check_exchange(contract, exchange, frozenset(PASSIVE_CHECKS)))

    assert findings.keys() == {ANSWERS_ARE_WHOLE}
    assert findings[ANSWERS_ARE_WHOLE] is not None
    assert "15 bytes read, 84 more expected" in exchange.cut_short


def test_a_write_that_is_cut_short_is_never_sent_again_by_itself() -> None:
    at = stage(CUT)
    with pytest.raises(WriteOutcomeUnknown) as first:
        at.transport.send(WRITE)
    assert len(at.socket.sent) == 1

    assert first.value.exchange.cut_short == ""
    assert sent_again(at, WRITE).cut_short != ""


def test_a_whole_answer_in_between_makes_it_a_passing_trouble() -> None:
    at = stage(CUT, WHOLE, CUT, WHOLE)
    at.transport.send(READ)

    assert at.transport.send(READ).cut_short == ""


def test_a_connection_that_breaks_before_the_head_shows_nothing(contract: contracts.Contract) -> None:
    exchange = sent_again(stage(Reply(error=ConnectionResetError("reset by peer"))), READ)

    assert list(check_exchange(contract, exchange, frozenset(PASSIVE_CHECKS))) == []


def test_a_length_that_counts_more_than_the_whole_body_is_a_violation() -> None:
    exchange = sent_again(stage(Reply(body=b'{"a":1}', headers={"Content-Length": "9"}, stalls=True)), READ)

    assert exchange.error == "no whole answer came within 30 s"
    assert exchange.cut_short == "9 bytes announced, 7 sent"


def test_a_body_that_is_only_slow_is_no_violation() -> None:
    exchange = sent_again(stage(Reply(body=b"[1, ", headers={"Content-Length": "99"}, stalls=True)), READ)

    assert exchange.cut_short == ""


def test_a_length_that_counts_characters_spoils_its_own_json_alone(contract: contracts.Contract) -> None:
    body = '{"data": {"id": 5, "title": "größe"}, "message": "ok"}'
    head = HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode()

    with answering(lambda: iter([head + body.encode(), head + body.replace("öß", "os").encode()])) as url:
        transport = transport_to(url, 30)
        exchange = transport.send(READ)
        findings = dict(check_exchange(contract, exchange, frozenset(PASSIVE_CHECKS)))

        assert findings["http/json-bodies-are-json"] is not None
        assert transport.send(READ).status == 200
