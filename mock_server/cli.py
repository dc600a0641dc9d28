"""The command `milestones-mock`."""

import socket
from pathlib import Path

import click

FILE = click.Path(path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4010, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--api-key", "keys", multiple=True, help="A good key. Without any, all that begin with test- are good.")
@click.option("--scenario", default="default", show_default=True, help="What an account starts with: a name or a file.")
@click.option("--contract", "contract_path", type=FILE, help="An openapi.yaml in the place of the shipped one.")
@click.option("--profile", "profile_name", help="Choices at the contract's open points: a name or a file.")
@click.option("--validate-answers", is_flag=True, help="Check every answer of the mock against the contract (slow).")
@click.version_option(package_name="milestones-conformance", message="milestones-mock %(version)s")
def main(
    host: str,
    port: int,
    keys: tuple[str, ...],
    scenario: str,
    contract_path: Path | None,
    profile_name: str | None,
    validate_answers: bool,
) -> None:
    """Serve a stateful mock of the Milestones API.

    Any key that begins with test- opens an account of its own.
    """
    # What is slow to import is imported here, so that --help is not.
    from mock_server.app import App
    from mock_server.contract import load_contract
    from mock_server.documents import DocumentError
    from mock_server.messages import Handler
    from mock_server.profile import Profile, ProfileError, load_profile
    from mock_server.scenarios import load_scenario
    from mock_server.server import listen, serve

    try:
        contract = load_contract(contract_path)
        profile = load_profile(contract, profile_name) if profile_name else Profile.of(contract)
        handler: Handler = App(contract, scenario=load_scenario(scenario), profile=profile, keys=keys)
    except (DocumentError, ProfileError) as error:
        raise click.ClickException(str(error)) from error
    if validate_answers:
        from mock_server.second_opinion import SecondOpinion

        handler = SecondOpinion(handler, contract)
    try:
        listener = listen(host, port)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"Cannot listen on {host}:{port}: {reason}. Choose another --port.") from error
    serve(handler, listener, lambda: announce(listener, contract.base_path))


def announce(listener: socket.socket, base_path: str) -> None:
    """Print the base URL, which tells that the mock answers."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{port}{base_path}", flush=True)
