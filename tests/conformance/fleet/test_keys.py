"""Keys are resolved on the machine of the run, and never shown."""

import pickle
import sys
from pathlib import Path

import pytest

from conformance.fleet.deployment import Deployment
from conformance.fleet.keys import KeyKind, KeyMissing, KeySource
from conformance.fleet.task import Job

SECRET = "test-secret-of-a-fleet"


def test_each_source_gives_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT_KEY", SECRET)
    (tmp_path / "key").write_text(f"{SECRET}\n", encoding="utf-8")
    sources = [
        KeySource(KeyKind.ENVIRONMENT, ["TENANT_KEY"]),
        KeySource(KeyKind.FILE, [str(tmp_path / "key")]),
        KeySource(KeyKind.COMMAND, [sys.executable, "-c", f"print({SECRET!r})"]),
    ]

    assert [source.resolve() for source in sources] == [SECRET] * 3


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        (KeyKind.ENVIRONMENT, ["NO_SUCH_VARIABLE"], "key-env NO_SUCH_VARIABLE gives no key"),
        (KeyKind.FILE, ["no-such-file"], "key-file no-such-file cannot be read"),
        (KeyKind.COMMAND, ["no-such-command"], "key-command no-such-command cannot be started"),
        (KeyKind.COMMAND, [sys.executable, "-c", "raise SystemExit('hush')"], "ended with 1"),
        (KeyKind.COMMAND, [sys.executable, "-c", ""], "gives no key"),
    ],
)
def test_a_key_that_is_not_there_is_told_by_its_source(kind: KeyKind, words: list[str], message: str) -> None:
    with pytest.raises(KeyMissing, match=message):
        KeySource(kind, words).resolve()


def test_what_travels_to_a_worker_holds_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT_KEY", SECRET)
    source = KeySource(KeyKind.ENVIRONMENT, ["TENANT_KEY"])
    source.resolve()

    assert SECRET.encode() not in pickle.dumps(Job(Deployment("a", "http://a/api", source), 0, "state"))
