"""Contracts are read by YAML 1.2 or as JSON, as OpenAPI says; unreadable ones are reported at once, in a sentence."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from gate.source.document import load
from gate.source.yaml_loader import Json, read, read_json
from tests.gate.conftest import CONTRACT

Gate = Callable[..., Result]
Write = Callable[..., Path]
PARAMETER = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /t:
    get:
      operationId: g
      parameters:
        - {name: a, in: query, schema: %s}
      responses: {"200": {description: Fine.}}
"""


def contracts(old: str, new: str) -> tuple[str, str]:
    """Two contracts that differ in the schema of a parameter."""
    Path("old.yaml").write_text(PARAMETER % old, encoding="utf-8")
    Path("new.yaml").write_text(PARAMETER % new, encoding="utf-8")
    return "old.yaml", "new.yaml"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("2026-06-15", "2026-06-15"),
        ("012", 12),
        ("0o14", 12),
        ("0xC", 12),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("!!float 5", 5.0),
        ("{on: 1, 200: 2, ~: 3, 012: 4}", {"on": 1, "200": 2, "~": 3, "012": 4}),
        ("{<<: [{a: 1, b: 1}, {a: 2, c: 2}], b: 3}", {"a": 1, "b": 3, "c": 2}),
    ],
)
def test_an_unquoted_text_is_what_yaml_1_2_says(text: str, value: Json) -> None:
    matches = read(text, "a.yaml").value
    assert (matches, type(matches)) == (value, type(value))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: integer, maximum: 1e3}", "{type: integer, maximum: 1e2}"),
        ("{type: integer, maximum: 012}", "{type: integer, maximum: 11}"),
        ("{type: string, enum: [yes, no]}", "{type: string, enum: [yes]}"),
        ("{type: string, enum: [SE, NO]}", "{type: string, enum: [SE]}"),
        ("{type: object, properties: {on: {type: string}}}", "{type: object, properties: {yes: {type: string}}}"),
    ],
)
def test_what_yaml_1_1_took_for_something_else_is_compared_as_written(gate: Gate, old: str, new: str) -> None:
    assert gate("contract", *contracts(old, new)).exit_code == 1


def test_json_is_read_with_its_exponents_and_its_escapes(gate: Gate) -> None:
    def written(name: str, maximum: str) -> str:
        data: dict[str, Any] = {**CONTRACT, "x-note": "😀 \\ud83d\\ude00", "x-maximum": {"type": "integer"}}
        data["x-maximum"]["maximum"] = "MAXIMUM"
        data["paths"] = {"/t": {"get": {"parameters": [{"name": "a", "in": "query", "schema": data["x-maximum"]}]}}}
        Path(name).write_text(json.dumps(data).replace('"MAXIMUM"', maximum), encoding="utf-8")
        return name

    assert load(written("old.json", "1e3")).root.text("x-note") == "😀 \\ud83d\\ude00"
    assert gate("contract", "old.json", written("new.json", "1e2")).exit_code == 1


def test_text_that_is_no_json_keeps_its_backslashes() -> None:
    assert read(r"'\ud83d\ude00'", "a.yaml").value == r"\ud83d\ude00"


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ("{type: number, maximum: .inf}", "old.yaml:8: JSON has no number such as .inf"),
        ("{enum: [-.INF]}", "JSON has no number such as -.INF"),
        ("{enum: [.nan]}", "JSON has no number such as .nan"),
        ("{maximum: 1e999}", "JSON has no number such as 1e999"),
        ("{maximum: " + "9" * 5000 + "}", "JSON has no number such as 999999999999;"),
        ("{maximum: !!int foo}", "foo is no !!int"),
        ("{maximum: !!float x}", "x is no !!float"),
        ("{maximum: !!bool foo}", "foo is no !!bool"),
        ("{maximum: !!timestamp foo}", "JSON has no value for the tag !!timestamp"),
        ("!!set {a}", "JSON has no value for the tag !!set"),
        ("{? [a] : b}", "JSON has no key like this"),
        ("{<<: 5}", "only mappings can be merged"),
        ("*nobody", "nothing is called &nobody"),
        ("&x {type: array, items: *x}", "*x contains itself"),
        ("[" * 3_000 + "]" * 3_000, "nested more than 100 deep"),
        ("[" * 100_000 + "]" * 100_000, "nested more than 100 deep"),
        ('{$ref: "a\\0b.yaml"}', "cannot be read"),
        ("{$ref: " + "a" * 5_000 + ".yaml}", "cannot be read"),
        ("{$ref: '#nowhere'}", "#nowhere leads nowhere"),
    ],
)
def test_what_no_contract_can_say_is_told_in_a_sentence(gate: Gate, schema: str, complaint: str) -> None:
    result = gate("contract", *contracts(schema, "{}"))

    assert result.exit_code == 3
    assert complaint in result.output


