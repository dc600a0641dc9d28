"""Projects: created, changed, cloned and deleted beside one with the same title: what is copied, and what stays."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from conformance.context.property_context import PropertyContext
from conformance.context.refused_writes import value_at
from conformance.context.steps import Step
from conformance.context.world import World, surely
from conformance.exchange import Exchange, Json
from conformance.http.client import FORM, Fields
from conformance.properties.listed_rows import COLUMNS
from conformance.properties.registry import Examples, judges
from conformance.records import Milestone, by_position, id_in, records_of
from conformance.results.difference import Basis

SOURCE = "project/a-clone-leaves-the-source-unchanged"
SPARES = "project/deletion-spares-other-projects"
REFUSED = "project/refused-changes-nothing"
INVALID = "project/invalid-fields-are-refused"
UPDATE = "project/an-update-leaves-milestones-alone"
COPIES_TASKS = "project/a-clone-copies-the-tasks-into-their-milestones"
OF_A_SOURCE = ("client.id", "category.id", "dates.start")
"""The values that a clone has from its source unless others are sent."""


@judges(
    "project/starts-with-its-default",
    "project/a-clone-has-a-default-of-its-own",
    "project/a-clone-copies-the-milestones",
    "project/a-clone-keeps-the-order",
    "project/a-clone-copies-the-tasks-into-their-milestones",
    "project/the-tasks-of-a-clone-are-in-its-own-milestones",
    "project/a-clone-without-the-flag-copies-no-milestones",
    "project/a-clone-without-the-flag-copies-no-tasks",
    SOURCE,
    UPDATE,
    "project/has-the-title-sent",
    "project/has-the-values-sent",
    "project/an-update-keeps-the-client",
    "project/a-clone-has-the-values-of-its-source",
    SPARES,
    "project/deletion-answers-200-with-the-id",
    "project/deletion-takes-its-milestones",
    "project/deletion-takes-its-tasks",
    "project/a-deleted-one-takes-no-milestones",
    "project/unknown-id-is-404",
    "delete/the-default-conflicts",
    REFUSED,
    INVALID,
    "project/list-filters",
    "project/list-sorts",
    "project/search-leaves-others-out",
    examples=Examples.WORLD,
)
def a_project_comes_and_goes_beside_its_namesake(context: PropertyContext) -> None:
    """Create a project, update it with tasks and an empty milestone in it, clone it twice, and delete it."""
    project = context.empty_project()
    fresh = context.milestones(project)
    context.expect("project/starts-with-its-default").equal(
        [(milestone.type, milestone.tasks_count) for milestone in fresh], [("uncategorised", 0)], "types and counts"
    )
    answer = context.client.delete_milestone(context.default_among(fresh).id)
    context.expect("delete/the-default-conflicts").status(answer, 409)
    if answer.ok:
        project = context.empty_project()
    rename(context, context.milestone(project))
    chance = context.chance()
    world = World.arrange(context, chance, project=project)
    if context.thorough:
        ids = [*world.categorised(), world.default]
        context.obtained_order(chance.sample(ids, len(ids)))
        world.relearn()
    fields = context.project_fields() | {"project_clientid": None, "project_date_start": "2026-01-03"}
    answer = context.update_project(world.project, fields, world.options())
    context.obtained(answer, "an updated project")
    if context.thorough:
        # A client that exists could be told of the project.
        context.client.update_project(world.project, {**fields, "project_clientid": unknown_client(context)})
    send_refusals(world)
    got = context.client.get_project(world.project)
    kept = {place: value for place, value in values_of(answer).items() if place == "client.id"}
    judge_values(context, "project/an-update-keeps-the-client", got, kept)
    source = values_of(got)
    filters: Fields = {"client_id": context.prerequisites.client_id, "category_id": context.prerequisites.category_id}
    context.client.list_projects({"search": fields["project_title"], "limit": 10, **filters})
    columns = chance.sample([*COLUMNS["project/list-sorts"][1]], 3) if context.thorough else ["project_created"]
    for column, (name, value) in zip(columns, {**filters, "status": "in_progress"}.items(), strict=False):
        context.client.list_projects({name: value, "sort": column, "order": chance.choice(("asc", "desc"))})
    world.judge(Step([], UPDATE, UPDATE, UPDATE))
    partly: Sequence[dict[str, Json]] = ({}, {"copy_milestones": "on"}) if context.thorough else ({},)
    copies = [_clone(world, str(fields["project_title"]), flags, source) for flags in partly]
    everything: dict[str, Json] = {"copy_milestones": "on", "copy_tasks": "on", "project_date_start": "2026-01-04"}
    source.pop("dates.start", None)
    whole = _clone(world, str(fields["project_title"]), everything, source)
    judge_whole(world, whole)
    # A clone could end up in an older project with the same title.
    for flags, copy in zip(partly, copies, strict=True):
        judge_part(world, copy, with_milestones=bool(flags))
    if context.thorough:
        judge_clone_of_a_clone(world, whole)
    # The clone has just been read.
    world.judge(Step([], SOURCE, SOURCE, SOURCE), everywhere=context.thorough)
    for copy in copies:
        context.client.delete_project(copy)
    judge_deletion(world, world.project)
    world.delete_project()
    world.judge(Step([], SPARES, SPARES, SPARES))


def judge_values(context: PropertyContext, requirement: str, answer: Exchange, values: Mapping[str, str]) -> None:
    """Judge the values of a project, by their places; what it does not show at all violates another requirement."""
    shown, record = values_of(answer), answer.envelope.get("data")
    for place, value in values.items():
        if isinstance(record, Mapping) and place.partition(".")[0] in record:
            basis = Basis(answer.number, path=f"data.{place}")
            context.expect(requirement).holds(shown.get(place) == value, f"{place} {value}", f"{shown}", basis)


def unknown_client(context: PropertyContext) -> int:
    return context.prerequisites.client_id + 900_000_000


def values_of(exchange: Exchange) -> dict[str, str]:
    """Return what a project shows of the values that its clones have, too."""
    record = exchange.envelope.get("data")
    shown = {place: value_at(record, place) for place in OF_A_SOURCE} if isinstance(record, Mapping) else {}
    return {place: value for place, value in shown.items() if value is not None}


def rename(context: PropertyContext, milestone: Milestone) -> None:
    """Rename a milestone: a copy must have the title of now."""
    fields: Fields = {"milestone_title": context.inputs.plain_title(), "milestone_color": milestone.color}
    context.obtained(context.client.update_milestone(milestone.id, fields), "an updated milestone")


def send_refusals(world: World) -> None:
    """Send updates that lack a field, one with an undocumented method, and a creation with an invalid field."""
    context, client = world.context, world.context.client
    lacking = world.chance.sample(("project_date_start", "project_categoryid", "project_title"), 3)
    days = world.chance.sample(range(1, 29), len(lacking) + 1)
    answers = [
        context.update_project(world.project, {**changed(world, day), name: None}, world.options())
        for name, day in zip(lacking if context.thorough else lacking[:1], days, strict=False)
    ]
    if context.thorough:
        body = client.form(changed(world, days[-1]))
        client.raw("PUT", f"/projects/{world.project}", body=body, content_type=FORM)
    whole = context.project_fields()
    invalid = invalid_fields(context)
    creations = [
        surely(partial(client.create_project, {**whole, **change}, world.options()))
        for change in (invalid if context.thorough else [world.chance.choice(invalid)])
    ]
    for answer in creations:
        context.expect(INVALID).status(answer, 422)
    # A deployment may take an update of some fields; then only a creation was refused.
    if all(answer.refused for answer in creations) and (context.thorough or not answers[0].refused):
        answer = client.list_projects({"search": whole["project_title"]})
        made = [row.get("id") for row in records_of(answer) if row.get("title") == whole["project_title"]]
        context.expect(REFUSED).equal(made, [], "the ids of projects made by a refused creation")


def invalid_fields(context: PropertyContext) -> Sequence[Fields]:
    """Return changes that make a creation invalid; it keeps its title, by which the run knows its projects."""
    lacking: list[Fields] = [{name: None} for name in ("project_clientid", "project_date_start", "project_categoryid")]
    return [*lacking, {"project_clientid": unknown_client(context)}, {"project_date_due": "2025-12-31"}]


def changed(world: World, day: int) -> dict[str, Json]:
    """Return the fields of an update with a new title and date."""
    return world.context.project_fields() | {"project_clientid": None, "project_date_start": f"2025-12-{day:02}"}


def _clone(world: World, title: str, flags: dict[str, Json], values: Mapping[str, str]) -> int:
    """Clone the first project under a title that is in use, and judge its values; return the clone's id."""
    answer = world.context.clone_namesake(world.project, title, flags, world.options())
    judge_values(world.context, "project/a-clone-has-the-values-of-its-source", answer, values)
    return world.context.adopt_project(answer)


