"""The contract is valid OpenAPI, and its links lead to operations, parameters and properties that exist."""

import re
from collections.abc import Iterator

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.repo.references import Node, resolve

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
EXPRESSION = re.compile(
    r"^\$(?:(?:request|response)\.(?:body#(?P<pointer>/.*)|header\..+)|request\.(?P<place>path|query)\.(?P<name>.+)"
    r"|url|method|statusCode)$"
)


def test_the_contract_is_valid_openapi(contract: Node) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(contract).iter_errors()] == []


def test_every_link_leads_somewhere(contract: Node) -> None:
    assert "links" in str(contract)
    assert list(dead_links(contract)) == []


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ({"operationId": "nowhere"}, "no operation is called 'nowhere'"),
        ({"operationId": "getThing", "parameters": {"id": 1, "uid": 1}}, "getThing has no parameter 'uid'"),
        ({"operationId": "getThing"}, "getThing also requires 'id'"),
        ({"operationId": "getThing", "parameters": {"id": "$response.body#/data/uid"}}, "the body has no '/data/uid'"),
        ({"operationId": "getThing", "parameters": {"id": "$request.path.uid"}}, "makeThing has no parameter 'uid'"),
        ({"operationId": "getThing", "parameters": {"id": "$response.boddy"}}, "'$response.boddy' is no expression"),
    ],
)
def test_a_dead_link_is_found(link: Node, complaint: str) -> None:
    schema = {"properties": {"data": {"properties": {"id": {"type": "integer"}}}}}
    answer = {"description": "Made.", "content": {"application/json": {"schema": schema}}, "links": {"get": link}}
    identifier = {"name": "id", "in": "path", "required": True}
    contract = {
        "paths": {
            "/things": {"post": {"operationId": "makeThing", "responses": {"201": answer}}},
            "/things/{id}": {"get": {"operationId": "getThing", "parameters": [identifier], "responses": {}}},
        }
    }
    assert list(dead_links(contract)) == [f"makeThing 201 get: {complaint}"]


def dead_links(contract: Node) -> Iterator[str]:
    """Yield a sentence for each link, or part of one, that leads nowhere."""
    by_id = {operation["operationId"]: operation for operation in operations(contract)}
    for source in by_id.values():
        for status, response in source["responses"].items():
            answer = resolve(contract, response)
            for name, reference in answer.get("links", {}).items():
                link = resolve(contract, reference)
                for complaint in complaints(contract, link, by_id, source, answer):
                    yield f"{source['operationId']} {status} {name}: {complaint}"


def complaints(contract: Node, link: Node, by_id: dict[str, Node], source: Node, answer: Node) -> Iterator[str]:
    """Yield what is wrong with one link: its operation, its parameters' names, or where their values come from."""
    goal = by_id.get(link.get("operationId", ""))
    if goal is None:
        yield f"no operation is called {link.get('operationId')!r}"
        return
    given = {name.split(".")[-1] for name in link.get("parameters", {})}
    taken = {parameter["name"]: parameter.get("required", False) for parameter in goal["parameters"]}
    yield from (f"{goal['operationId']} has no parameter {name!r}" for name in sorted(given - taken.keys()))
    yield from (
        f"{goal['operationId']} also requires {name!r}"
        for name, required in sorted(taken.items())
        if required and name not in given
    )
    for value in link.get("parameters", {}).values():
        if isinstance(value, str) and value.startswith("$"):
            yield from complaints_about_expression(contract, value, source, answer)


def complaints_about_expression(contract: Node, expression: str, source: Node, answer: Node) -> Iterator[str]:
    """Yield what is wrong with a runtime expression: its form, or what it points to."""
    match = EXPRESSION.match(expression)
    if match is None:
        yield f"{expression!r} is no expression"
    elif match["name"] and match["name"] not in {parameter["name"] for parameter in source["parameters"]}:
        yield f"{source['operationId']} has no parameter {match['name']!r}"
    elif match["pointer"]:
        message = answer if expression.startswith("$response") else resolve(contract, source["requestBody"])
        if not any(has(contract, media["schema"], match["pointer"]) for media in message["content"].values()):
            yield f"the body has no {match['pointer']!r}"


def has(contract: Node, schema: Node, pointer: str) -> bool:
    """Tell if a schema declares the property at the pointer."""
    node = resolve(contract, schema)
    for step in pointer.strip("/").split("/"):
        alternatives = [node, *(resolve(contract, part) for part in node.get("allOf", []))]
        declared = [part["properties"][step] for part in alternatives if step in part.get("properties", {})]
        if not declared:
            return False
        node = resolve(contract, declared[0])
    return True


def operations(contract: Node) -> Iterator[Node]:
    """Yield every operation, with the parameters of its path among its own and all of them resolved."""
    for item in contract["paths"].values():
        for method in METHODS & item.keys():
            parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
            yield {**item[method], "parameters": [resolve(contract, parameter) for parameter in parameters]}
