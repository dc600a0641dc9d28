"""Requirements and open points have distinct ids, and every field that the suite prints."""

import re
from collections.abc import Iterator

from tests.repo.references import Node

ID = re.compile(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
METHODS = {"get", "put", "post", "delete", "patch"}


def test_every_id_is_a_verb_and_a_fact_and_is_used_once(contract: Node) -> None:
    for extension in ("x-requirements", "x-open-points"):
        ids = [entry["id"] for entry in entries(contract, extension)]
        assert [name for name in ids if not ID.fullmatch(name)] == []
        assert sorted(ids) == sorted(set(ids))


def test_every_requirement_has_a_level_a_sentence_and_a_source(contract: Node) -> None:
    for requirement in entries(contract, "x-requirements"):
        assert requirement.keys() == {"id", "level", "text", "source"}, requirement["id"]
        assert requirement["level"] in {"stated", "inferred"}, requirement["id"]
        assert requirement["text"].endswith("."), requirement["id"]
        assert requirement["source"], requirement["id"]


def test_every_open_point_asks_a_question_and_its_default_is_one_of_several_choices(contract: Node) -> None:
    for point in entries(contract, "x-open-points"):
        assert point.keys() == {"id", "question", "choices", "default"}, point["id"]
        assert point["question"].endswith("?"), point["id"]
        assert len(point["choices"]) > 1, point["id"]
        assert point["default"] in point["choices"], point["id"]


def entries(contract: Node, extension: str) -> Iterator[Node]:
    """Yield the entries of one extension, those at the root first, then operation by operation."""
    yield from contract.get(extension, [])
    for item in contract["paths"].values():
        for method in METHODS & item.keys():
            yield from item[method].get(extension, [])
