"""Schemathesis' own command line, with all its checks, finds nothing to complain of in the mock."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import served

ROOT = Path(__file__).parents[2]


@pytest.mark.zoo
def test_schemathesis_finds_no_failure(tmp_path: Path) -> None:
    with served() as url:
        run = subprocess.run(
            [
                str(Path(sys.executable).with_name("st")),
                *("--config-file", str(ROOT / "schemathesis.toml")),
                *("run", str(ROOT / "openapi.yaml"), "--url", url),
                *("-H", "Authorization: Bearer test-schemathesis"),
                *("--checks", "all", "--max-examples", "5", "--seed", "1", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    assert run.returncode == 0, run.stdout[-4000:]
    assert "Tested: 26" in run.stdout
