"""Write reports of the suite, as the gate reads them."""

import json
from pathlib import Path
from typing import Any

KNOWN = {"list/is-sorted": "FAIL", "get/is-fast": "PASS", "get/is-kind": "PASS"}


def report(name: str, statuses: dict[str, str], profile: dict[str, str] | None = None, **levels: str) -> Path:
    """Write a report of the suite; a requirement's level is given by its last part."""
    requirements = [
        {
            "id": identifier,
            "level": levels.get(identifier.rpartition("-")[2], "stated"),
            "text": "It is so.",
            "source": "Manual",
            "status": status,
            "reason": "it was dark" if status in ("INCONCLUSIVE", "NOT_RUN") else "",
            "expected": "200" if status == "FAIL" else "",
            "actual": "500" if status == "FAIL" else "",
            "times_judged": 1,
            "command": "milestones-check --only this",
            "reproduction": [{"request": "GET /", "curl": "curl /", "status": 500, "body": ""}]
            if status == "FAIL"
            else [],
        }
        for identifier, status in statuses.items()
    ]
    observed = [{"id": point, "question": "?", "choice": choice} for point, choice in (profile or {}).items()]
    data: dict[str, Any] = {"target": "https://crm.example.com/api", "contract": {"version": "1"}}
    data |= {"requirements": requirements, "profile": observed}
    Path(name).write_text(json.dumps(data), encoding="utf-8")
    return Path(name)
