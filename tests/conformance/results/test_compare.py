"""Two reports are compared by verdicts and by undocumented behaviour."""

import json
from pathlib import Path

import pytest

from conformance.results.compare import Change, compare, failures
from conformance.target import RunError


def written(path: Path, statuses: dict[str, str], profile: dict[str, str]) -> Path:
    content = {
        "seed": 42,
        "requirements": [{"id": name, "status": status} for name, status in statuses.items()],
        "profile": [{"id": name, "seen": observed} for name, observed in profile.items()],
    }
    path.write_text(json.dumps(content))
    return path


def test_what_changed_is_named_with_before_and_after(tmp_path: Path) -> None:
    first = written(tmp_path / "a.json", {"get/a": "PASS", "get/b": "PASS"}, {"list/x": "422", "list/y": "one"})
    second = written(tmp_path / "b.json", {"get/a": "FAIL", "get/b": "PASS"}, {"list/x": "capped"})
    comparison = compare(first, second)

    assert comparison.verdicts == [Change("get/a", "PASS", "FAIL")]
    assert comparison.behaviour == [
        Change("list/x", "422", "capped"),
        Change("list/y", "one", "not in the report"),
    ]
    assert comparison
    assert not compare(first, first)


def test_a_replay_takes_the_failures_and_the_seed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", {"get/a": "FAIL", "get/b": "PASS", "get/c": "FAIL"}, {})

    assert failures(path) == (["get/a", "get/c"], 42)


@pytest.mark.parametrize(("content", "word"), [("{}", "not a report"), ("[", "not JSON"), (None, "cannot be read")])
def test_what_is_no_report_is_refused(content: str | None, word: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(RunError, match=word):
        compare(path, path)
