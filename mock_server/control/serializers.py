"""Summaries of accounts and exchanges, as the control API and the inspector show them."""

from collections.abc import Mapping

from mock_server.accounts import Account
from mock_server.control.service import Control
from mock_server.messages import Headers, Json, JsonObject
from mock_server.recording.curl import write_curl
from mock_server.recording.recorder import Exchange

MAX_SHOWN = 200_000
"""The maximum number of bytes of a body that are shown."""


def show_account(key: str, account: Account) -> JsonObject:
    """Return a summary of an account."""
    store = account.store
    return {
        "key": key,
        "projects": len(store.projects),
        "milestones": len(store.milestones),
        "tasks": len(store.tasks),
        "now": account.clock.now,
        "frozen": account.clock.frozen,
        "own_profile": account.profile is not None,
        "snapshots": list(account.snapshots),
    }


def show_projects(control: Control, key: str) -> list[Json]:
    """Return a summary of each project of an account."""
    store = control.account(key).store
    return [
        {"id": project.id, "title": project.title, "milestones": store.milestones_of_project.count(project.id)}
        for project in control.projects(key)
    ]


def show_milestones(control: Control, key: str, project_id: int) -> list[Json]:
    """Return a summary of each milestone of a project, in their order."""
    return [
        {
            "id": milestone.id,
            "title": milestone.title,
            "color": milestone.color,
            "type": milestone.type,
            "position": milestone.position,
            "tasks_count": tasks,
        }
        for milestone, tasks in control.milestones(key, project_id)
    ]


def show_exchange(exchange: Exchange) -> dict[str, Json]:
    """Return a summary of an exchange."""
    return {
        "number": exchange.number,
        "at": exchange.at,
        "milliseconds": round(exchange.seconds * 1000, 3),
        "key": exchange.key,
        "operation": exchange.operation,
        "method": exchange.request.method,
        "path": exchange.request.path,
        "query": exchange.request.query,
        "status": exchange.response.status,
        "forced": exchange.forced,
        "complaints": list(exchange.complaints),
    }


def show_whole_exchange(control: Control, exchange: Exchange, origin: str) -> JsonObject:
    """Return an exchange with headers, bodies, the curl command that repeats it, and the reasons for its answer."""
    return {
        **show_exchange(exchange),
        "request": _message(tuple(exchange.request.headers.items()), exchange.request.body),
        "response": _message(exchange.response.headers, exchange.response.body),
        "delivery": {
            "delay": exchange.response.delivery.delay,
            "drop": exchange.response.delivery.drop,
            "truncate_at": exchange.response.delivery.truncate_at,
        },
        "why": [reason.as_json() for reason in control.middleware.explainer.explain(exchange)],
        "curl": write_curl(exchange.request, origin),
    }


def _message(headers: Headers, body: bytes) -> Mapping[str, Json]:
    return {
        "headers": [[name, value] for name, value in headers],
        "body": body[:MAX_SHOWN].decode("utf-8", "replace"),
        "bytes": len(body),
    }
