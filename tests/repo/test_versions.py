"""The version is the same wherever it is told."""

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
