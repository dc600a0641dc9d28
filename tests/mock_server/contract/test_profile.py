"""Profiles that are shipped, and files of choices."""

import json
from pathlib import Path

import pytest

from mock_server.contract.contract import Contract, load_contract
from mock_server.contract.profile import FOLDER, Profile, load_profile, shipped_profiles
from mock_server.contract.yaml_files import DocumentError
from mock_server.factory import MockConfig, create_mock
from tests.mock_server.api_client import Client


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


def test_four_profiles_are_shipped() -> None:
    assert shipped_profiles() == ("default", "laravel", "loose", "strict")


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_shipped_profile_names_only_what_the_contract_knows(contract: Contract, name: str) -> None:
    assert load_profile(contract, FOLDER / f"{name}.yaml") if name != "default" else True
    assert load_profile(contract, name).choices.keys() == contract.open_points.keys()


def test_the_default_profile_is_the_contracts(contract: Contract) -> None:
    assert load_profile(contract, "default") == Profile.of(contract)


def test_no_two_shipped_profiles_are_alike(contract: Contract) -> None:
    assert len({tuple(sorted(load_profile(contract, name).choices.items())) for name in shipped_profiles()}) == 4


def test_a_laravel_deployment_is_as_it_was_observed() -> None:
    client = Client(create_mock(MockConfig(profile="laravel")))
    assert client.get("/milestones/12abc").data["id"] == 12
    assert client.create(159, " dÉsign ").status == 409
    assert client.create(159, "Go 🚀").status == 201
    assert client.create(159, "Go 🎉").status == 409
    assert len(client.get("/milestones", project_id=159, search="%", limit="abc").data) == 7
    assert client.send("GET", "/milestones/12", headers={"authorization": "bearer test-key"}).status == 401


def test_the_strict_profile_lets_no_mistake_pass() -> None:
    client = Client(create_mock(MockConfig(profile="strict")))
    assert client.get("/milestones", project_id=159, colour="red").status == 422
    assert client.get("/milestones/12/").status == 404
    assert (
        client.post("/milestones", milestone_projectid=159, milestone_title="A", milestone_color="mauve").status == 422
    )


def test_the_loose_profile_forgives() -> None:
    client = Client(create_mock(MockConfig(profile="loose")))
    assert client.get("/milestones", project_id=159, limit=-1, sort="x", page=99).status == 200
    assert client.reorder(12, 999_999, "abc", 12).status == 200


def test_some_of_the_choices_are_enough_as_json_or_yaml(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "observed.json"
    path.write_text(json.dumps({"list/default-page-size": "10"}))
    profile = load_profile(contract, path)
    assert profile["list/default-page-size"] == "10"
    assert profile["list/page-below-one"] == "422"


def test_a_profile_that_is_not_there_is_told_with_those_that_are(contract: Contract) -> None:
    with pytest.raises(DocumentError, match="shipped profiles: default, laravel, loose, strict"):
        load_profile(contract, "symfony")


def test_a_choice_that_no_contract_knows_is_told_with_its_line(tmp_path: Path, contract: Contract) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("choices:\n  list/page-below-one: first\n  list/default-page-size: many\n")
    with pytest.raises(DocumentError, match=r"mine.yaml, line 3: .*list/default-page-size cannot be many"):
        load_profile(contract, path)
