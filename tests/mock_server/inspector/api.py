"""Ask the API for what the inspector should show."""

from typing import Any

import requests

from mock_server.testing import MockAccount


def send(account: MockAccount, method: str, path: str, **options: Any) -> requests.Response:
    headers = {**account.headers, **options.pop("headers", {})}
    return requests.request(method, f"{account.url}{path}", headers=headers, timeout=60, **options)


def order(account: MockAccount) -> list[str]:
    """Return the titles of project 159 as the API has them."""
    query = {"project_id": 159, "sort": "milestone_position", "order": "asc"}
    return [row["title"] for row in send(account, "GET", "/milestones", params=query).json()["data"]]
