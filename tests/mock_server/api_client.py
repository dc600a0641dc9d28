"""Speaks to a mock without a socket, as a client of the API would."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from mock_server.control.root import RootHandler
from mock_server.messages import Handler, Request, Response
from mock_server.simulation.upstream import Upstream

FORM = "application/x-www-form-urlencoded"
Pairs = Mapping[str, object] | Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Answer:
    """A response, opened."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.response.headers)

    @property
    def json(self) -> Any:
        return json.loads(self.response.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def errors(self) -> set[str]:
        return set(self.json.get("errors", {}))


class Client:
    """Calls a handler with one key."""

    def __init__(self, handler: Handler, key: str = "test-key") -> None:
        self.handler = handler
        self.headers = {"authorization": f"Bearer {key}"}

    def send(
        self,
        method: str,
        path: str,
        *,
        form: Pairs | None = None,
        json: object = None,
        query: Pairs = (),
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, its body given as form pairs, as a JSON value, or raw."""
        sent = {**self.headers, **(headers or {})}
        if form is not None:
            body, sent["content-type"] = urlencode(form, doseq=True).encode(), FORM
        if json is not None:
            body, sent["content-type"] = encode(json), "application/json"
        return Answer(self.handler.handle(Request(method, f"/api{path}", urlencode(query), sent, body)))

    def get(self, path: str, **query: object) -> Answer:
        return self.send("GET", path, query=query)

    def post(self, path: str, **form: object) -> Answer:
        return self.send("POST", path, form=form)

    def patch(self, path: str, **form: object) -> Answer:
        return self.send("PATCH", path, form=form)

    def put(self, path: str, **form: object) -> Answer:
        return self.send("PUT", path, form=form)

    def delete(self, path: str, **form: object) -> Answer:
        return self.send("DELETE", path, form=form)

    def project(self, title: str = "Sandbox") -> int:
        """Make a project and return its id."""
        answer = self.post(
            "/projects",
            project_clientid=12,
            project_title=title,
            project_date_start="2026-06-01",
            project_categoryid=3,
        )
        return int(answer.data["id"])

    def create(self, project_id: int, title: object = "Phase 1", color: str = "success") -> Answer:
        """Create a milestone."""
        return self.post("/milestones", milestone_projectid=project_id, milestone_title=title, milestone_color=color)

    def milestone(self, project_id: int, title: str = "Phase 1") -> int:
        """Create a milestone and return its id."""
        return int(self.create(project_id, title).data["id"])

    def default(self, project_id: int) -> int:
        """Return the id of a project's default milestone."""
        return int(self.get("/milestones", project_id=project_id, type="uncategorised").data[0]["id"])

    def task(self, project_id: int, milestone_id: int, title: str = "Do it") -> int:
        """Make a task and return its id."""
        answer = self.post(
            "/tasks",
            task_projectid=project_id,
            task_title=title,
            task_status=1,
            task_priority=1,
            task_milestoneid=milestone_id,
        )
        return int(answer.data["id"])

    def count(self, milestone_id: int) -> int:
        """Return the tasks_count of a milestone."""
        return int(self.get(f"/milestones/{milestone_id}").data["tasks_count"])

    def reorder(self, *ids: object) -> Answer:
        """Reorder milestones."""
        return self.send("PUT", "/milestones/positions", form=[("milestones[]", row_id) for row_id in ids])

    def rows(self, project_id: int, **query: object) -> list[Any]:
        """Return a project's milestones, by position from the lowest unless another sort is asked for."""
        filters = {"project_id": project_id, "sort": "milestone_position", "order": "asc", "limit": 100} | query
        return list(self.get("/milestones", **filters).data)

    def positions(self, project_id: int) -> dict[int, int]:
        """Return the positions of a project's milestones by id."""
        return {row["id"]: row["position"] for row in self.rows(project_id)}


@dataclass(frozen=True)
class AwaitingHandler:
    """Awaits each answer of a mock in front of a deployment."""

    root: RootHandler
    runner: asyncio.Runner

    def handle(self, request: Request) -> Response:
        return self.runner.run(self.root.answer(request))


@contextmanager
def awaiting(root: RootHandler) -> Iterator[AwaitingHandler]:
    """Run a loop for a mock in front of a deployment."""
    with asyncio.Runner() as runner:
        yield AwaitingHandler(root, runner)
        if isinstance(root.middleware.upstream, Upstream):
            runner.run(root.middleware.upstream.close())


def encode(value: object) -> bytes:
    """Return a value as JSON."""
    return json.dumps(value).encode()
