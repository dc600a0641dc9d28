"""A recorded exchange with a real deployment contains no credential, wherever it was sent or echoed."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.messages import Request, Response
from mock_server.recording.recorder import Exchange
from mock_server.recording.redaction import redact

FORM = "application/x-www-form-urlencoded"
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nPhase 1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nopen sesame\r\n--b--\r\n'
)


def keep(
    headers: dict[str, str] | None = None,
    *,
    query: str = "",
    body: bytes = b"",
    answer: bytes = b"",
    answered: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    """Return what is kept of an exchange."""
    request = Request("POST", "/api/milestones", query, headers or {}, body)
    return redact(Exchange(1, 0, 0, request, Response(200, answered, answer)))


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "proxy-authorization",
        "cookie",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
        "x-amz-security-token",
        "apikey",
        "x-client-secret",
        "x-password",
        "x-session-id",
        "php-auth-pw-auth",
    ],
)
def test_headers_of_credentials_are_redacted(name: str) -> None:
    kept = keep({name: "a=open-sesame", "accept": "text/html"}, answered=((name.title(), "a=open-sesame"),))
    assert kept.request.headers == {name: "REDACTED", "accept": "text/html"}
    assert kept.response.headers == ((name.title(), "REDACTED"),)


@pytest.mark.parametrize(
    "name", ["www-authenticate", "access-control-allow-credentials", "idempotency-key", "content-type", "x-author"]
)
def test_other_headers_stay(name: str) -> None:
    assert keep({name: "true"}).request.headers == {name: "true"}


@pytest.mark.parametrize(
    "name", ["api_key", "token", "client_secret", "user[password]", "access-token", "sig", "%6bey"]
)
def test_parameters_of_credentials_are_redacted_in_targets_and_bodies(name: str) -> None:
    pairs = f"page=2&{name}=open-sesame"
    url = f"https://crm.example/?{pairs}"
    kept = keep({"content-type": FORM, "referer": url}, query=pairs, body=pairs.encode(), answered=(("Location", url),))
    assert kept.request.query == f"page=2&{name}=REDACTED"
    assert kept.request.body == kept.request.query.encode()
    assert (
        kept.request.headers["referer"]
        == dict(kept.response.headers)["Location"]
        == url.replace("open-sesame", "REDACTED")
    )


def test_fields_of_credentials_are_redacted_in_json_and_multipart() -> None:
    kept = keep(
        {"content-type": "multipart/form-data; boundary=b"},
        body=MULTIPART,
        answer=b'{"title": "Phase 1", "tokens": [{"value": "deep"}], "pin": 123456}',
    )
    assert kept.request.body == MULTIPART.replace(b"open sesame", b"REDACTED")
    redacted = {"title": "Phase 1", "tokens": [{"value": "REDACTED"}], "pin": "REDACTED"}
    assert json.loads(kept.response.body) == redacted


def test_what_has_no_credential_stays_to_the_byte() -> None:
    body = b'{ "title" : "Phase\\u0020 1", "size": 1.50 }'
    kept = keep({"content-type": "application/json"}, query="page=2", body=body, answer=b"\xff\x00{")
    assert (kept.request.query, kept.request.body, kept.response.body) == ("page=2", body, b"\xff\x00{")


LONG = 200_000
MULTIPART_TYPE = {"content-type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"x-long": "a" * LONG}, b""),
        ({"content-type": FORM}, b"a" * LONG),
        (MULTIPART_TYPE, b"name=" * (LONG // 5)),
        (MULTIPART_TYPE, b"Content-Disposition: form-data; name=" + b"name=" * (LONG // 5)),
        (MULTIPART_TYPE, b'Content-Disposition: form-data; name="a"\r\n\r\n' * (LONG // 50)),
    ],
    ids=["header", "form", "names", "one line", "parts without an end"],
)
def test_long_texts_are_read_once(headers: dict[str, str], body: bytes) -> None:
    # Read again from each of its characters, one of these takes minutes.
    kept = keep(headers, query="b" * LONG, body=body, answered=(("X-Long", "c" * LONG),))
    assert (kept.request.headers, kept.request.body) == (headers, body)


def test_thousands_of_credentials_are_redacted_at_once() -> None:
    tokens = [f"token-{number:05}" for number in range(5_000)]
    answer = json.dumps({"data": [{"api_key": token, "note": f"was {token}"} for token in tokens]})
    assert "token-" not in keep(answer=answer.encode()).response.body.decode()


@pytest.mark.parametrize("other", [b"1" * 5_000, b"[" * 100_000 + b"]" * 100_000])
def test_json_that_python_does_not_read_hides_no_credential(other: bytes) -> None:
    assert b"open sesame" not in keep(body=b'{"password": "open sesame", "other": ' + other + b"}").request.body


def test_a_password_of_basic_authorization_is_a_credential_too() -> None:
    kept = keep({"authorization": "Basic bWU6b3Blbi1zZXNhbWU="}, answer=b"Wrong password: open-sesame")
    assert kept.request.headers["authorization"] == "Basic REDACTED"
    assert kept.response.body == b"Wrong password: REDACTED"


def test_what_cannot_be_read_is_not_kept() -> None:
    assert b"zip" not in keep(answer=b"zip", answered=(("Content-Encoding", "gzip"),)).response.body


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=4).map(str.strip))
def test_an_echoed_key_is_found_in_every_spelling(key: str) -> None:
    key = f"k3y-{key}"
    spellings = [key, quote(key), urlencode({"a": key})[2:], json.dumps(key), json.dumps(key, ensure_ascii=False)]
    echo = "\n".join([f"No account for {spelling}." for spelling in spellings])
    kept = keep(
        {"authorization": f"Bearer {key}"}, query=f"q={quote(key)}", answer=echo.encode(), answered=(("X", key),)
    )
    assert "k3y-" not in f"{kept}"
    assert kept.response.body.count(b"REDACTED") == len(spellings)


@settings(deadline=None)
@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.sampled_from(["token", "a"]), inner) | st.lists(inner)))
def test_any_json_is_kept_or_redacted(content: object) -> None:
    kept = keep(answer=json.dumps(content).encode())
    json.loads(kept.response.body)