def judge_whole(world: World, clone: int) -> None:
    context, source = (
        world.context,
        [milestone for milestone in world.milestones.values() if milestone.project_id == world.project],
    )
    copies, tasks = world.look([clone])
    has_own_default(world, list(copies.values()))
    copied_all = "project/a-clone-copies-the-milestones"
    shown_copies = titles_and_colors(copies.values())
    context.judge_copies(copied_all, shown_copies, titles_and_colors(source), "titles and colours of the copies")
    own = {milestone.id: milestone for milestone in source if milestone.type == "categorised"}
    copied = {copy.id: copy for copy in copies.values() if copy.type == "categorised"}
    if len({milestone.position for milestone in own.values()}) == len(own):
        context.expect("project/a-clone-keeps-the-order").equal(
            [copied[milestone_id].title for milestone_id in by_position(copied)],
            [own[milestone_id].title for milestone_id in by_position(own)],
            "the order",
        )
    strays = [task.id for task in tasks.values() if task.milestone_id not in copies]
    context.expect("project/the-tasks-of-a-clone-are-in-its-own-milestones").equal(
        strays, [], "tasks in milestones of another project"
    )
    into = context.expect(COPIES_TASKS)
    shown = {milestone_id: sum(task.milestone_id == milestone_id for task in tasks.values()) for milestone_id in copies}
    held: list[Json] = [[_name(row), shown[row.id]] for row in copies.values()]
    if world.lists_archived:
        numbers = {_name(row): shown[row.id] for row in copies.values()}
        expected: list[Json] = [[_name(row), copied_tasks(world, row.id, numbers.get(_name(row)))] for row in source]
        context.judge_copies(COPIES_TASKS, held, expected, "titles and tasks of the copies")
    if world.lists_archived and world.counts_archived:
        counts: list[Json] = [[_name(row), row.tasks_count] for row in copies.values()]
        into.equal(counts, held, "titles and tasks_count of the copies")
    world.add_twin(clone, copies, tasks)


