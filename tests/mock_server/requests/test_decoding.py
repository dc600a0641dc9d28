"""Encodings: the same request in every documented form means the same, and broken ones are refused in JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.requests.decoding import FORM, MULTIPART, MalformedBody, parse_urlencoded, read_body
from tests.mock_server.api_client import Client, encode

FIELDS = {"milestone_projectid": 159, "milestone_title": "Éclair & 🚀 = +", "milestone_color": "success"}
JSON = "application/json"


@pytest.mark.parametrize(
    "text", ["a[]=1&a[]=2", "a=1&a=2", "a[0]=1&a[1]=2", "a[5]=1&a[2]=2", "a%5B%5D=1&a%5b%5d=2", "a[]=1&b=3&a[]=2"]
)
def test_arrays_are_bracketed_indexed_or_repeated(text: str) -> None:
    assert parse_urlencoded(text, {"a"})["a"] == ["1", "2"]


def test_of_a_repeated_scalar_the_last_counts() -> None:
    assert parse_urlencoded("a=1&a=2", set()) == {"a": "2"}
    assert parse_urlencoded("a[]=1", set()) == {"a": ["1"]}


@given(st.dictionaries(st.text(min_size=1), st.none() | st.booleans() | st.integers() | st.text()))
def test_a_json_object_is_read_as_it_is(value: dict[str, object]) -> None:
    assert read_body(JSON, JSON, json.dumps(value).encode(), set()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b"\xff",
        b"[" * 10_000,
        b'{"a":' + b"9" * 5000,
    ],
)
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_body(JSON, JSON, body, set())


def test_json_nested_beyond_reason_is_unreadable() -> None:
    with pytest.raises(MalformedBody, match="too deeply"):
        read_body(JSON, JSON, b'{"a":' + b"[" * 80 + b"]" * 80 + b"}", set())


def multipart(fields: dict[str, object]) -> tuple[bytes, str]:
    """Return a multipart body and its content type."""
    parts = [f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    return ("".join(parts) + "--XX--\r\n").encode(), f"{MULTIPART}; boundary=XX"


@pytest.mark.parametrize("encoding", ["form", "json", "multipart"])
def test_a_creation_means_the_same_in_every_encoding(client: Client, encoding: str) -> None:
    if encoding == "multipart":
        body, content_type = multipart(FIELDS)
        answer = client.send("POST", "/milestones", body=body, headers={"content-type": content_type})
    elif encoding == "json":
        answer = client.send("POST", "/milestones", json=FIELDS)
    else:
        answer = client.send("POST", "/milestones", form=FIELDS)
    assert answer.status == 201
    assert (answer.data["title"], answer.data["project_id"]) == (FIELDS["milestone_title"], 159)


def test_content_types_may_carry_parameters_and_capitals(client: Client) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.send("POST", "/milestones", body=encode(FIELDS), headers=headers).status == 201


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", encode(FIELDS)),
        ("", encode(FIELDS)),
        (JSON, b""),
        (JSON, b"{"),
        (JSON, b"[1]"),
        (JSON, b'{"milestone_title": "\\ud800", "milestone_color": "a", "milestone_projectid": 159}'),
        (FORM, b"milestone_projectid=159&milestone_color=a&milestone_title=%FF%FE"),
        (MULTIPART, b"--XX"),
        (f"{MULTIPART}; boundary=XX", b"nothing of the kind"),
        (f"{MULTIPART}; boundary=" + "X" * 300, b"--X"),
    ],
)
def test_bodies_that_cannot_be_read_fail_the_validation(client: Client, content_type: str, body: bytes) -> None:
    answer = client.send("POST", "/milestones", body=body, headers={"content-type": content_type})
    assert answer.status == 422
    assert answer.errors


def test_multipart_is_for_post_alone(client: Client) -> None:
    body, content_type = multipart({"milestone_title": "New", "milestone_color": "info"})
    answer = client.send("PATCH", "/milestones/12", body=body, headers={"content-type": content_type})
    assert (answer.status, answer.errors) == (422, {"milestone_title", "milestone_color"})


def test_fields_in_the_query_of_a_write_are_not_read(client: Client) -> None:
    assert client.send("POST", "/milestones", query=FIELDS).status == 422


@pytest.mark.parametrize("project", ["159abc", "abc", "1.5", "0x9F", "", " ", "-1", "0", "9" * 5000, "١٥٩"])
def test_ids_in_a_form_are_whole_numbers(client: Client, project: str) -> None:
    assert client.create(project).errors == {"milestone_projectid"}  # type: ignore[arg-type]


@pytest.mark.parametrize("project", ["159", True, None, [159], {"a": 1}, 159.5, 10**30, -1])
def test_ids_in_json_are_numbers(client: Client, project: object) -> None:
    answer = client.send("POST", "/milestones", json=FIELDS | {"milestone_projectid": project})
    assert answer.errors == {"milestone_projectid"}


def test_a_whole_float_is_an_integer(client: Client) -> None:
    assert client.send("POST", "/milestones", json=FIELDS | {"milestone_projectid": 159.0}).data["project_id"] == 159


def test_a_nul_in_a_title_comes_back_as_sent(client: Client) -> None:
    assert client.create(159, "a\0b").data["title"] == "a\0b"


@pytest.mark.parametrize(
    ("name", "value"), [("project_date_due", ""), ("project_creatorid", ""), ("project_title", "")]
)
def test_empty_values_have_to_fit_as_any_other(client: Client, name: str, value: str) -> None:
    fields = {"project_clientid": 12, "project_title": "A", "project_date_start": "2026-06-01", "project_categoryid": 3}
    assert client.post("/projects", **fields | {name: value}).errors == {name}
    assert client.send("POST", "/projects", json=fields | {name: None}).errors == {name}


def test_ids_end_where_64_bits_do(client: Client) -> None:
    assert client.get("/tasks", client_id=2**63 - 1).status == 200
    assert client.get("/tasks", client_id=2**63).errors == {"client_id"}
    assert client.send("PUT", "/milestones/positions", json={"milestones": [12, 2**63]}).errors == {"milestones.1"}
