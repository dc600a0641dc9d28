"""Labels of a comparison: over time, between two deployments, or between a deployment and a contract."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """The class of a finding, as used in totals and headings, and the reason why it is reported."""

    kind: str
    heading: str
    reason: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of a requirement by its former verdict: it held, had none, was violated, was unknown."""

    held: Label
    unjudged: Label
    violated: Label
    unknown: Label
    fixed: Label
    mended_remedy: str
    still_unjudged: Label
    """The requirement has no verdict, and no requirement that held is in doubt."""
    skipped: str
    chosen: Callable[[str, str, str], str]
    """Returns the sentence on an open point that was decided in two ways."""


OVER_TIME = Labels(
    held=Label("worse", "Worse", "The requirement held, and is violated now."),
    unjudged=Label("worse", "Worse", "The requirement had no verdict, and is violated now."),
    violated=Label("known", "Known", "The requirement was violated before."),
    unknown=Label(
        "new and violated",
        "New in the contract, and violated",
        "The old state does not have this requirement, so nothing got worse; but the requirement does not hold.",
    ),
    fixed=Label("better", "Better", "The requirement was violated, and holds now."),
    mended_remedy="Shrink the baseline, so that a later violation is noticed.",
    still_unjudged=Label(
        "without a verdict, and cannot be worse",
        "Without a verdict, and cannot be worse",
        "The requirement was violated or had no verdict before, so nothing that held is in doubt.",
    ),
    skipped="requirements that were judged before were not run",
    chosen=lambda name, before, now: f"{name} was {before} and is {now}",
)

_BROKEN = Label("violated", "Violated", "The old contract promises this.")
AGAINST_A_CONTRACT = Labels(
    held=_BROKEN,
    unjudged=_BROKEN,
    violated=_BROKEN,
    unknown=_BROKEN,
    fixed=Label("holds", "Holds", "The old contract promises this."),
    mended_remedy="",
    still_unjudged=OVER_TIME.still_unjudged,
    skipped=OVER_TIME.skipped,
    chosen=OVER_TIME.chosen,
)


def beside(reference: str, compared: str) -> Labels:
    """Return the labels for comparing one deployment with another, without a change over time."""
    alone = f"Violated by {compared} alone"
    return Labels(
        held=Label("violated by one alone", alone, f"The requirement holds at {reference}."),
        unjudged=Label("violated by one alone", alone, f"The requirement has no verdict at {reference}."),
        violated=Label("violated by both", "Violated by both", f"The requirement is violated by {reference}, too."),
        unknown=Label("violated by one alone", alone, f"The requirement was not judged at {reference}."),
        fixed=Label(
            "violated by the other alone",
            f"Violated by {reference} alone",
            f"The requirement is violated by {reference}.",
        ),
        mended_remedy=f"Fix {reference}.",
        still_unjudged=Label(
            "without a verdict, nor holding at the other",
            f"Without a verdict, nor holding at {reference}",
            f"At {reference} the requirement does not hold either, so {compared} lacks nothing that {reference} has.",
        ),
        skipped=f"requirements that were judged at {reference} were not run at {compared}",
        chosen=lambda name, first, second: f"{name} is {first} at {reference} and {second} at {compared}",
    )