def judge_clone_of_a_clone(world: World, clone: int) -> None:
    """Clone a clone: it has the same milestones again."""
    fields: Fields = {"project_title": world.context.sandbox.project_title(), "copy_milestones": "on"}
    again = world.context.adopt_project(world.context.client.clone_project(clone, fields))
    source = [milestone for milestone in world.milestones.values() if milestone.project_id == clone]
    first, second = titles_and_colors(source), titles_and_colors(world.context.milestones(again))
    subject = "titles and colours of the copies of copies"
    world.context.judge_copies("project/a-clone-copies-the-milestones", second, first, subject)


def copied_tasks(world: World, milestone: int, shown: int | None) -> int:
    """Return how many tasks the copy of a milestone must have; whether archived ones are copied is not documented."""
    tasks = [world.tasks[task] for task in world.held(milestone)]
    active = [task for task in tasks if task.active_state != "archived"]
    return len(tasks) if shown is None else min(max(shown, len(active)), len(tasks))


def _name(milestone: Milestone) -> str | None:
    """Return what a milestone and its copy have in common: the defaults may have different titles."""
    return milestone.title if milestone.type == "categorised" else "the default"


def judge_part(world: World, clone: int, *, with_milestones: bool) -> None:
    """Judge a clone without tasks."""
    copies = world.context.milestones(clone)
    has_own_default(world, copies)
    source = [row for row in world.milestones.values() if row.project_id == world.project]
    if with_milestones:
        shown, subject = titles_and_colors(copies), "titles and colours of the copies"
        world.context.judge_copies("project/a-clone-copies-the-milestones", shown, titles_and_colors(source), subject)
    else:
        titles = {row.title for row in source if row.type != "uncategorised"}
        world.context.expect("project/a-clone-without-the-flag-copies-no-milestones").equal(
            [copy.title for copy in copies if copy.title in titles], [], "titles of the copies"
        )
    world.context.expect("project/a-clone-without-the-flag-copies-no-tasks").equal(
        sum(copy.tasks_count or 0 for copy in copies), 0, "tasks_count of all of the copy"
    )


def judge_deletion(world: World, project: int) -> None:
    """Delete a project; look for it, for one of its milestones and for one of its tasks."""
    context, client = world.context, world.context.client
    tasks = world.tasks_of(project)
    empty_first = sorted(world.categorised(project), key=lambda milestone: len(world.held(milestone)))
    milestones = [*empty_first[:: max(len(empty_first) - 1, 1)], world.default][: 3 if context.thorough else 2]
    answer = client.delete_project(project)
    expect = context.expect("project/deletion-answers-200-with-the-id")
    expect.status(answer, 200)
    expect.equal(id_in(answer), project, "the id in data")
    if not answer.ok:
        context.obtained(answer, "a deleted project")
    for milestone in milestones:
        context.expect("project/deletion-takes-its-milestones").status(client.get_milestone(milestone), 404)
    for task in tasks[:: max(len(tasks) - 1, 1)]:
        context.expect("project/deletion-takes-its-tasks").status(client.get_task(task), 404)
    refuses = context.expect("project/a-deleted-one-takes-no-milestones")
    refuses.status(client.create_milestone(context.milestone_fields(project)), 422)
    unknown = context.expect("project/unknown-id-is-404")
    unknown.status(client.get_project(project), 404)
    unknown.status(context.update_project(project, context.project_fields() | {"project_clientid": None}), 404)
    unknown.status(client.delete_project(project), 404)


def has_own_default(world: World, copies: Sequence[Milestone]) -> None:
    defaults = [copy.id for copy in copies if copy.type == "uncategorised"]
    world.context.expect("project/a-clone-has-a-default-of-its-own").holds(
        len(defaults) == 1 and defaults[0] not in world.milestones, "one default of its own", f"defaults {defaults}"
    )


def titles_and_colors(milestones: Iterable[Milestone]) -> list[Json]:
    return [[milestone.title, milestone.color] for milestone in milestones if milestone.type == "categorised"]
