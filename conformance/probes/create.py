"""Titles, colours and other fields of new milestones."""

from collections.abc import Iterator

from conformance.context.property_context import Lab
from conformance.exchange import Exchange, Json
from conformance.http.client import Encoding, How
from conformance.probes.registry import observes, refusal_or

AS_JSON = How(encoding=Encoding.JSON)


def _create(lab: Lab, project: int, title: Json = None, how: How = AS_JSON, **fields: Json) -> Exchange:
    whole = lab.milestone_fields(project)
    if title is not None:
        whole["milestone_title"] = title
    return lab.client.create_milestone({**whole, **fields}, how)


def _second(lab: Lab, project: int, first: str, second: str) -> str:
    made = _create(lab, project, first)
    if not made.ok:
        return f"{made.status} for {first!r}"
    answer = _create(lab, project, second)
    return "same" if answer.status == 409 else refusal_or(answer, "distinct")


@observes("create/title-letter-case", "create/title-accents", "create/title-emoji", "create/title-of-the-default")
def alike_titles(lab: Lab) -> Iterator[tuple[str, str]]:
    """Pairs of titles that some collations hold equal."""
    project, word = lab.project(), lab.inputs.word
    title = word()
    yield "create/title-letter-case", _second(lab, project, title, title.upper())
    ending = word()
    yield "create/title-accents", _second(lab, project, f"é{ending}", f"e{ending}")
    ending = word()
    yield "create/title-emoji", _second(lab, project, f"🚀 {ending}", f"🎉 {ending}")
    default = lab.default(lab.empty_project())
    same = _create(lab, default.project_id or project, default.title)
    yield "create/title-of-the-default", "conflict" if same.status == 409 else refusal_or(same, "accepted")


@observes("create/title-outer-blanks", "create/title-over-255", "create/blank-title", "create/json-number-as-title")
def odd_titles(lab: Lab) -> Iterator[tuple[str, str]]:
    """Titles with blanks, of blanks, too long, and a number."""
    project = lab.empty_project()
    word = lab.inputs.word()
    padded = _create(lab, project, f"  {word} ")
    kept = {word: "trimmed", f"  {word} ": "kept"}
    yield "create/title-outer-blanks", refusal_or(padded, kept.get(_title(lab, padded), "changed otherwise"))
    long = f"{lab.inputs.word()} {'x' * 300}"[:300]
    answer = _create(lab, project, long)
    kept = {long: "accepted", long[:255]: "cut"}
    yield "create/title-over-255", refusal_or(answer, kept.get(_title(lab, answer), "changed otherwise"))
    yield "create/blank-title", refusal_or(_create(lab, project, "   "), "accepted")
    yield "create/json-number-as-title", refusal_or(_create(lab, project, 4711), "coerced")


def _title(lab: Lab, answer: Exchange) -> str:
    return lab.milestone_in(answer).title or "" if answer.ok else ""


@observes("create/unknown-color", "create/extra-fields", "create/json-numeric-string-as-id")
def odd_fields(lab: Lab) -> Iterator[tuple[str, str]]:
    """A colour and a field that nobody has, and the project as a string of digits."""
    project = lab.project()
    yield "create/unknown-color", refusal_or(_create(lab, project, milestone_color="zzz"), "accepted")
    yield "create/extra-fields", refusal_or(_create(lab, project, zzz="1"), "ignored")
    text = _create(lab, project, milestone_projectid=str(project))
    yield "create/json-numeric-string-as-id", refusal_or(text, "coerced")


@observes("create/position")
def positions(lab: Lab) -> Iterator[tuple[str, str]]:
    """A creation in a project whose default stands last."""
    project, (default, *made) = lab.new_row(2)
    lab.client.reorder_milestones([*made, default])
    position = lab.milestone(project).position
    known = {4: "after-highest", 3: "after-highest-categorised", 0: "zero"}
    yield "create/position", known.get(position or 0, f"{position}, behind two others and the default")
