"""Faults of reordering milestones."""

from collections.abc import Callable, Collection
from dataclasses import replace

from conformance.options import Depth
from mock_server.contract.profile import Profile
from mock_server.errors import Conflict, ValidationFailed
from mock_server.messages import Request, Response
from mock_server.operations import milestones
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from mock_server.storage.store import Milestone
from tests.faulty_mocks.create_faults import refuses
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

REORDER = "reorderMilestones"
PLACES = ("reorder/positions-run-from-one",)
LATER = (
    "reorder/is-idempotent",
    "reorder/the-last-order-wins",
    "reorder/list-follows-the-order",
    "race/reorders-end-in-one-of-both",
    "reorder/accepts-form",
    "reorder/accepts-json",
)


@breaks("reorder/answers-200")
def answers_a_reorder_with_202(builder: MockBuilder) -> None:
    builder.operation(REORDER, lambda context, original: replace(original(context), status=202))


@breaks("reorder/answers-200")
def answers_a_reorder_with_204_and_nothing(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        done = request.method == "PUT" and request.path.endswith("/positions") and response.status == 200
        return Response(204, ()) if done else response

    builder.handle(faulty)


@breaks("envelope/success-carries-a-message")
def answers_a_reorder_with_the_bare_ids(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Callable[[Request], Response]) -> Response:
        response = original(request)
        done = request.method == "PUT" and request.path.endswith("/positions") and response.status == 200
        return replace(response, body=b"[1, 2, 3]") if done else response

    builder.handle(faulty)


PATH = r"/milestones/positions$"
MORE = ("reorder/*",)
add("takes_no_form_to_reorder", ("reorder/accepts-form",), refuses("PUT", PATH, "form"), (*MORE, "envelope/*"))
add("takes_no_json_to_reorder", ("reorder/accepts-json",), refuses("PUT", PATH, "json"), (*MORE, "envelope/*"))


def _numbers(start: int, step: int = 1, *, backwards: bool = False, by_id: bool = False) -> Inject:
    def inject(builder: MockBuilder) -> None:
        def number(named: Collection[Milestone], _: Profile) -> dict[int, int]:
            ids = [milestone.id for milestone in named]
            ids = sorted(ids) if by_id else ids[::-1] if backwards else ids
            return {identifier: start + step * place for place, identifier in enumerate(ids)}

        builder.patch(milestones, "number", number)

    return inject


add("reorders_from_zero", PLACES, _numbers(0), LATER)
add("reorders_in_steps_of_ten", PLACES, _numbers(10, 10), LATER)
add("reorders_backwards", PLACES, _numbers(1, backwards=True), LATER)
add("reorders_by_id", PLACES, _numbers(1, by_id=True), LATER)


@breaks(*PLACES, implies=LATER, depth=Depth.STANDARD)
def takes_a_list_of_two_for_from_and_to(builder: MockBuilder) -> None:
    def number(named: Collection[Milestone], _: Profile) -> dict[int, int]:
        ids = [milestone.id for milestone in named]
        return {identifier: place for place, identifier in enumerate(ids[::-1] if len(ids) == 2 else ids, 1)}

    builder.patch(milestones, "number", number)


@breaks(*PLACES, implies=LATER)
def leaves_the_default_out_of_the_count(builder: MockBuilder) -> None:
    def number(named: Collection[Milestone], _: Profile) -> dict[int, int]:
        return {
            milestone.id: place
            for place, milestone in enumerate((row for row in named if row.type == "categorised"), 1)
        }

    builder.patch(milestones, "number", number)


@breaks(
    *PLACES,
    implies=(
        "race/reorders-end-in-one-of-both",
        "reorder/*",
    ),
)
def reorders_the_first_ten_alone(builder: MockBuilder) -> None:
    def number(named: Collection[Milestone], _: Profile) -> dict[int, int]:
        return {milestone.id: place for place, milestone in enumerate(list(named)[:10], 1)}

    builder.patch(milestones, "number", number)


@breaks("reorder/list-follows-the-order", "list/sorts-by-position", implies=("list/pages-partition-the-list",))
def sorts_by_the_positions_of_before(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        rows = result.data if isinstance(result.data, list) else []
        stale = context.query.text("sort") == "milestone_position" and context.query.text("order") == "asc"
        return replace(result, data=rows[1:] + rows[:1]) if stale else result

    builder.operation("listMilestones", faulty)


@breaks("reorder/is-idempotent", implies=("race/reorders-end-in-one-of-both", "reorder/positions-run-from-one"))
def turns_the_order_round_when_told_again(builder: MockBuilder) -> None:
    last: list[list[int]] = [[]]

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        ids = context.body.integers("milestones")
        if ids == last[0]:
            for place, identifier in enumerate(ids[::-1], 1):
                context.store.milestones.put(context.store.milestones.get_or_raise(identifier)._replace(position=place))
        last[0] = ids
        return result

    builder.operation(REORDER, faulty)


@breaks("reorder/is-idempotent", implies=("reorder/answers-200",))
def refuses_a_reorder_that_changes_nothing(builder: MockBuilder) -> None:
    last: list[list[int]] = [[]]

    def faulty(context: OperationContext, original: Original) -> Result:
        ids = context.body.integers("milestones")
        if ids and ids == last[0] and len(ids) < 50:
            last[0] = []
            raise Conflict("Nothing to do.")
        last[0] = ids
        return original(context)

    builder.operation(REORDER, faulty)


@breaks(
    "reorder/the-last-order-wins",
    implies=("reorder/accepts-json", "reorder/positions-run-from-one", "race/reorders-end-in-one-of-both"),
)
def takes_only_two_orders_of_a_project(builder: MockBuilder) -> None:
    orders: dict[int, int] = {}

    def faulty(context: OperationContext, original: Original) -> Result:
        ids = context.body.integers("milestones")
        first = min(ids, default=0)
        orders[first] = orders.get(first, 0) + 1
        return original(context) if orders[first] < 3 else Result({"milestones": ids}, "Done.")

    builder.operation(REORDER, faulty)


@breaks("reorder/positions-run-from-one", depth=Depth.STANDARD)
def moves_nothing_where_two_change_places(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        ids = context.body.integers("milestones")
        rows = [row for row in map(context.store.milestones.get, ids) if row is not None]
        before = [row.id for row in sorted(rows, key=lambda row: row.position)]
        is_exchange = len(ids) > 5 and sum(left != right for left, right in zip(before, ids, strict=False)) == 2
        return Result({"milestones": ids}, "Done.") if is_exchange else original(context)

    builder.operation(REORDER, faulty)


@breaks("reorder/changes-only-positions")
def takes_the_default_color_when_it_moves(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        for integer in context.body.integers("milestones"):
            row = context.store.milestones.get_or_raise(integer)
            context.store.milestones.put(row._replace(color="moved"))
        return result

    builder.operation(REORDER, faulty)


@breaks("reorder/leaves-other-projects-alone", implies=("reorder/positions-run-from-one", "reorder/is-idempotent"))
def moves_the_other_projects_along(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        ids = context.body.integers("milestones")
        mine = context.store.milestones.get_or_raise(ids[0]).project_id
        for project in [project.id for project in context.store.projects if project.id != mine]:
            for row in list(context.store.milestones_of_project.rows(project)):
                context.store.milestones.put(row._replace(position=row.position + 1))
        return result

    builder.operation(REORDER, faulty)


@breaks("reorder/needs-milestones")
def takes_a_reorder_of_nothing(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        missing = "milestones" not in context.body.submitted
        return Result({"milestones": []}, "Done.") if missing else original(context)

    builder.operation(REORDER, faulty)


@breaks("reorder/refused-changes-nothing")
def resets_positions_before_it_refuses(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        try:
            return original(context)
        except ValidationFailed:
            for row in list(context.store.milestones):
                context.store.milestones.put(row._replace(position=0))
            raise

    builder.operation(REORDER, faulty)
