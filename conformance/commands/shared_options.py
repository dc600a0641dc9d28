"""Define the options that several commands take: how a deployment is reached."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.commands.network_options import network_of
from conformance.target import RunError, parse

if TYPE_CHECKING:
    from conformance.target import Target

FILE = click.Path(path_type=Path)

TARGET = click.option(
    "--target",
    multiple=True,
    metavar="URL",
    help="Base URL with /api, or `mock` for the embedded mock of this package.",
)
API_KEY = click.option(
    "--api-key", envvar="MILESTONES_API_KEY", metavar="KEY", help="Better given as MILESTONES_API_KEY."
)
CONTRACT = click.option("--contract", type=FILE, metavar="FILE", help="Another openapi.yaml.")
ONLY = click.option(
    "--only", multiple=True, metavar="GLOB", help="Judges matching requirements alone, e.g. 'delete/*'."
)

EXCLUDE = click.option("--exclude", multiple=True, metavar="GLOB", help="Leaves matching requirements out.")


def target_of(options: Mapping[str, Any]) -> "Target | None":
    """Return the one target that was asked for; None for the embedded mock. Raises RunError."""
    targets: Sequence[str] = options["target"]
    if len(targets) > 1:
        raise RunError(
            f"One target at a time, and here are {len(targets)}: to check several deployments, write them into a file "
            "and run `milestones-check fleet FILE --report DIR`."
        )
    return parse(targets[0] if targets else None, options["api_key"], network_of(options))
