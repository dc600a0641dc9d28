"""Faults of titles that are taken: conflicts that are missed, and titles that are called taken and are free."""

from collections.abc import Callable

from mock_server.contract.profile import Profile
from mock_server.errors import Conflict, problem_for_status
from mock_server.operations import titles
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone, Store
from tests.faulty_mocks.clone_faults import copied_milestones
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

CREATE = "createMilestone"
THE_DEFAULT_S = "create/the-default-s-title-is-taken"


def uniqueness(holds: Callable[[Milestone, Milestone | None, int], bool]) -> Inject:
    """Return a mock that looks for a title among other milestones than it should: of the project, and of none."""

    def inject(builder: MockBuilder) -> None:
        def check_unique(store: Store, _: Profile, project_id: int, title: str, own_id: int | None = None) -> None:
            for milestone in store.milestones:
                if milestone.title == title and holds(milestone, store.milestones.get(own_id or 0), project_id):
                    raise Conflict("A milestone with this title already exists.")

        builder.patch(titles, "check_unique", check_unique)

    return inject


add(
    "takes_one_title_twice",
    ("create/duplicate-title-conflicts", "race/one-title-is-given-once"),
    uniqueness(
        lambda milestone, own, project: own is not None and milestone.id != own.id and milestone.project_id == project
    ),
    (THE_DEFAULT_S,),
)
add(
    "lets_the_title_of_the_default_be_taken",
    (THE_DEFAULT_S,),
    uniqueness(
        lambda milestone, own, project: (
            milestone.project_id == project
            and (own is None or milestone.id != own.id)
            and milestone.type == "categorised"
        )
    ),
)
add(
    "forgets_that_the_default_was_renamed",
    (THE_DEFAULT_S,),
    uniqueness(
        lambda milestone, own, project: (
            milestone.project_id == project
            and (own is None or milestone.id != own.id)
            and (milestone.type == "categorised" or milestone.title == "Uncategorised")
        )
    ),
)
add(
    "takes_a_title_for_taken_in_any_project",
    ("create/same-title-elsewhere-is-fine", "update/title-of-another-project-is-fine"),
    uniqueness(lambda milestone, own, _: milestone.type == "categorised" and (own is None or milestone.id != own.id)),
    ("project/a-clone-copies-the-milestones", "update/answers-200", "create/a-deleted-title-is-free", THE_DEFAULT_S),
)


@breaks("create/duplicate-title-conflicts", implies=(THE_DEFAULT_S,))
def takes_a_title_twice_in_another_color(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        title, project = context.body.text("milestone_title"), context.body.integer("milestone_projectid")
        rows = context.store.milestones_of_project.rows(project)
        clash = [row for row in rows if row.title == title and row.color != context.body.text("milestone_color")]
        for milestone in clash:
            context.store.milestones.put(milestone._replace(title=f"{title}\u0000"))
        try:
            return original(context)
        finally:
            for milestone in clash:
                context.store.milestones.put(milestone)

    builder.operation(CREATE, faulty)


@breaks("create/duplicate-title-conflicts")
def misses_taken_titles_with_an_ampersand(builder: MockBuilder) -> None:
    def is_taken(milestone: Milestone, own: Milestone | None, project: int) -> bool:
        return milestone.project_id == project and milestone != own and (own is not None or "&" not in milestone.title)

    uniqueness(is_taken)(builder)


@breaks("create/duplicate-title-conflicts", implies=(THE_DEFAULT_S,))
def misses_the_titles_of_a_clone(builder: MockBuilder) -> None:
    copies = copied_milestones(builder)

    def is_taken(milestone: Milestone, own: Milestone | None, project: int) -> bool:
        return milestone.project_id == project and (milestone.id != own.id if own else milestone.id not in copies)

    uniqueness(is_taken)(builder)


@breaks("create/duplicate-title-conflicts", implies=(THE_DEFAULT_S,))
def calls_a_duplicate_invalid(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Conflict as conflict:
            raise problem_for_status("422", conflict.message, "milestone_title") from conflict

    builder.operation(CREATE, faulty)


@breaks("create/refused-creates-nothing", implies=("race/one-title-is-given-once",))
def creates_before_it_finds_the_duplicate(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except Conflict:
            title, project = context.body.text("milestone_title"), context.body.integer("milestone_projectid")
            twin = next(row for row in context.store.milestones_of_project.rows(project) if row.title == title)
            context.store.milestones.put(twin._replace(id=context.store.milestones.next_id()))
            raise

    builder.operation(CREATE, faulty)
