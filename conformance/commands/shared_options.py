"""Define the options that several commands take: how a deployment is reached."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

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


def target_of(targets: Sequence[str], key: str | None) -> "Target | None":
    """Return the one target that was asked for; None for the embedded mock. Raises RunError."""
    if len(targets) > 1:
        raise RunError(
            f"One target at a time, and here are {len(targets)}: to check several deployments, write them into a file "
            "and run `milestones-check fleet FILE --report DIR`."
        )
    return parse(targets[0] if targets else None, key)
