"""Values of wrong types and sizes in each field of each body: a refused one changes nothing, and none gets a 5xx."""

from collections.abc import Mapping
from json import dumps
from random import Random

from conformance.context.steps import Refusal
from conformance.context.world import World
from conformance.exchange import Exchange, Json
from conformance.http.client import JSON, RequestOptions

TEXTS: tuple[Json, ...] = ([], ["x"], {}, {"a": "b"}, [["x"]], None, True, False, 12, -1, 1.5, 10**30, "x" * 300)
TEXTS += ("x" * 70_000,)
NO_OBJECTS: tuple[Json, ...] = ([], [1, 2], "text", 12, None, [{"milestone_title": "a"}])
FLAGS: tuple[Json, ...] = (["yes"], {"a": "yes"}, [], {}, 12, -1, 1.5, "x" * 70_000, None)


def odd_records(world: World, chance: Random, milestone: int) -> list[Refusal]:
    """Return creations and updates that are valid except for one value or two, which a deployment may accept."""
    project, title = world.project, world.context.inputs.plain_title
    # The sandbox stops numbers that could name records of others.
    projects: tuple[Json, ...] = ([project], {"id": project}, [], {}, None, True, f"{project}abc", "abc", "", "x" * 300)
    texts = {"milestone_title": TEXTS, "milestone_color": TEXTS}
    creation = world.context.milestone_fields(project, title())
    update: dict[str, Json] = {"milestone_title": title(), "milestone_color": "success"}
    whole: list[Refusal] = [(None, 422, _request(world, "POST", "/milestones", chance.choice(NO_OBJECTS)))]
    return [
        *whole,
        *_odd(world, chance, "POST", "/milestones", creation, {**texts, "milestone_projectid": projects}),
        *_odd(world, chance, "PATCH", f"/milestones/{milestone}", update, texts),
    ]


def odd_orders_and_flags(world: World, chance: Random, milestone: int) -> list[Refusal]:
    """Return reorders, and deletions of the default, with one invalid value."""
    ids = [*world.categorised(), world.default]
    orders: tuple[Json, ...] = (milestone, f"{milestone}", {"a": milestone}, [[milestone]], [{"id": milestone}], {})
    orders += (None, True, [None], [True], ["abc"], "abc", ids * 40)
    return [
        *_odd(world, chance, "PUT", "/milestones/positions", {}, {"milestones": orders}),
        *_odd(world, chance, "DELETE", f"/milestones/{world.default}", {}, {"delete_tasks": FLAGS}),
    ]


def _odd(
    world: World,
    chance: Random,
    method: str,
    path: str,
    fields: Mapping[str, Json],
    odd: Mapping[str, tuple[Json, ...]],
) -> list[Refusal]:
    """Return requests with one invalid value each; in a quick run, one request with up to two."""
    if world.context.thorough:
        changes = [{name: value} for name in odd for value in chance.sample(odd[name], min(len(odd[name]), 3))]
    else:
        changes = [{name: chance.choice(odd[name]) for name in chance.sample([*odd], min(len(odd), 2))}]
    return [(None, 422, _request(world, method, path, {**fields, **change})) for change in changes]


def _request(world: World, method: str, path: str, body: Json) -> "_Request":
    return _Request(world, method, path, dumps(body).encode())


class _Request:
    """A request that is always sent as JSON, whatever the options: only JSON has types."""

    def __init__(self, world: World, method: str, path: str, body: bytes) -> None:
        self._world, self._method, self._path, self._body = world, method, path, body

    def __call__(self, _: RequestOptions) -> Exchange:
        return self._world.context.client.raw(self._method, self._path, body=self._body, content_type=JSON)
