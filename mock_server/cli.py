"""The command line `milestones-mock`: serve a mock, or drive a running one with a command."""

import errno
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from mock_server.client.commands import COMMANDS, refuse_empty

if TYPE_CHECKING:
    from mock_server.control.root import RootHandler
    from mock_server.control.saver import Saver
    from mock_server.http.server import Tls

DEFAULT_SCENARIO = "default"
FILE = click.Path(path_type=Path)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--host", default="127.0.0.1", show_default=True, callback=refuse_empty, help="Address to listen on.")
@click.option(
    "--port",
    default=4010,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free port.",
)
@click.option(
    "--api-key",
    "keys",
    multiple=True,
    help="A valid key. Without this option, all keys that begin with test- are valid.",
)
@click.option(
    "--scenario",
    default=DEFAULT_SCENARIO,
    show_default=True,
    help="The data that an account starts with: a name or a file.",
)
@click.option(
    "--save", "save_path", type=FILE, help="Write all accounts as a scenario to this file, regularly and at the end."
)
@click.option(
    "--save-every",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Seconds between two saves.",
)
@click.option("--contract", "contract_path", type=FILE, help="An openapi.yaml in place of the shipped one.")
@click.option("--reload", "reloads", is_flag=True, help="Read the contract again when its file changes.")
@click.option(
    "--profile", default="default", show_default=True, help="Choices at the contract's open points: a name or a file."
)
@click.option("--faults", "faults_path", type=FILE, help="A file of standing faults.")
@click.option(
    "--validation",
    type=click.Choice(["strict", "report", "off"]),
    default="strict",
    show_default=True,
    help="Requests that break the contract: refuse, answer as far as possible and mark, or answer without a mark.",
)
@click.option("--validate-answers", is_flag=True, help="Check every answer of the mock against the contract (slow).")
@click.option(
    "--upstream",
    default="",
    metavar="URL",
    callback=refuse_empty,
    help="Forward to a deployment, and check its answers.",
)
@click.option(
    "--mock",
    "mocked",
    multiple=True,
    metavar="OPERATION",
    help="With --upstream: an operation that the mock answers itself.",
)
@click.option(
    "--record",
    default=1000,
    show_default=True,
    type=click.IntRange(0),
    help="Number of requests that are kept for the inspector.",
)
@click.option(
    "--max-accounts",
    default=1000,
    show_default=True,
    type=click.IntRange(1),
    help="Number of accounts that are kept; the one unused the longest is removed.",
)
@click.option("--tls-cert", type=FILE, help="A certificate chain (PEM) for HTTPS; needs --tls-key.")
@click.option("--tls-key", type=FILE, help="The private key of the certificate (PEM).")
@click.option(
    "--log", "log_format", type=click.Choice(["text", "json"]), help="Write a line for each request to standard error."
)
@click.option(
    "--control-token",
    default="",
    metavar="TOKEN",
    callback=refuse_empty,
    help="A token that the inspector and the control API then need.",
)
@click.option(
    "--until-stdin-closes",
    is_flag=True,
    help="Stop when standard input closes, as it does when the program that started the mock ends.",
)
@click.version_option(package_name="milestones-conformance", message="milestones-mock %(version)s")
@click.pass_context
def main(context: click.Context, /, **options: object) -> None:
    """Serve a stateful mock of the Milestones API, or control a running mock with a command.

    Any key that begins with test- opens an account of its own. Open the address in a browser to see the inspector.
    """
    if context.invoked_subcommand is None:
        serve_mock(**options)  # type: ignore[arg-type] # they are those of the options above


for _command in COMMANDS:
    main.add_command(_command)


