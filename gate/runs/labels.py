"""How a comparison is told: of a deployment over time, of two beside each other, or of one held against a contract."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """The class of a finding, as totals and headings name it, and why it is told."""

    kind: str
    heading: str
    reason: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What is said of a requirement by what was known of it: it held, had no verdict, was violated, was not there."""

    held: Label
    unjudged: Label
    violated: Label
    unknown: Label
    fixed: Label
    mended_remedy: str
    still_unjudged: Label
    """It has no verdict, and nothing that held is in doubt."""
    skipped: str
    chosen: Callable[[str, str, str], str]
    """Says of an open point that it was decided in two ways."""


OVER_TIME = Labels(
    held=Label("worse", "Worse", "It held, and is violated now."),
    unjudged=Label("worse", "Worse", "It had no verdict, and is violated now."),
    violated=Label("known", "Known", "It was violated before."),
    unknown=Label(
        "new and violated",
        "New in the contract, and violated",
        "What it is held against does not know this requirement, so nothing got worse; nor does it hold.",
    ),
    fixed=Label("better", "Better", "It was violated, and holds now."),
    mended_remedy="Shrink the baseline, so that it cannot get worse again unseen.",
    still_unjudged=Label(
        "without a verdict, and cannot be worse",
        "Without a verdict, and cannot be worse",
        "It was violated, or had no verdict before either; so nothing that held is in doubt.",
    ),
    skipped="requirements that were judged before were not run",
    chosen=lambda name, before, now: f"{name} was {before} and is {now}",
)

_BROKEN = Label("violated", "Violated", "The old contract promises it.")
AGAINST_A_CONTRACT = Labels(
    held=_BROKEN,
    unjudged=_BROKEN,
    violated=_BROKEN,
    unknown=_BROKEN,
    fixed=Label("holds", "Holds", "The old contract promises it."),
    mended_remedy="",
    still_unjudged=OVER_TIME.still_unjudged,
    skipped=OVER_TIME.skipped,
    chosen=OVER_TIME.chosen,
)


def beside(one: str, other: str) -> Labels:
    """The words for `other`, held against `one`: nothing changed in time between them."""
    alone = f"Violated by {other} alone"
    return Labels(
        held=Label("violated by one alone", alone, f"It holds at {one}."),
        unjudged=Label("violated by one alone", alone, f"{one} has no verdict on it."),
        violated=Label("violated by both", "Violated by both", f"It is violated by {one}, too."),
        unknown=Label("violated by one alone", alone, f"It was not judged at {one}."),
        fixed=Label("violated by the other alone", f"Violated by {one} alone", f"It is violated by {one}."),
        mended_remedy=f"Mend {one}.",
        still_unjudged=Label(
            "without a verdict, nor holding at the other",
            f"Without a verdict, nor holding at {one}",
            f"At {one} it is violated, or has no verdict either; so {other} lacks nothing that {one} has.",
        ),
        skipped=f"requirements that were judged at {one} were not run at {other}",
        chosen=lambda name, first, second: f"{name} is {first} at {one} and {second} at {other}",
    )
