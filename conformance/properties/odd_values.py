"""Values of wrong types and sizes, in each field of each body: what is refused changes nothing, and none is a 5xx."""

from collections.abc import Mapping
from json import dumps
from random import Random

from conformance.context.world import Refusal, World
from conformance.exchange import Exchange, Json
from conformance.http.client import JSON, RequestOptions

TEXTS: tuple[Json, ...] = ([], ["x"], {}, {"a": "b"}, [["x"]], None, True, False, 12, -1, 1.5, 10**30, "x" * 300)
TEXTS += ("x" * 70_000,)
NO_OBJECTS: tuple[Json, ...] = ([], [1, 2], "text", 12, None, [{"milestone_title": "a"}])
FLAGS: tuple[Json, ...] = (["yes"], {"a": "yes"}, [], {}, 12, -1, 1.5, "x" * 70_000, None)


def odd_bodies(world: World, chance: Random, milestone: int) -> list[Refusal]:
    """Requests that are in order but for one value; a deployment that takes one says what it reads in it."""
    project = world.project
    # The guard before every write keeps numbers away that could name what is not ours.
    projects: tuple[Json, ...] = ([project], {"id": project}, [], {}, None, True, f"{project}abc", "abc", "", "x" * 300)
    ids = [*world.categorised(), world.default]
    orders: tuple[Json, ...] = (
        milestone,
        f"{milestone}",
        {"a": milestone},
        [[milestone]],
        [{"id": milestone}],
        {},
        None,
    )
    orders += (True, [None], [True], ["abc"], "abc", ids * 40)
    context, title = world.context, world.context.inputs.plain_title
    texts = {"milestone_title": TEXTS, "milestone_color": TEXTS}
    bodies: list[tuple[str, str, dict[str, Json], Mapping[str, tuple[Json, ...]]]] = [
        ("POST", "/milestones", context.milestone_fields(project, title()), {**texts, "milestone_projectid": projects}),
        ("PATCH", f"/milestones/{milestone}", _both(title()), texts),
        ("PUT", "/milestones/positions", {}, {"milestones": orders}),
        ("DELETE", f"/milestones/{world.default}", {}, {"delete_tasks": FLAGS}),
    ]
    chosen = [
        (method, path, fields, {name: value})
        for method, path, fields, odd in bodies
        for name, values in odd.items()
        for value in chance.sample(values, min(len(values), 3))
    ]
    if not context.thorough:
        # What looks at one value alone, and what looks at each, are both seen most often by one or two.
        chosen = [
            (method, path, fields, {name: chance.choice(odd[name]) for name in chance.sample([*odd], min(len(odd), 2))})
            for method, path, fields, odd in bodies
        ]
    whole: list[Refusal] = [(None, 422, _request(world, "POST", "/milestones", chance.choice(NO_OBJECTS)))]
    single: list[Refusal] = [
        (None, 422, _request(world, method, path, {**fields, **odd})) for method, path, fields, odd in chosen
    ]
    return whole + single


def _both(title: str) -> dict[str, Json]:
    return {"milestone_title": title, "milestone_color": "success"}


def _request(world: World, method: str, path: str, body: Json) -> "_Request":
    return _Request(world, method, path, dumps(body).encode())


class _Request:
    """A request that is sent as JSON, whatever is asked for: only JSON has types."""

    def __init__(self, world: World, method: str, path: str, body: bytes) -> None:
        self._world, self._method, self._path, self._body = world, method, path, body

    def __call__(self, _: RequestOptions) -> Exchange:
        return self._world.context.client.raw(self._method, self._path, body=self._body, content_type=JSON)
