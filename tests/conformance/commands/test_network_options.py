"""Options for the way to a deployment, and what is said of mistakes in them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import command

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
