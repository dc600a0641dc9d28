"""openapi-core, an independent reading of the contract, accepts the mock's answers."""

import pytest

from mock_server.app import App
from mock_server.contract.contract import Contract
from mock_server.messages import Request, Response
from mock_server.response_validation import ResponseValidator
from tests.mock_server.api_client import Client


@pytest.fixture(scope="module")
def opinion(contract: Contract) -> ResponseValidator:
    """The second opinion, which is slow to form."""

    class Nothing:
        def handle(self, request: Request) -> Response:
            raise AssertionError(request)

    return ResponseValidator(Nothing(), contract)


class Checked:
    """A mock whose every answer is checked."""

    def __init__(self, app: App, opinion: ResponseValidator) -> None:
        self.app = app
        self.opinion = opinion

    def handle(self, request: Request) -> Response:
        response = self.app.handle(request)
        assert self.opinion.find_complaint(request, response) is None
        return response


def test_a_whole_lifecycle_is_as_the_contract_says(app: App, opinion: ResponseValidator) -> None:
    client = Client(Checked(app, opinion))
    project = client.project()
    milestone, other = client.milestone(project, "A"), client.milestone(project, "B")
    task = client.task(project, milestone)
    fields = {"project_title": "New", "project_date_start": "2026-06-01", "project_categoryid": 3}
    clone = {"task_title": "Copy", "task_status": 1, "project_id": project, "task_milestoneid": other}
    answers = [
        client.get("/milestones", project_id=project),
        client.get(f"/milestones/{milestone}"),
        client.create(project, "A"),
        client.create(project, ""),
        client.patch(f"/milestones/{milestone}", milestone_title="C", milestone_color="info"),
        client.reorder(other, milestone),
        client.reorder(),
        client.get("/projects"),
        client.get(f"/projects/{project}"),
        client.patch(f"/projects/{project}", **fields, project_billing_rate="99.5", project_billing_type="hourly"),
        client.post(f"/projects/{project}/clone", project_title="Copy", copy_milestones="on", copy_tasks="on"),
        client.get("/tasks"),
        client.get(f"/tasks/{task}"),
        client.patch(f"/tasks/{task}", task_title="B", task_status=2, task_priority=2, task_date_due="2026-07-01"),
        client.put(f"/tasks/{task}/status", status=3),
        client.put(f"/tasks/{task}/archive"),
        client.put(f"/tasks/{task}/activate"),
        client.post(f"/tasks/{task}/clone", **clone),
        client.post(f"/tasks/{task}/comments", comment="Hello"),
        client.get(f"/tasks/{task}/comments"),
        client.delete("/tasks/120/comments/31"),
        client.get("/tasks/107/timers"),
        client.put("/tasks/107/stop-timers"),
        client.delete(f"/tasks/{task}"),
        client.delete(f"/milestones/{client.default(project)}"),
        client.delete(f"/milestones/{milestone}", delete_tasks="yes"),
        client.delete(f"/milestones/{milestone}"),
        client.delete(f"/projects/{project}"),
        Client(client.handler, "wrong").get("/projects"),
    ]
    assert {answer.status for answer in answers} == {200, 201, 401, 404, 409, 422}


def test_an_answer_that_breaks_the_contract_becomes_a_500(contract: Contract) -> None:
    class Liar:
        def handle(self, request: Request) -> Response:
            return Response(200, (("Content-Type", "application/json"),), b'{"data": {"id": "12"}, "message": "ok"}')

    answer = Client(ResponseValidator(Liar(), contract)).get("/milestones/12")
    assert answer.status == 500
    assert "breaks the contract" in answer.json["message"]
