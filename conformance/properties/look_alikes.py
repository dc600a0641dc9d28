"""Titles that a slug, a pattern, an escape or a number conversion makes equal are different; none may be refused."""

from collections.abc import Callable, Sequence
from itertools import chain

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, Json
from conformance.generation.titles import look_alikes, may_be_refused
from conformance.http.client import RequestOptions
from conformance.properties.registry import judges
from conformance.records import id_in
from conformance.results.difference import Basis

CREATE = "create/look-alikes-are-no-conflict"
UPDATE = "update/look-alikes-are-no-conflict"
SCRIPTS = (("設計フェーズ", "実装フェーズ"), ("Дизайн", "Работа"), ("تصميم", "تنفيذ"), ("עיצוב", "פיתוח"))
"""Pairs of titles that an ASCII slug reduces to nothing; a deployment may refuse them, but not as taken."""
SIGNS = ("!!!", "???", "***", "---", "...", "+", "%", "_", "&", "#")
PHASES = (20, 40)
"""The number of repetitions of a word in long titles, before they differ."""
ZERO = "0"
"""A title that some languages treat as false."""
WORDS = ("true", "null")
"""Titles that some languages take for values."""
FILLER = "q"
"""A letter that makes a title of any length."""


@judges(CREATE, UPDATE, "create/keeps-the-title")
def titles_that_look_alike_are_different(context: PropertyContext) -> None:
    """Create titles that look alike in a drawn order, and then give each to one milestone in turn."""
    chance = context.chance()
    project = context.empty_project() if context.thorough else context.project()
    word, number = context.inputs.word(), context.inputs.numeric_title()[2:]
    groups = look_alikes(word, number)
    alike = list(chain.from_iterable(groups if context.thorough else [chance.choice(groups)]))
    titles = chance.sample(alike, len(alike) if context.thorough else 2)
    left = [title for title in alike if title not in titles] or [f"{word} {letter}" for letter in "ab"]
    # The milestone gives up this title before a new milestone gets it.
    is_updated(context, project, [ZERO, *chance.sample(left, min(len(left), 4 if context.thorough else 1))])
    # Earlier examples in this project have used shorter ones.
    longer = 1 + context.earlier_examples(project)
    few = chance.randrange(2)
    titles += [ZERO, *(sign * longer for sign in chance.sample(SIGNS, 3 if context.thorough else few))]
    if context.thorough:
        titles += [*WORDS, *(f"{word} {'phase ' * phases}{last}" for phases in PHASES for last in ("one", "two"))]
    pairs = list(chain.from_iterable(SCRIPTS if context.thorough else [chance.choice(SCRIPTS)[few:]]))
    scripts = [text + text[-1] * longer for text in pairs]
    kept = {created: title for title in titles if (created := is_created(context, project, title))}
    kept |= {created: title for title in scripts if (created := is_created(context, project, title, is_odd=True))}
    if context.thorough:
        # A title is no type; whether the title of the default is like it is the deployment's matter.
        context.client.create_milestone(context.milestone_fields(project, "uncategorised"))
    rows = context.snapshot(project)
    other = {milestone: title for milestone, title in kept.items() if rows[milestone].title != title}
    # If the list alone is wrong, that violates another requirement.
    changed = [title for milestone, title in other.items() if context.read(milestone).title != title]
    context.expect("create/keeps-the-title").equal(changed, [], "titles that were not kept")


def is_taken(answer: Exchange, title: str, send: Callable[[str], Exchange], *, is_odd: bool = False) -> bool:
    """Return whether an unused title was refused as taken; unusual ones may be refused for their characters.

    A deployment may also refuse short titles: then it refuses another one of the same length that is sent.
    """
    if is_odd or may_be_refused(title):
        return answer.status == 409
    if answer.status == 422:
        return send(FILLER * len(title)).ok
    return answer.refused and not answer.is_firewall_page


def is_created(context: PropertyContext, project: int, title: str, *, is_odd: bool = False) -> int | None:
    """Create a milestone with an unused title, and return its id."""
    options = context.draw_options()

    def send(text: str) -> Exchange:
        return context.client.create_milestone(context.milestone_fields(project, text), options)

    answer = send(title)
    taken = is_taken(answer, title, send, is_odd=is_odd)
    free = Basis(answer.number, ("2??", "422") if is_odd or may_be_refused(title) else ("2??",))
    context.expect(CREATE).holds(not taken, f"{title!r}, which no milestone has, to be accepted", answer.summary, free)
    return id_in(answer) if answer.ok else None


def is_updated(context: PropertyContext, project: int, titles: Sequence[str]) -> None:
    milestone, color = context.spare_milestone(project), context.inputs.known_colors[0]
    for title in titles:
        options = context.draw_options()

        def send(text: str, options: RequestOptions = options) -> Exchange:
            fields: dict[str, Json] = {"milestone_title": text, "milestone_color": color}
            return context.client.update_milestone(milestone, fields, options)

        answer = send(title)
        free = Basis(answer.number, ("2??", "422") if may_be_refused(title) else ("2??",))
        taken = is_taken(answer, title, send)
        context.expect(UPDATE).holds(
            not taken, f"{title!r}, which no milestone has, to be accepted", answer.summary, free
        )
