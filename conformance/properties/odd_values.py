"""Values of wrong types and sizes, in each field of each body: what is refused changes nothing, and none is a 5xx."""

from collections.abc import Mapping
from json import dumps
from random import Random

from conformance.context.world import Refusal, World
from conformance.exchange import Exchange, Json
from conformance.http.client import JSON, RequestOptions

TEXTS: tuple[Json, ...] = ([], ["x"], {}, {"a": "b"}, [["x"]], None, True, False, 12, -1, 1.5, 10**30, "x" * 300)
TEXTS += ("x" * 70_000,)
FLAGS: tuple[Json, ...] = (["yes"], {"a": "yes"}, [], {}, 12, -1, 1.5, "x" * 70_000, None)


def odd_bodies(world: World, chance: Random, milestone: int) -> list[Refusal]:
    """Yield requests that are in order but for one value; a deployment that takes one says what it reads in it."""
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
    title = world.context.inputs.plain_title
    bodies: list[tuple[str, str, str, dict[str, Json], tuple[Json, ...]]] = [
        ("POST", "/milestones", "milestone_title", world.context.milestone_fields(project, title()), TEXTS),
        ("POST", "/milestones", "milestone_color", world.context.milestone_fields(project, title()), TEXTS),
        ("POST", "/milestones", "milestone_projectid", world.context.milestone_fields(project, title()), projects),
        ("PATCH", f"/milestones/{milestone}", "milestone_title", _both(title()), TEXTS),
        ("PATCH", f"/milestones/{milestone}", "milestone_color", _both(title()), TEXTS),
        ("PUT", "/milestones/positions", "milestones", {}, orders),
        ("DELETE", f"/milestones/{world.default}", "delete_tasks", {}, FLAGS),
    ]
    chosen = bodies if world.context.thorough else chance.sample(bodies, 3)
    return [
        (None, 422, _request(world, method, path, {**fields, name: value}))
        for method, path, name, fields, values in chosen
        for value in chance.sample(values, min(len(values), 3 if world.context.thorough else 1))
    ]


def _both(title: str) -> dict[str, Json]:
    return {"milestone_title": title, "milestone_color": "success"}


def _request(world: World, method: str, path: str, body: Mapping[str, Json]) -> "_Request":
    return _Request(world, method, path, dumps(body).encode())


class _Request:
    """A request that is sent as JSON, whatever is asked for: only JSON has types."""

    def __init__(self, world: World, method: str, path: str, body: bytes) -> None:
        self._world, self._method, self._path, self._body = world, method, path, body

    def __call__(self, _: RequestOptions) -> Exchange:
        return self._world.context.client.raw(self._method, self._path, body=self._body, content_type=JSON)
