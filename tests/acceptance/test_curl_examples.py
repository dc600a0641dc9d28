"""Every curl example of the documentation gets the documented answer; only host, key and ids are replaced."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.acceptance.conftest import need


def run(command: str, base_url: str, key: str) -> tuple[int, Any]:
    """Type a command of the documentation; return status and body."""
    need("curl", shutil.which("curl") is not None)
    typed = command.replace("https://your-domain/api", base_url).replace("YOUR_API_KEY", key)
    shell = subprocess.run(
        ["bash", "-c", f"{typed} -sS -w '\\n%{{http_code}}'"], capture_output=True, text=True, check=True, timeout=30
    )
    body, status = shell.stdout.rsplit("\n", 1)
    return int(status), json.loads(body)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own, and so an account."""
    return f"test-{request.node.name.replace('_', '-')}"


def test_the_example_of_a_list_lists_the_project(base_url: str, key: str) -> None:
    status, body = run(
        'curl -G https://your-domain/api/milestones -H "Authorization: Bearer YOUR_API_KEY" -d project_id=159',
        base_url,
        key,
    )

    assert status == 200
    assert {row["project_id"] for row in body["data"]} == {159}
    assert [row["type"] for row in body["data"]].count("uncategorised") == 1
    assert body["meta"] == {"current_page": 1, "per_page": 25, "total": len(body["data"]), "last_page": 1}


def test_the_example_of_a_creation_creates(base_url: str, key: str) -> None:
    _, project = run(
        'curl -X POST https://your-domain/api/projects -H "Authorization: Bearer YOUR_API_KEY" '
        '-d project_clientid=12 -d project_title="New" -d project_date_start=2026-06-01 -d project_categoryid=3',
        base_url,
        key,
    )
    status, body = run(
        'curl -X POST https://your-domain/api/milestones -H "Authorization: Bearer YOUR_API_KEY" \\\n'
        f'  -d milestone_projectid={project["data"]["id"]} -d milestone_title="Phase 1" -d milestone_color=success',
        base_url,
        key,
    )

    assert status == 201
    created = body["data"]
    assert (created["title"], created["color"], created["type"]) == ("Phase 1", "success", "categorised")
    assert (created["project_id"], created["tasks_count"]) == (project["data"]["id"], 0)


def test_the_example_of_a_reorder_reorders(base_url: str, key: str) -> None:
    status, body = run(
        'curl -X PUT https://your-domain/api/milestones/positions -H "Authorization: Bearer YOUR_API_KEY" \\\n'
        '  -d "milestones[]=12" -d "milestones[]=10" -d "milestones[]=15"',
        base_url,
        key,
    )

    assert status == 200
    assert body["data"] == {"milestones": [12, 10, 15]}
    got = 'curl https://your-domain/api/milestones/{} -H "Authorization: Bearer YOUR_API_KEY"'
    positions = [run(got.format(milestone_id), base_url, key)[1]["data"]["position"] for milestone_id in (12, 10, 15)]
    assert positions == [1, 2, 3]
