"""The command `milestones-check history`: the changes from run to run."""

from pathlib import Path

import click

from conformance.commands.command_line import Command
from conformance.commands.shared_options import FILE

EXAMPLES = """\b
Examples:
  milestones-check run --target https://crm.example.com/api --history history.sqlite
  milestones-check history history.sqlite
  milestones-check history history.sqlite --deployment acme --html history.html"""


@click.command(cls=Command, epilog=EXAMPLES)
@click.argument("file", type=FILE, required=False)
@click.option("--history", type=FILE, metavar="FILE", help="The same as FILE.")
@click.option("--deployment", multiple=True, metavar="NAME", help="Shows only this deployment.")
@click.option("--html", type=FILE, metavar="FILE", help="Writes a page with a chart of the trend.")
def history(*, file: Path | None, history: Path | None, deployment: tuple[str, ...], html: Path | None) -> int:
    """Show what began to fail when, what is intermittent, and what got better.

    Runs with --history FILE write FILE.
    """
    from rich.console import Console

    from conformance.history import show
    from conformance.history.store import History
    from conformance.target import RunError

    path = file or history
    if path is None:
        raise RunError("history needs the FILE that runs with --history FILE have written.")
    with History.open(path, must_exist=True) as past:
        present = past.deployments()
        missing = [name for name in deployment if name not in present]
        if missing or not present:
            shown = f"it has {', '.join(present[:20])}" if present else "it has none"
            raise RunError(f"{path} has no runs of {', '.join(missing) or 'any deployment'}; {shown}.")
        pasts = [show.past_of(name, past.runs(name)) for name in deployment or present]
    show.show(pasts, Console(highlight=False))
    if html is not None:
        try:
            show.write_page(pasts, html)
        except OSError as error:
            raise RunError(f"{html} cannot be written ({error.strerror}); name another file.") from error
    return 0
