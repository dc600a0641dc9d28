"""All files state the same version."""

import importlib.metadata
import re
import tomllib
from pathlib import Path


def test_the_changelog_begins_with_the_version_of_the_package(root: Path) -> None:
    headings = re.findall(r"^## \[?v?(\d[^\s\]]*)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[:1] == [declared_version(root)]


def test_the_installed_version_is_the_declared_one(root: Path) -> None:
    assert importlib.metadata.version("milestones-conformance") == declared_version(root)


def declared_version(root: Path) -> str:
    """The version that pyproject.toml declares."""
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert isinstance(version, str)
    return version


def test_what_the_product_needs_is_pinned_as_elsewhere_and_has_hashes(root: Path) -> None:
    pinned = set(
        re.findall(r"^[\w.-]+==[^\s;\\]+", (root / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    entries = re.split(r"^(?=\w)", (root / "requirements.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    assert {re.split(r"[\s;\\]", entry)[0] for entry in entries} <= pinned
    assert all("--hash=sha256:" in entry for entry in entries)
