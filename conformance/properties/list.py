"""Listing milestones: which rows there are, what they show, and their order."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from hypothesis import strategies as st

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.generation.strategies import queries
from conformance.http.client import Fields
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone, milestone_of, rows_of

LETTERS_OF_A_WORD = 3
"""Shorter words are none to some searches, if they are in ASCII."""
FOREIGN = (" Größe", " Prüfung", " 設計", " naïve", " проект")
"""Ends of titles: words of letters beyond the English ones."""
SORTED: Sequence[dict[str, Json]] = (
    {},
    {"sort": "milestone_title"},
    {"sort": "milestone_position", "order": "asc"},
    {"sort": "milestone_created", "order": "desc"},
)


@judges("list/needs-a-project", read_only=True)
def a_list_needs_a_project(context: PropertyContext) -> None:
    """Request a list without project_id, alone and with every other parameter."""
    others: list[Fields] = [{"sort": "milestone_title", "order": "asc", "limit": 5}, {"type": "categorised"}]
    for query in ({}, *others, {"search": "e"})[: None if context.thorough else 1]:
        context.expect("list/needs-a-project").status(context.client.list_milestones(query), 422)
    # An empty id names no project, whatever the answer.
    rows = rows_of(context.client.list_milestones({"project_id": ""}))
    context.expect("list/needs-a-project").equal(len(rows), 0, "the number of rows for an empty project_id")


@judges("list/answers-as-documented", examples=Examples.SEVERAL)
def whatever_the_schemas_allow_is_listed(context: PropertyContext) -> None:
    """Request lists with type, search, sort, order and limit together, generated from the contract's schemas."""
    project = context.project()
    query = context.draw(queries(context.contract, "listMilestones"))
    answer = context.client.list_milestones({**query, "project_id": project})
    context.expect("list/answers-as-documented").status(answer, 200)


@judges("list/refuses-an-unknown-project")
def an_unknown_project_is_refused(context: PropertyContext) -> None:
    """List a deleted project, and an id beyond the range of any installation."""
    project = context.deleted_project()
    for unknown in (project, project + 900_000_000)[: context.rounds]:
        answer = context.client.list_milestones({"project_id": unknown})
        context.expect("list/refuses-an-unknown-project").status(answer, 422)


@judges(
    "list/returns-every-milestone",
    "list/leaves-other-projects-out",
    "list/shows-exactly-one-default",
    "list/rows-equal-the-milestones",
    "list/filters-by-type",
    "create/duplicate-title-conflicts",
)
def the_list_is_the_project_s_milestones(context: PropertyContext) -> None:
    """Create milestones in two projects; list one project, whole and by type."""
    project, (_, *made) = context.ordered_milestones(3)
    foreign = context.milestone(context.project()).id
    rows = context.milestones(project)
    listed = [row.id for row in rows]
    missing = sorted(set(made) - set(listed))
    context.expect("list/returns-every-milestone").holds(not missing, f"milestones {made}", f"without {missing}")
    strangers = [row.id for row in rows if row.id == foreign or row.project_id != project]
    context.expect("list/leaves-other-projects-out").holds(
        not strangers, f"only milestones of project {project}", f"also {strangers}"
    )
    defaults = [row.id for row in rows if row.type == "uncategorised"]
    context.expect("list/shows-exactly-one-default").holds(len(defaults) == 1, "one default", f"defaults {defaults}")
    for row in rows[-5 if context.thorough else -1 :]:
        if row.id in made or row.id in defaults:
            context.expect("list/rows-equal-the-milestones").equal(
                row, context.read(row.id), f"the row of {row.id}, as read by id,"
            )
    chance = context.chance()
    for kind, expected in (("categorised", made), ("uncategorised", defaults)):
        shown = [row.id for row in context.milestones(project, type=kind, **chance.choice(SORTED))]
        context.expect("list/filters-by-type").same_members(shown, expected, f"the milestones of type {kind}")
    taken = context.milestone_fields(project, chance.choice([row.title for row in rows if row.id in made]))
    context.expect("create/duplicate-title-conflicts").status(context.client.create_milestone(taken), 409)


@judges(
    "list/search-finds-the-title",
    "list/search-leaves-others-out",
    "list/search-finds-a-word-inside-a-title",
    "list/sorts-by-title",
    "list/filters-by-type",
    "list/returns-every-milestone",
    examples=Examples.WORLD,
)
def a_search_goes_by_the_title(context: PropertyContext) -> None:
    """Create titles of three words, two sharing the middle one; search for a title, for no title, and for that word."""
    project, shared = context.project(), context.inputs.word()
    titles = [
        f"{start} {middle} {context.inputs.word()}"
        for start, middle in (("bb", shared), ("dd", shared), ("ff", context.inputs.word()))
    ]
    # A search by bytes, or by English letters only, does not find other letters.
    ends = ("", "", context.draw(st.sampled_from(FOREIGN)))
    made = [context.milestone_beginning(project, title, end) for title, end in zip(titles, ends, strict=True)]
    target = made[context.draw(st.integers(0, 2))]
    judge_last_word(context, project, made[-1])
    rows = [row.id for row in context.milestones(project, search=target.title)]
    context.expect("list/search-finds-the-title").holds(target.id in rows, f"milestone {target.id}", f"ids {rows}")
    unwanted = {match.id for match in made} - {target.id}
    context.expect("list/search-leaves-others-out").holds(
        unwanted.isdisjoint(rows), f"none of {sorted(unwanted)}", f"ids {rows}"
    )
    context.expect("list/search-leaves-others-out").equal(
        [row.id for row in context.milestones(project, search=context.inputs.word())],
        [],
        "the rows of a word in no title",
    )
    judge_search_with_the_rest(context, project, shared, [milestone.id for milestone in made[:2]])
    left = unwanted - {row.id for row in context.milestones(project)}
    context.expect("list/returns-every-milestone").equal(sorted(left), [], "milestones that a search left out before")


