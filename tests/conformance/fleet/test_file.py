"""Fleet files: their settings, and the messages for errors in them."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from conformance.cli import command
from conformance.fleet.file import SCHEMA, Fleet, load
from conformance.fleet.keys import KeyKind, KeySource
from conformance.target import RunError

DEPLOYMENT = '[[deployment]]\nname = "north"\ntarget = "https://north.example.com/api"\n'


def read(folder: Path, content: str) -> Fleet:
    path = folder / "fleet.toml"
    path.write_text(content, encoding="utf-8")
    return load(path)


def test_a_deployment_takes_what_it_does_not_set_from_the_defaults(tmp_path: Path) -> None:
    fleet = read(
        tmp_path,
        f'[defaults]\ndepth = "quick"\nkey-env = "KEY"\nrate = 3\ntags = ["all"]\n{DEPLOYMENT}'
        f'depth = "deep"\nkey-file = "key"\ntags = ["one"]\ntime-limit = "10m"\n',
    )

    (north,) = fleet.deployments
    assert north.options == {"depth": "deep", "rate": 3}
    assert north.key == KeySource(KeyKind.FILE, [str(tmp_path / "key")])
    assert (north.tags, north.time_limit) == (["all", "one"], 600)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    fleet = read(tmp_path, f'{DEPLOYMENT}key-env = "K"\nwaivers = "known/north.yaml"\n')

    assert fleet.deployments[0].options["waivers"] == str(tmp_path / "known" / "north.yaml")


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (f"{DEPLOYMENT}key-env = 'K'\ndephts = 'quick'\n", [":5: dephts is not a setting here; did you mean depth?"]),
        (f"{DEPLOYMENT}key = 'secret'\n", [":4: key is not a setting here; the file never holds a key"]),
        (f"{DEPLOYMENT}key-env = 'K'\ndepth = 'quik'\n", [":5: depth: "]),
        ("[default]\ndepth = 'quick'\n" + DEPLOYMENT, [":1: default is not a setting here; did you mean defaults?"]),
        (f"{DEPLOYMENT}", [":1: north has no key; name its source with key-env"]),
        (f"{DEPLOYMENT}key-env = 'K'\nkey-file = 'f'\n", [":1: north has key-env and key-file; keep one"]),
        (
            f"[defaults]\nkey-env = 'K'\n\n{DEPLOYMENT}\n{DEPLOYMENT.replace('north', 'NORTH')}",
            [":8: the name NORTH is taken by deployment 1"],
        ),
        (f"{DEPLOYMENT}key-env = 'K'\n\n[[deployment]]\nname = 'a b'\n", [":7: name: ", ':6: "target" is a required']),
        ("deployment = 3\n", [":1: deployment: "]),
        ("[[deployment\n", ["is not TOML", "line 1"]),
        ("", ['"deployment" is a required property']),
    ],
)
def test_every_mistake_is_told_with_its_line(tmp_path: Path, content: str, messages: list[str]) -> None:
    with pytest.raises(RunError) as refusal:
        read(tmp_path, content)

    assert [message for message in messages if message not in str(refusal.value)] == []


def test_the_schema_is_one_and_names_options_of_a_run() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    settings = set(schema["$defs"]["settings"]["properties"])
    of_the_fleet = {"key-env", "key-file", "key-command", "header-env", "tags", "time-limit"}
    options = {name.removeprefix("--") for option in command.commands["run"].params for name in option.opts}

    jsonschema_rs.meta.validate(schema)
    assert settings - of_the_fleet <= options
