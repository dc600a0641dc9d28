"""Titles, colours and other fields of new milestones."""

from collections.abc import Iterator

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, Json
from conformance.http.client import Encoding, RequestOptions
from conformance.probes.registry import observes, status_if_refused_or

AS_JSON = RequestOptions(encoding=Encoding.JSON)


def _create(
    context: PropertyContext, project: int, title: Json = None, options: RequestOptions = AS_JSON, **fields: Json
) -> Exchange:
    whole = context.milestone_fields(project)
    if title is not None:
        whole["milestone_title"] = title
    return context.client.create_milestone({**whole, **fields}, options)


def _second(context: PropertyContext, project: int, first: str, second: str) -> str:
    made = _create(context, project, first)
    if not made.ok:
        return f"{made.status} for {first!r}"
    answer = _create(context, project, second)
    return "same" if answer.status == 409 else status_if_refused_or(answer, "distinct")


@observes("create/title-letter-case", "create/title-accents", "create/title-emoji")
def alike_titles(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Create pairs of titles that some collations hold equal."""
    project, word = context.project(), context.inputs.word
    title = word()
    yield "create/title-letter-case", _second(context, project, title, title.upper())
    ending = word()
    yield "create/title-accents", _second(context, project, f"é{ending}", f"e{ending}")
    ending = word()
    yield "create/title-emoji", _second(context, project, f"🚀 {ending}", f"🎉 {ending}")


@observes("create/title-outer-blanks", "create/title-over-255", "create/blank-title", "create/json-number-as-title")
def odd_titles(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Create titles with surrounding spaces, of spaces alone, and too long; and send a number as a title."""
    project = context.empty_project()
    word = context.inputs.word()
    padded = _create(context, project, f"  {word} ")
    kept = {word: "trimmed", f"  {word} ": "kept"}
    yield (
        "create/title-outer-blanks",
        status_if_refused_or(padded, kept.get(_title(context, padded), "changed otherwise")),
    )
    long = f"{context.inputs.word()} {'x' * 300}"[:300]
    answer = _create(context, project, long)
    kept = {long: "accepted", long[:255]: "cut"}
    yield "create/title-over-255", status_if_refused_or(answer, kept.get(_title(context, answer), "changed otherwise"))
    yield "create/blank-title", status_if_refused_or(_create(context, project, "   "), "accepted")
    yield "create/json-number-as-title", status_if_refused_or(_create(context, project, 4711), "coerced")


def _title(context: PropertyContext, answer: Exchange) -> str:
    return context.milestone_in(answer).title or "" if answer.ok else ""


@observes("create/unknown-color", "create/extra-fields", "create/json-numeric-string-as-id")
def odd_fields(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send an unknown colour, an unknown field, and the project's id as a string."""
    project = context.project()
    yield "create/unknown-color", status_if_refused_or(_create(context, project, milestone_color="zzz"), "accepted")
    yield "create/extra-fields", status_if_refused_or(_create(context, project, zzz="1"), "ignored")
    text = _create(context, project, milestone_projectid=str(project))
    yield "create/json-numeric-string-as-id", status_if_refused_or(text, "coerced")


@observes("create/position")
def positions(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Create a milestone in a project whose default is last."""
    project, (default, *made) = context.ordered_milestones(2)
    context.client.reorder_milestones([*made, default])
    position = context.add_ordered_milestone(project).position or 0
    choices = {len(made) + 2: "after-highest", len(made) + 1: "after-highest-categorised", 0: "zero"}
    yield "create/position", choices.get(position, f"{position}, behind {len(made)} others and the default")
