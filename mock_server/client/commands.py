"""The commands that drive a running mock over its control API."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from mock_server.client.control_client import ControlClient

FILE = click.Path(path_type=Path)
F = TypeVar("F", bound=Callable[..., None])


def refuse_empty(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Raise BadParameter for an option with an empty value: in a script, a variable is probably unset."""
    if value == "" and context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
        raise click.BadParameter(
            "The value is empty; a variable in it seems to be unset. Give a value, or leave the option out."
        )
    return value


URL = click.option(
    "--url",
    default="http://127.0.0.1:4010",
    show_default=True,
    envvar="MILESTONES_MOCK_URL",
    show_envvar=True,
    help="Address of the mock.",
)
KEY = click.option("--key", default="test-me", show_default=True, callback=refuse_empty, help="The key of the account.")
ALL = click.option("--all", "of_all", is_flag=True, help="All accounts, in place of the account of --key.")
TOKEN = click.option(
    "--control-token",
    "token",
    default="",
    envvar="MILESTONES_CONTROL_TOKEN",
    help="The control token, if the mock needs one.",
)


def with_client(act: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command with a client for its account, and with errors reported in a sentence."""

    @URL
    @KEY
    @TOKEN
    @wraps(act)
    def run(url: str, key: str, token: str, of_all: bool = False, **options: object) -> None:
        from mock_server.client.control_client import ControlClient, ControlClientError

        try:
            act(ControlClient(url, "" if of_all else key, token), **options)
        except ControlClientError as error:
            raise click.ClickException(str(error)) from error

    return run


@click.command()
@with_client
def accounts(mock: "ControlClient") -> None:
    """List the accounts that have been opened."""
    for account in mock.accounts():
        figures = ", ".join(f"{account[name]} {name}" for name in ("projects", "milestones", "tasks"))
        click.echo(f"{account['key']}: {figures}, at {account['now']}")


@click.command()
@with_client
def reset(mock: "ControlClient") -> None:
    """Reset an account to its first state."""
    mock.reset()


@click.command()
@with_client
def state(mock: "ControlClient") -> None:
    """Print all data of an account, as a scenario."""
    show(mock.state())


@click.command()
@click.argument("scenario")
@with_client
def load(mock: "ControlClient", scenario: str) -> None:
    """Fill an account from a scenario: a shipped one by its name, or a file."""
    path = Path(scenario)
    if not path.exists():
        if scenario != path.stem:
            raise click.ClickException(f"{path} does not exist. Check the path, or name a shipped scenario.")
        mock.load(scenario)
        return
    from mock_server.contract.yaml_files import DocumentError, as_mapping, read_document

    try:
        content = as_mapping(read_document(path))
    except DocumentError as error:
        raise click.ClickException(str(error)) from error
    mock.load(content)


@click.command()
@click.argument("name", default="snapshot")
@with_client
def snapshot(mock: "ControlClient", name: str) -> None:
    """Save the data of an account under a name."""
    mock.snapshot(name)


@click.command()
@click.argument("name", default="snapshot")
@with_client
def restore(mock: "ControlClient", name: str) -> None:
    """Restore an account from a snapshot."""
    mock.restore(name)


@click.command()
@click.option("--now", help="An instant with its offset, such as 2026-06-15T09:30:00Z.")
@click.option("--advance", type=float, help="Seconds.")
@click.option("--frozen/--running", default=None, help="Whether the clock also stops at writes.")
@with_client
def clock(mock: "ControlClient", **changes: object) -> None:
    """Show the clock of an account, after setting, advancing or freezing it."""
    show(mock.clock(**given(changes)))


@click.command()
@click.argument("name", required=False)
@click.option("--choose", "chosen", multiple=True, metavar="POINT=CHOICE", help="A choice at an open point.")
@click.option("--clear", is_flag=True, help="Return to the choices of the mock.")
@with_client
def profile(mock: "ControlClient", name: str | None, chosen: Sequence[str], clear: bool) -> None:
    """Show the choices of an account at open points, after changing them."""
    if clear:
        mock.clear_profile()
    choices = dict(read_choice(text) for text in chosen)
    show(mock.profile(**given({"profile": name, "choices": choices or None})))


def read_choice(text: str) -> tuple[str, str]:
    """Parse `point=choice` into the open point and the choice; raise BadParameter."""
    point, equals, choice = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text} has no choice: write it as POINT=CHOICE.", param_hint="--choose")
    return point, choice


@click.command()
@click.option("--clear", is_flag=True, help="Remove the recorded requests of the account.")
@click.option("--number", type=int, help="Show one request completely, with the reason for its answer.")
@ALL
@with_client
def requests(mock: "ControlClient", clear: bool, number: int | None) -> None:
    """List the recorded requests of an account."""
    if number is not None:
        show(mock.request(number))
        return
    if clear:
        tell(f"{count(mock.clear_requests(), 'request')} of {name_account(mock)} cleared.")
        return
    rows = mock.requests()
    for request in rows:
        query = f"?{request['query']}" if request["query"] else ""
        notes = " ".join(filter(None, ["" if mock.key else request["key"], request["forced"], *request["complaints"]]))
        line = f"{request['number']:>5} {request['status'] or '---'} {request['method']} {request['path']}{query}"
        click.echo(f"{line} {request['milliseconds']:.1f} ms {notes}".rstrip())
    if not rows:
        point_to_others(mock)


def point_to_others(mock: "ControlClient") -> None:
    """Print which accounts have recorded requests, if the given account has none."""
    counts = Counter(row["key"] or "no key" for row in mock.call("GET", "/requests")["data"])
    if not counts:
        tell("Nothing is recorded.")
        return
    names = ", ".join(f"{key} ({number})" for key, number in counts.items())
    other_accounts = f"{count(counts.total(), 'request')} of other accounts: {names}"
    tell(f"Nothing is recorded of {name_account(mock)}, but {other_accounts}. Give --all, or the account as --key.")


@click.command()
@click.argument("path", type=FILE)
@ALL
@with_client
def har(mock: "ControlClient", path: Path) -> None:
    """Write the recorded requests of an account to a file, as an HTTP archive."""
    archive = mock.har()
    write(path, archive)
    if not archive["log"]["entries"]:
        point_to_others(mock)


@click.command()
@click.argument("path", type=FILE)
@with_client
def scenario(mock: "ControlClient", path: Path) -> None:
    """Write the records that the recorded answers of all accounts show to a file, as a scenario for a mock."""
    write(path, mock.recorded())


@click.command()
@click.option("--operation", help="The operation, such as reorderMilestones; by default all.")
@click.option("--status", type=int, help="A status that the contract documents for it.")
@click.option("--times", type=int, help="Total number of requests that fail.")
@click.option("--share", type=float, help="The share of requests that fail, 0 to 1.")
@click.option("--delay", type=float, help="Seconds until the answer.")
@click.option("--jitter", type=float, help="Up to so many additional seconds.")
@click.option("--retry-after", type=int, help="Seconds in the Retry-After of a 429.")
@click.option("--drop", is_flag=True, default=None, help="Hang up without an answer.")
@click.option("--truncate-at", type=int, help="Hang up after so many bytes of the body.")
@ALL
@with_client
def fail(mock: "ControlClient", **fault: object) -> None:
    """Make requests of an account fail from now on."""
    click.echo(f"fault {mock.fail(**given(fault))}")


@click.command()
@click.option(
    "--clear", is_flag=True, help="First remove the faults of the account that --key names, or with --all all faults."
)
@ALL
@with_client
def faults(mock: "ControlClient", clear: bool) -> None:
    """List the standing faults of all accounts."""
    cleared = mock.clear_faults() if clear else 0
    standing = mock.faults()
    if clear:
        rest = f" Other accounts keep {count(len(standing), 'fault')}; --all clears them, too:" if standing else ""
        tell(f"{count(cleared, 'fault')} of {name_account(mock)} cleared.{rest}")
    for fault in standing:
        click.echo(json.dumps(fault))


COMMANDS: tuple[click.Command, ...] = (
    accounts,
    clock,
    fail,
    faults,
    har,
    load,
    profile,
    requests,
    reset,
    restore,
    scenario,
    snapshot,
    state,
)


def given(options: Mapping[str, object]) -> dict[str, Any]:
    """Return the options that were set."""
    return {name: value for name, value in options.items() if value is not None}


def show(content: Mapping[str, Any]) -> None:
    """Print JSON, indented."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))


def name_account(mock: "ControlClient") -> str:
    """Return the name of the account that a command drives, for messages."""
    return mock.key or "all accounts"


def count(number: int, what: str) -> str:
    """Return a number with a noun, in the plural if needed."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def tell(text: str) -> None:
    """Print a message to standard error, separate from the output."""
    click.echo(text, err=True)


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON to a file; raise ClickException."""
    from mock_server.scenarios.writer import write_json

    try:
        write_json(path, content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}. Name another file.") from error