def test_aliases_that_multiply_are_not_written_out(gate: Gate) -> None:
    lines = ["x-a: &a [l, l, l, l, l, l, l, l, l, l]"]
    lines += [f"x-{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdefg", "bcdefgh", strict=True)]
    Path("old.yaml").write_text("\n".join([PARAMETER % "{}", *lines]), encoding="utf-8")
    result = gate("contract", "old.yaml", "old.yaml")

    assert result.exit_code == 3
    assert "more than 1,000,000 nodes with its aliases written out" in result.output


def test_a_second_document_in_a_file_is_told(gate: Gate) -> None:
    Path("old.yaml").write_text(PARAMETER % "{}" + "---\na: 1\n", encoding="utf-8")
    result = gate("contract", "old.yaml", "old.yaml")

    assert (result.exit_code, "old.yaml:10: a second document begins" in result.output) == (3, True)


def test_a_name_too_long_for_a_file_is_told(gate: Gate) -> None:
    assert gate("contract", "a" * 5_000, "b").exit_code == 3


@pytest.mark.parametrize(
    "reference", ["#/components/schemas/a%20b", "#named", "with%20space.yaml#/T", "#/components/schemas/many/oneOf/0"]
)
def test_references_are_followed_however_they_are_written(gate: Gate, reference: str) -> None:
    text = PARAMETER % f"{{$ref: '{reference}'}}" + (
        "components: {schemas: {a b: {type: string}, c: {$anchor: named, type: string}, many: {oneOf: [{}]}}}\n"
    )
    Path("old.yaml").write_text(text, encoding="utf-8")
    Path("with space.yaml").write_text("T: {type: string}", encoding="utf-8")

    assert gate("contract", "old.yaml", "old.yaml").exit_code == 0


def test_a_revision_may_have_a_single_letter(gate: Gate) -> None:
    contracts("{type: string}", "{type: integer}")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one"), ("branch", "b")):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *words], check=True)

    assert gate("contract", "b:old.yaml", "b:old.yaml").exit_code == 0


def test_what_is_merged_is_placed_where_it_is_defined() -> None:
    text = "base: &base\n  a:\n    b: 1\nother:\n  <<: *base\n  c: 2\n"
    written = read(text, "a.yaml")

    assert written.nearest(("other",)) == (1, 4)
    assert written.nearest(("other", "a", "b")) == (3, 3)
    assert written.nearest(("other", "c", "d")) == (2, 6)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 1.0, -0.5, 1e3, true, null, "x", {}, [], ""], "b": {"a": 1, "a": 2}}',
        '{\n\t"tab": "\\t\\u00e9"}',
    ],
)
def test_plain_json_is_read_as_yaml_is(text: str) -> None:
    assert repr(read_json(text)) == repr(read(text, "a.json").value)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1",
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": ' + "9" * 400 + "}",
        '{"a": "\\ud83d"}',
        '{"a": ' + "[" * 101 + "]" * 101 + "}",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a": [' + "0," * 1_000_000 + "0]}",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_more_than_plain_json_is_left_to_the_yaml_reader(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever json says
        read_json(text)


@pytest.mark.parametrize("name", ["a" * 2_000, "\x7f", "\x85"], ids=["long", "DEL", "NEL"])
def test_json_with_what_yaml_cannot_read_is_compared(gate: Gate, name: str) -> None:
    before: dict[str, Any] = {name: {}, "b": {}}
    for file, fields in (("old.json", before), ("new.json", {name: {}})):
        body: dict[str, Any] = {"content": {"application/json": {"schema": {"type": "object", "properties": fields}}}}
        operation = {"requestBody": body, "responses": {"200": {"description": "Fine."}}}
        data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/t": {"post": operation}}}
        Path(file).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    done = gate("contract", "old.json", "new.json")

    assert done.exit_code == 1
    assert "new.json:" in done.output
