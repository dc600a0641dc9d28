"""Searches: for texts that are hard to handle, and together with all other parameters of a list."""

from conformance.context.property_context import PropertyContext
from conformance.exchange import Json
from conformance.properties.registry import Examples, judges
from conformance.records import by_position, meta_of, milestone_of, rows_of


def _found(context: PropertyContext, project: int, **query: Json) -> list[str]:
    return [row.title or "" for row in context.milestones(project, **query)]


@judges(
    "list/search-finds-the-title",
    "list/search-leaves-others-out",
    "list/leaves-other-projects-out",
    examples=Examples.LONG_LIST,
)
def whatever_a_title_holds_is_found(context: PropertyContext) -> None:
    """Create titles that differ after a special character, and search for each; none contains a wildcard."""
    project, second_project, word = context.project(), context.project(), context.inputs.word()
    pairs = [
        (f"{word}&one", f"{word}&two"),
        (f"{word}+one", f"{word}+two"),
        (f"{word} 'one' <b>", f"{word} 'two' <b>"),
        (f"{word} (one) [x] a.b*c?", f"{word} (two) [x] a.b*c?"),
        (f"設計 {word} größe", f"단계 {word} größe"),
        (f"{word} {'phase ' * 8}one", f"{word} {'phase ' * 8}two"),
    ]
    # An unusual title may be refused; then it is not searched for.
    made = {
        title
        for pair in pairs
        for title in pair
        if context.client.create_milestone(context.milestone_fields(project, title)).ok
    }
    context.client.create_milestone(context.milestone_fields(second_project, pairs[0][0]))
    for searched, beside in (pair for pair in pairs if made.issuperset(pair)):
        titles = _found(context, project, search=searched)
        context.expect("list/search-finds-the-title").holds(searched in titles, f"the title {searched!r}", str(titles))
        context.expect("list/search-leaves-others-out").holds(beside not in titles, f"only {searched!r}", str(titles))
        if titles.count(searched) > 1:
            context.expect("list/leaves-other-projects-out").holds(False, "the project's own milestones", str(titles))


@judges(
    "list/search-finds-the-title",
    "list/search-finds-a-word-inside-a-title",
    "list/search-leaves-others-out",
    "list/search-looks-at-titles-alone",
    examples=Examples.LONG_LIST,
)
def a_search_knows_the_titles_of_now(context: PropertyContext) -> None:
    """Search for a renamed milestone, for the default, and for a single digit."""
    project = context.empty_project()
    default = context.default(project)
    former, title = context.inputs.plain_title(), f"{context.inputs.plain_title()} room 0"
    milestone = context.milestone(project, former)
    fields = {"milestone_title": title, "milestone_color": milestone.color}
    context.obtained(context.client.update_milestone(milestone.id, fields), "a renamed milestone")
    context.milestone(project, context.inputs.plain_title())
    # The title of a deployment's default may contain a digit.
    digits = [("0", title)] if "0" not in (default.title or "") else []
    for text, expected in ((title, title), (former, None), *digits, (default.title, default.title)):
        titles = _found(context, project, search=text)
        finds = "list/search-finds-the-title" if text == expected else "list/search-finds-a-word-inside-a-title"
        context.expect(finds).holds(expected in [None, *titles], f"{expected!r} for {text!r}", str(titles))
        # An id may contain the digit.
        leaves = "list/search-looks-at-titles-alone" if text == "0" else "list/search-leaves-others-out"
        context.expect(leaves).holds(set(titles) <= {expected}, f"none but {expected!r} for {text!r}", str(titles))