def serve_mock(
    *,
    host: str,
    port: int,
    save_path: Path | None,
    save_every: float,
    reloads: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    until_stdin_closes: bool,
    **options: object,
) -> None:
    """Serve until the process is asked to stop."""
    if bool(tls_cert) != bool(tls_key):
        raise click.UsageError("--tls-cert and --tls-key belong together: give both.")
    # Slow imports are made here, so that --help is fast.
    from mock_server.control.saver import Saver
    from mock_server.http.server import Tls, leave_process, serve

    tls = Tls(tls_cert, tls_key) if tls_cert and tls_key else None
    scenario = str(options["scenario"])
    # The file of a mock that loads what it saves does not exist at the first start, and nothing else writes it.
    continues = save_path is not None and save_path.resolve() == Path(scenario).resolve()
    if continues and not Path(scenario).exists():
        options["scenario"] = DEFAULT_SCENARIO
    root = set_up(host, tls, **options)  # type: ignore[arg-type] # as above
    if save_path is not None:
        check_save(save_path)
    listener = open_listener(host, port)
    watch_files(root, "" if continues else scenario, reloads=reloads)
    saver = Saver(root.control, save_path, save_every, tell) if save_path is not None else None
    if saver:
        saver.start()
    if until_stdin_closes:
        Thread(target=stop_with_stdin, daemon=True).start()
    scheme, base_path = "https" if tls else "http", root.middleware.contract.base_path
    answer = root.answer if root.middleware.upstream is not None else None
    serve(root, listener, lambda: announce(scheme, listener, base_path), answer=answer, tls=tls)
    if saver:
        # A second Ctrl-C must not destroy what is saved after the first one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        save(saver)
    # Clients that are still connected must not keep the process alive.
    leave_process()


def stop_with_stdin() -> None:
    """Stop the process once standard input closes."""
    # Not sys.stdin: a thread that holds its lock would abort the interpreter's shutdown.
    while os.read(0, 1024):
        pass
    signal.raise_signal(signal.SIGTERM)


def set_up(
    host: str, tls: "Tls | None", *, control_token: str, log_format: str | None, **options: object
) -> "RootHandler":
    """Create the mock that the options describe; raise ClickException."""
    from mock_server.contract.profile import ProfileError
    from mock_server.contract.yaml_files import DocumentError
    from mock_server.control.access import is_loopback
    from mock_server.factory import ConfigError, MockConfig, create_mock
    from mock_server.http.server import TlsError

    try:
        if tls:
            tls.check()
        setup = MockConfig(token=control_token, is_open=is_loopback(host), log=log_format, **options)  # type: ignore[arg-type]
        return create_mock(setup)
    except (DocumentError, ProfileError, ConfigError, TlsError) as error:
        raise click.ClickException(str(error)) from error


def check_save(path: Path) -> None:
    """Check at the start that accounts can be saved at the end; raise ClickException."""
    from mock_server.scenarios.writer import check_writable

    try:
        check_writable(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. For --save, name a file in a writable folder."
        raise click.ClickException(message) from error


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that is bound; raises ClickException."""
    from mock_server.http.server import listen

    try:
        return listen(host, port)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        is_port = getattr(error, "errno", None) in {errno.EADDRINUSE, errno.EACCES}
        advice = "Choose another --port" if is_port else "Give an address of this machine as --host"
        raise click.ClickException(f"Cannot listen on {host}:{port}: {reason}. {advice}.") from error


def watch_files(root: "RootHandler", scenario: str, *, reloads: bool) -> None:
    """Reload the scenario, if it is a file, and with `reloads` the contract whenever they change."""
    from mock_server.reload import FileWatcher, reload_contract, reload_scenario

    def reload_contract_file() -> None:
        for key in reload_contract(root):
            tell(f"The account {key} does not fit the new contract, and starts again.")

    if Path(scenario).is_file():
        done = f"{scenario} was read again."
        FileWatcher(Path(scenario), lambda: attempt(lambda: reload_scenario(root, scenario), done)).start()
    if reloads:
        contract = root.middleware.contract.path
        FileWatcher(contract, lambda: attempt(reload_contract_file, f"{contract} was read again.")).start()


def attempt(act: Callable[[], None], done: str) -> None:
    """Reload a file and report it; an invalid file changes nothing."""
    from mock_server.contract.yaml_files import DocumentError

    try:
        act()
    except DocumentError as error:
        tell(f"{error} The mock continues with the old version.")
    else:
        tell(done)


def tell(text: str) -> None:
    """Print a message to standard error."""
    print(text, file=sys.stderr, flush=True)


def save(saver: "Saver") -> None:
    """Write all accounts when the mock ends."""
    try:
        saver.save()
    except OSError as error:
        message = f"{saver.path} cannot be written: {error.strerror}. The file stays as it was; later changes are lost."
        raise click.ClickException(message) from error


def announce(scheme: str, listener: socket.socket, base_path: str) -> None:
    """Print the base URL, which shows that the mock answers requests."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"{scheme}://{shown}:{port}{base_path}", flush=True)
