"""Share with the tests about the repository its folder, its files, and its contract as plain JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """Every file that is committed or would be, were all of the work tree added."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {root / name for name in listing.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


@pytest.fixture(scope="session")
def contract(root: Path) -> dict[str, Any]:
    """`openapi.yaml` as every JSON reader would see it; an unquoted date fails here, for it is no JSON."""
    loaded = yaml.safe_load((root / "openapi.yaml").read_text(encoding="utf-8"))
    plain: dict[str, Any] = json.loads(json.dumps(loaded))
    return plain
