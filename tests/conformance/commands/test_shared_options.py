"""Options for network access to a deployment, and the messages for errors in them."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import command
from conformance.commands.shared_options import network_of
from conformance.target import NetworkOptions

SECRET = "hunter2-of-the-front"


def run(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner(env=env or {}).invoke(command, ["--target", "https://crm.invalid/api", "--api-key", "k", *words])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--header", f"X-Front {SECRET}"), "write it like 'X-Tenant: north'"),
        (("--header", f"X-Front: {SECRET}\nX-Other: 1"), "write it like"),
        (("--header", f"Authorization: {SECRET}"), "the suite sets this field itself"),
        (("--proxy", f"ftp://user:{SECRET}@proxy"), "give a URL such as"),
        (("--header", "X-Front: "), "has no value; is its variable set"),
        (("--resolve", "crm.invalid:443:10.0.0.1", "--proxy", "http://proxy:3128"), "a proxy looks up names itself"),
        (("--resolve", "crm.invalid:10.0.0.1"), "write it like crm.example.com:443:10.0.0.7"),
        (("--ca-bundle", "nowhere.pem"), "'nowhere.pem' does not exist"),
    ],
)
def test_a_mistake_is_told_without_the_secret_in_it(words: tuple[str, ...], message: str) -> None:
    done = run(*words)

    assert done.exit_code == 3
    assert message in done.output
    assert SECRET not in done.output


def test_secrets_are_masked_where_the_configuration_is_shown(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    words = ("--header", f"X-Front: {SECRET}", "--proxy", f"http://user:{SECRET}@proxy.invalid:3128", "--show-config")
    done = run(*words, env={"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")})

    assert SECRET not in done.output
    assert "header = X-Front: [secret]  (command line)" in done.output
    assert "proxy = http://user:[secret]@proxy.invalid:3128  (command line)" in done.output
    assert f"ca-bundle = {tmp_path / 'ca.pem'}  (environment, REQUESTS_CA_BUNDLE)" in done.output


def test_several_header_fields_stand_on_a_line_each_in_the_environment() -> None:
    done = run("--show-config", env={"MILESTONES_HEADER": f"X-Front: {SECRET}\nX-Tenant: north"})

    assert "header = X-Front: [secret], X-Tenant: [secret]  (environment, MILESTONES_HEADER)" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="takes a POSIX shell")
def test_the_options_that_are_shown_say_the_same_to_a_shell(tmp_path: Path) -> None:
    for name in ("our ca's.pem", "client.pem", "key.pem"):
        (tmp_path / name).touch()
    options = NetworkOptions(
        ca_bundle=str(tmp_path / "our ca's.pem"),
        client_cert=str(tmp_path / "client.pem"),
        client_key=str(tmp_path / "key.pem"),
        insecure=True,
        proxy=f"http://user:{SECRET}@proxy.invalid:3128",
        headers=(("X-Front", SECRET), ("X-Tenant.2", "north")),
    )
    direct = NetworkOptions(addresses={("crm.invalid", 443): "10.0.0.7", ("crm.invalid", 80): "::1"})
    secrets = {"MILESTONES_HEADER_X_FRONT": SECRET, "MILESTONES_HEADER_X_TENANT_2": "north"}
    proxy = {"MILESTONES_PROXY": options.proxy}

    assert SECRET not in " ".join([*options.words, *options.curl_words])
    assert options.variables.keys() == {**secrets, **proxy}.keys()
    assert network_of(read_by_shell(options.words, {**secrets, **proxy})) == options
    assert network_of(read_by_shell(direct.words, {})).addresses == direct.addresses


def read_by_shell(words: Sequence[str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Read the options of a command line as the command gets them."""
    line = f"printf '%s\\n' {' '.join(words)}"
    printed = subprocess.run(["sh", "-c", line], env=variables, check=True, capture_output=True, text=True).stdout
    return command.commands["run"].make_context("run", printed.splitlines()).params