def judge_last_word(context: PropertyContext, project: int, milestone: Milestone) -> None:
    """Search for the last word of a title if it is long enough; other titles may end in it as well."""
    words = [word for word in (milestone.title or "").split() if len(word) >= LETTERS_OF_A_WORD or not word.isascii()]
    if words and milestone.title:
        rows = [row.id for row in context.milestones(project, search=words[-1])]
        context.expect("list/search-finds-a-word-inside-a-title").holds(
            milestone.id in rows, f"milestone {milestone.id} for {words[-1]!r}", f"ids {rows}"
        )


def judge_search_with_the_rest(context: PropertyContext, project: int, word: str, bearers: list[int]) -> None:
    """Search for a word with a limit of 1, sorted either way, and with a type that no match has."""
    order = context.chance().choice(("asc", "desc"))
    query: dict[str, Json] = {"project_id": project, "search": word, "sort": "milestone_title", "order": order}
    pages = list(context.pages({**query, "limit": 1}))
    rows = [milestone.id for page in pages for row in rows_of(page) if (milestone := milestone_of(row)) is not None]
    missing, unwanted = sorted(set(bearers) - set(rows)), sorted(set(rows) - set(bearers))
    context.expect("list/search-leaves-others-out").equal(unwanted, [], f"the rows on pages of one without {word}")
    context.expect("list/search-finds-a-word-inside-a-title").equal(missing, [], f"the milestones with {word} left out")
    expected = bearers if order == "asc" else bearers[::-1]
    if sorted(rows) == sorted(bearers):
        context.expect("list/sorts-by-title").equal(rows, expected, f"with a search and order={order} the ids")
    typed = [row.id for row in context.milestones(project, search=word, type="uncategorised")]
    context.expect("list/filters-by-type").equal(typed, [], "the uncategorised milestones with a search")


@judges("list/search-takes-wildcards-literally")
def a_search_takes_signs_for_themselves(context: PropertyContext) -> None:
    """Search for titles that contain a percent sign or an underscore between letters, and for one without."""
    project = context.project()
    start, end = context.inputs.word(), context.inputs.word()
    signs = "%_" if context.thorough else context.chance().choice("%_")
    # The title that a pattern would match comes first: a deployment that compares titles by pattern then takes the next
    # one for a duplicate.
    bearers = {sign: context.milestone(project, f"{start}{sign}{end}").id for sign in f"x{signs}"}
    for sign in signs:
        rows = [row.id for row in context.milestones(project, search=f"{start}{sign}{end}")]
        context.expect("list/search-takes-wildcards-literally").equal(rows, [bearers[sign]], f"the rows with {sign!r}")


@judges(
    "list/sorts-by-title",
    "list/sorts-by-position",
    "list/sorts-by-created",
    "list/order-defaults-to-descending",
    "list/returns-every-milestone",
    examples=Examples.WORLD,
)
def rows_stand_in_the_order_asked_for(context: PropertyContext) -> None:
    """List milestones whose titles, positions and creation dates are in different orders."""
    project, (default, *ids) = context.ordered_milestones(context.draw(st.integers(4, 6)))
    rows = context.snapshot(project)
    start = "ab" if _start(rows[ids[0]]) > "e" else "xx"
    if len({row.created for identifier, row in rows.items() if identifier in ids}) == 1:
        context.let_the_clock_tick()
        ids.append(context.add_ordered_milestone(project).id)
    # The milestone created first is now the one changed last, and its new title stands at the other end.
    fields = {"milestone_title": context.inputs.plain_title(start), "milestone_color": context.inputs.known_colors[0]}
    context.obtained(context.client.update_milestone(ids[0], fields), "an updated milestone")
    context.client.reorder_milestones([ids[0], *ids[2:], default, ids[1]])
    chance = context.chance()
    columns: Sequence[tuple[str, str, Callable[[Milestone], str | int]]] = (
        ("list/sorts-by-title", "milestone_title", _start),
        ("list/sorts-by-position", "milestone_position", _position),
        ("list/sorts-by-created", "milestone_created", _created),
    )
    for requirement, column, key in columns:
        for order in ("asc", "desc"):
            query = {"sort": column, "order": order} | chance.choice(({}, {"type": "categorised"}))
            listed = context.milestones(project, **query)
            left_out = {*ids, *([] if "type" in query else [default])} - {row.id for row in listed}
            context.expect("list/returns-every-milestone").equal(
                sorted(left_out), [], f"left out with {urlencode(query)}"
            )
            shown = [row for row in listed if row.id in ids]
            keys = [key(row) for row in shown]
            if not are_comparable(keys):
                continue
            context.expect(requirement).equal(
                keys, sorted(keys, reverse=order == "desc"), f"with {urlencode(query)} the sequence"
            )
    for _, column, key in chance.sample(columns, 3 if context.thorough else 1):
        keys = [key(row) for row in context.milestones(project, sort=column) if row.id in ids]
        if are_comparable(keys):
            context.expect("list/order-defaults-to-descending").equal(
                keys, sorted(keys, reverse=True), f"with sort={column} and no order the sequence"
            )


def are_comparable(keys: Sequence[str | int]) -> bool:
    """Return whether keys can be compared: times whose fractions are shortened cannot be, as texts."""
    return len({len(key) for key in keys if isinstance(key, str)}) <= 1


def _start(row: Milestone) -> str:
    return (row.title or "")[:2]


def _position(row: Milestone) -> int:
    return row.position or 0


def _created(row: Milestone) -> str:
    return row.created or ""