@judges(
    "list/search-finds-a-word-inside-a-title",
    "list/search-leaves-others-out",
    "list/filters-by-type",
    "list/sorts-by-title",
    "list/sorts-by-position",
    "list/limit-bounds-the-page",
    "list/pages-partition-the-list",
    "list/meta-total-follows-the-filter",
    "list/meta-last-page-follows-the-total",
    examples=Examples.LONG_LIST,
)
def a_search_goes_with_everything_else(context: PropertyContext) -> None:
    """Search for a word that five of eight titles share, one with a task: sorted, on pages of two, and by type."""
    project, word = context.empty_project(), context.inputs.word()
    titles = [f"{letters} {word}" for letters in ("bd", "db", "ba", "dd", "bb")]
    shared = {title: context.milestone(project, title).id for title in titles}
    for _ in range(2):
        context.milestone(project)
    ids = list(shared.values())
    if context.prerequisites.status_id is not None:
        context.task(project, ids[0])
    order = [
        ids[2],
        ids[4],
        ids[0],
        *(milestone_id for milestone_id in context.snapshot(project) if milestone_id not in ids),
        ids[3],
        ids[1],
    ]
    context.obtained_order(order)
    if not finds_exactly(context, project, word, set(titles)):
        return
    orders = {
        ("milestone_title", "asc"): [shared[milestone_id] for milestone_id in sorted(shared)],
        ("milestone_title", "desc"): [shared[milestone_id] for milestone_id in sorted(shared, reverse=True)],
        ("milestone_position", "asc"): [
            milestone_id for milestone_id in by_position(context.snapshot(project)) if milestone_id in ids
        ],
    }
    for (column, direction), expected in orders.items():
        query: dict[str, Json] = {"project_id": project, "search": word, "sort": column, "order": direction, "limit": 2}
        collected: list[int] = []
        for number in (1, 2, 3):
            page = context.client.list_milestones({**query, "page": number})
            rows = [milestone.id for row in rows_of(page) if (milestone := milestone_of(row)) is not None]
            context.expect("list/limit-bounds-the-page").equal(
                len(rows), 1 if number == 3 else 2, f"rows on page {number}"
            )
            context.expect("list/meta-total-follows-the-filter").equal(
                meta_of(page).get("total"), 5, "total of the found"
            )
            context.expect("list/meta-last-page-follows-the-total").equal(
                meta_of(page).get("last_page"), 3, "last_page"
            )
            collected += rows
        context.expect("list/pages-partition-the-list").same_members(collected, expected, "the ids of all pages")
        sorts = "list/sorts-by-title" if column == "milestone_title" else "list/sorts-by-position"
        if sorted(collected) == sorted(expected):
            context.expect(sorts).equal(
                collected, expected, f"with a search, sort={column} and order={direction} the ids"
            )
    for kind, count in (("categorised", len(shared)), ("uncategorised", 0)):
        with_type = _found(context, project, search=word, type=kind)
        context.expect("list/filters-by-type").holds(
            all(word in title for title in with_type) and len(with_type) == count,
            f"{count} of type {kind} with {word}",
            str(with_type),
        )


def finds_exactly(context: PropertyContext, project: int, word: str, titles: set[str]) -> bool:
    """Judge the search alone; if it fails, its combination with other parameters says nothing."""
    found_titles = set(_found(context, project, search=word))
    missing, unwanted = sorted(titles - found_titles), sorted(found_titles - titles)
    context.expect("list/search-finds-a-word-inside-a-title").holds(
        not missing, f"titles with {word}", f"without {missing}"
    )
    context.expect("list/search-leaves-others-out").holds(not unwanted, f"only titles with {word}", f"also {unwanted}")
    return not missing and not unwanted


@judges("list/search-leaves-others-out", "list/search-looks-at-titles-alone", "list/leaves-other-projects-out")
def a_search_stays_within_the_titles_of_its_project(context: PropertyContext) -> None:
    """Search for words that occur in other columns, and for titles of another project."""
    chance = context.chance()
    project, second_project = context.project(), context.project()
    milestone, elsewhere = context.read(context.milestone(project).id), context.milestone(second_project)
    columns = [milestone.color, "categorised", f"{project}", f"{milestone.id}", (milestone.created or "")[:4]]
    columns += ["ZZZ", "Uncategorised", milestone.type]
    if context.prerequisites.status_id is not None:
        columns.append(context.task(project, milestone.id).title)
    words = [word for word in (*columns, "'") if word]
    for word in [elsewhere.title or "'", *chance.sample(words, 10 if context.thorough else 2)]:
        rows = context.milestones(project, search=word)
        # The title of the default is the deployment's own.
        unwanted = [row.title for row in rows if row.type == "categorised" and not _holds(row.title, word)]
        leaves = "list/search-looks-at-titles-alone" if word in columns else "list/search-leaves-others-out"
        context.expect(leaves).equal(unwanted, [], f"titles without {word!r}")
        strangers = [row.id for row in rows if row.project_id != project]
        context.expect("list/leaves-other-projects-out").equal(strangers, [], "milestones of other projects")


def _holds(title: str | None, word: str) -> bool:
    return word.casefold() in (title or "").casefold()
