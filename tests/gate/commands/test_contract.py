"""`milestones-gate contract` reads files and revisions, exits with the right code, and explains failures."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.gate.conftest import Edit, breaking, harmless, unclear

Gate = Callable[..., Result]
Write = Callable[..., Path]
MANY = {name: {"enum": list(range(40))} for name in "ab"}


@pytest.mark.parametrize(("edit", "code"), [(harmless, 0), (breaking, 1), (unclear, 2)])
def test_the_exit_code_says_what_clients_meet(gate: Gate, contract: Write, edit: Edit, code: int) -> None:
    assert gate("contract", contract("old.yaml"), contract("new.yaml", edit)).exit_code == code


def test_a_break_is_told_with_reason_place_example_and_remedy(gate: Gate, contract: Write) -> None:
    output = gate("contract", contract("old.yaml"), contract("new.yaml", breaking)).output

    lines = Path("new.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip() == "state:")
    assert f"new.yaml:{line}  /components/schemas/Thing/properties/state" in output
    for piece in ("Breaks readers", "listThings · 200 · application/json · state", "why ", "instead ", '"late <b>'):
        assert piece in output


def test_what_is_known_fails_no_more_and_what_is_gone_is_told(gate: Gate, contract: Write) -> None:
    contract("old.yaml")
    contract("new.yaml", breaking)
    gate("contract", "old.yaml", "new.yaml", "--report", "known")

    again = gate("contract", "old.yaml", "new.yaml", "--known", "known/gate.json", "--report", "known")
    once_more = gate("contract", "old.yaml", "new.yaml", "--known", "known/gate.json")
    gone = gate("contract", "old.yaml", "old.yaml", "--known", "known/gate.json")

    assert (again.exit_code, once_more.exit_code, gone.exit_code) == (0, 0, 0)
    assert "1 known" in again.output
    assert "no longer found: response/enum-widened" in gone.output


def test_a_run_that_was_not_done_is_no_list_of_what_is_known(gate: Gate, contract: Write) -> None:
    contract("new.yaml")
    gate("contract", "missing.yaml", "new.yaml", "--report", "failed")
    result = gate("contract", "new.yaml", "new.yaml", "--known", "failed/gate.json")

    assert result.exit_code == 3
    assert "belongs to a run that was not done" in result.output


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("1.4.0", "2.0.0", 0),
        ("v1", "v2", 0),
        (9, 10.1, 0),
        ("1.4.0", "1.5.0", 1),
        ("2.0.0", "1.0.0", 1),
        ("0.1.0", "0.2.0", 1),
        ("1.4.0", "next", 1),
        ("2026 spring", "2027 spring", 1),
        ("1.4.0", None, 1),
    ],
)
@pytest.mark.parametrize("edit", [breaking, unclear])
def test_breaks_pass_with_a_new_major_version_alone_and_if_that_is_said(
    gate: Gate, contract: Write, edit: Edit, before: object, after: object, code: int
) -> None:
    def changed(data: dict[str, dict[str, object]]) -> None:
        edit(data)
        data["info"]["version"] = after

    contract("old.yaml", lambda data: data["info"].update(version=before))
    contract("new.yaml", changed)
    fails = 1 if edit is breaking else 2
    done = gate("contract", "old.yaml", "new.yaml", "--allow-breaking-with-major")

    assert gate("contract", "old.yaml", "new.yaml").exit_code == fails
    assert done.exit_code == code * fails
    assert ("Warning: info.version was" in done.output) == (code == 0)
    assert ("1 with a new major version" in done.output) == (code == 0)
    assert ("is not a new major version: breaks fail" in done.output) == (code == 1)


def test_changes_of_documentation_are_counted_and_listed_only_if_wanted(gate: Gate, contract: Write) -> None:
    def described(data: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
        data["paths"]["/things"]["get"].update(summary="Lists things.", description="All of them.")

    contract("old.yaml")
    contract("new.yaml", described)
    plain = gate("contract", "old.yaml", "new.yaml")
    full = gate("contract", "old.yaml", "new.yaml", "--documentation")

    assert (plain.exit_code, full.exit_code) == (0, 0)
    assert "2 changes of documentation are not listed; --documentation lists them all." in plain.output
    assert "summary" not in plain.output
    assert "summary of get" in full.output
    assert "not listed" not in full.output


def test_references_to_other_files_are_followed(gate: Gate, contract: Write) -> None:
    def elsewhere(data: dict[str, dict[str, dict[str, object]]]) -> None:
        data["components"]["schemas"]["Thing"] = {"$ref": "thing.yaml#/Thing"}

    Path("thing.yaml").write_text("Thing: {type: object, properties: {state: {type: integer}}}", encoding="utf-8")
    result = gate("contract", contract("old.yaml"), contract("new.yaml", elsewhere))

    assert result.exit_code == 1
    assert "thing.yaml:1  /Thing/properties/state" in result.output


def test_a_header_that_was_in_a_file_of_its_own_is_told_as_gone(gate: Gate, contract: Write) -> None:
    def total(data: dict[str, dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]]]) -> None:
        data["paths"]["/things"]["get"]["responses"]["200"]["headers"] = {"X-Total": {"$ref": "total.yaml"}}

    Path("total.yaml").write_text("{schema: {type: integer}}", encoding="utf-8")
    result = gate("contract", contract("old.yaml", total), contract("new.yaml"))

    assert result.exit_code == 1
    assert "the header `X-Total` is gone" in result.output


def test_what_is_gone_from_another_file_is_placed_in_that_file(gate: Gate, contract: Write) -> None:
    def elsewhere(name: str) -> Edit:
        return lambda data: data["components"]["schemas"].update(Thing={"$ref": f"{name}#/Thing"})

    for name, fields in (("before.yaml", "    a: {}\n    b: {}\n"), ("after.yaml", "    a: {}\n")):
        Path(name).write_text(f"# Things.\nThing:\n  properties:\n{fields}", encoding="utf-8")
    old, new = contract("old.yaml", elsewhere("before.yaml")), contract("new.yaml", elsewhere("after.yaml"))
    result = gate("contract", old, new)

    assert "after.yaml:3  /Thing/properties\n" in result.output
    assert "before   before.yaml:5" in result.output


def test_two_paths_of_one_shape_are_a_warning(gate: Gate) -> None:
    item = "{get: {responses: {'200': {description: Fine.}}}}"
    for name, paths in (("old.yaml", "ab"), ("new.yaml", "ba")):
        listed = ", ".join(f"'/t/{{{path}}}': {item}" for path in paths)
        Path(name).write_text(f"{{openapi: 3.1.0, paths: {{{listed}}}}}", encoding="utf-8")
    result = gate("contract", "old.yaml", "new.yaml")

    assert result.exit_code == 0
    assert "GET /t/{a} and GET /t/{b} are the same: no request tells them apart" in result.output


@pytest.mark.parametrize("part", ["webhooks: {ping: {post: {responses: {}}}}", "components: {schemas: {A: {}}}"])
def test_a_document_without_paths_is_compared(gate: Gate, part: str) -> None:
    Path("openapi.yaml").write_text(f"{{openapi: 3.1.0, {part}}}", encoding="utf-8")
    assert gate("contract", "openapi.yaml", "openapi.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a: [", "old.yaml: is not YAML"),
        ("a: 1", "old.yaml: is not an OpenAPI document"),
        ("{swagger: '2.0', paths: {}}", "old.yaml: is not an OpenAPI 3 document"),
        (
            "{openapi: 3.2.0, paths: {/a: {query: {responses: {}}}}}",
            "old.yaml: is OpenAPI 3.2.0, which the gate does not support",
        ),
        (
            "{openapi: 3.1.0, paths: {/a: {get: {responses: {'': {}}}}}}",
            "old.yaml:1: `` is not a status; write one such",
        ),
        (
            f"{{openapi: 3.1.0, paths: {{/a: {{get: {{}}}}}}, servers: [{{url: '{{a}}{{b}}', variables: {MANY}}}]}}",
            "old.yaml:1: the server has more than 1000 addresses",
        ),
        ("{openapi: 3.1.0, paths: {/a: {get: {$ref: '#/nowhere'}}}}", "old.yaml:1: #/nowhere leads nowhere"),
        ("{openapi: 3.1.0, paths: {/a: {$ref: '#/paths/~1a'}}}", "is circular"),
        ("{openapi: 3.1.0, paths: {/a: {$ref: 'https://example.com/a'}}}", "bundle the contract"),
    ],
)
def test_a_file_that_is_no_contract_is_told_in_a_sentence(
    gate: Gate, contract: Write, content: str, complaint: str
) -> None:
    contract("new.yaml")
    Path("old.yaml").write_text(content, encoding="utf-8")
    result = gate("contract", "old.yaml", "new.yaml")

    assert result.exit_code == 3
    assert complaint in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("contract", "missing.yaml", "new.yaml"), "missing.yaml: cannot be read"),
        (
            ("contract", "HEAD:missing.yaml", "new.yaml"),
            "HEAD:missing.yaml: git finds no repository here (not a git repository",
        ),
        (
            ("contract", "--merge-base", "main", "new.yaml"),
            "--merge-base main: git finds no repository here (not a git repository",
        ),
        (("contract", "new.yaml"), "Missing argument"),
        (("contract", "new.yaml", "new.yaml", "--known", "missing.json"), "missing.json: cannot be read"),
        (("contract", "new.yaml", "new.yaml", "--known", "new.yaml"), "new.yaml: is not a gate.json"),
        (("contract", "new.yaml", "new.yaml", "--report", "new.yaml"), "new.yaml cannot be written to"),
    ],
)
def test_a_mistake_ends_with_3_and_says_what_to_do(
    gate: Gate, contract: Write, arguments: tuple[str, ...], complaint: str
) -> None:
    contract("new.yaml")
    result = gate(*arguments)

    assert result.exit_code == 3
    assert complaint in result.output


def test_the_shipped_contract_is_compatible_with_itself(gate: Gate) -> None:
    shipped = Path(__file__).parents[3] / "openapi.yaml"
    result = gate("contract", shipped, shipped)

    assert result.exit_code == 0
    assert "nothing was found" in result.output
