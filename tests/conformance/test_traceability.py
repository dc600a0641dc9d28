"""Every requirement has a property that judges it, and every property judges existing requirements."""

import re

import pytest

from conformance import contract as contracts
from conformance import properties
from conformance.contract import Contract
from conformance.options import Depth
from conformance.properties.registry import PROPERTIES, Examples
from conformance.results.passive_checks import PASSIVE_CHECKS


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Return the shipped contract."""
    return contracts.load()


properties.load_all()


def test_every_requirement_has_a_property(contract: Contract) -> None:
    judged = {requirement for candidate in PROPERTIES for requirement in candidate.judges}

    assert set(contract.requirements) - judged == set()


def test_no_property_and_no_watcher_judges_what_the_contract_does_not_have(contract: Contract) -> None:
    judged = {requirement for candidate in PROPERTIES for requirement in candidate.judges} | PASSIVE_CHECKS.keys()

    assert judged - set(contract.requirements) == set()


def test_every_requirement_is_judged_at_every_depth(contract: Contract) -> None:
    for depth in Depth:
        judged = {judge for candidate in PROPERTIES if candidate.examples.count(depth) for judge in candidate.judges}
        assert set(contract.requirements) - judged == set()


def test_deeper_runs_try_no_less() -> None:
    for examples in Examples:
        tries = [examples.count(depth) for depth in Depth]
        assert tries == sorted(tries)


def test_properties_have_names_of_their_own() -> None:
    names = [candidate.name for candidate in PROPERTIES]

    assert len(names) == len(set(names))


def test_requirements_are_sentences_with_a_source(contract: Contract) -> None:
    for requirement in contract.requirements.values():
        assert re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)+", requirement.id)
        assert requirement.text[0].isupper() or requirement.text.startswith(("meta.", "tasks_count", "delete_tasks"))
        assert requirement.text.endswith(".")
        assert requirement.source
        assert requirement.level in ("stated", "inferred")


def test_open_points_offer_a_choice(contract: Contract) -> None:
    for point in contract.open_points.values():
        assert point.question.endswith("?")
        assert len(point.choices) >= 2
        assert point.default in point.choices
