"""The Python and JavaScript examples of the documents run unchanged."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.zoo

DOCS = Path(__file__).parents[2] / "docs"


def blocks(document: str, language: str) -> list[str]:
    text = (DOCS / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_python_of_the_documents_runs(tmp_path: Path) -> None:
    tests, *scripts = blocks("testing-in-python.md", "python")
    path = tmp_path / "test_document.py"
    path.write_text(tests, encoding="utf-8")
    run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path))
    run(sys.executable, "-W", "error", "-c", "\n".join(scripts))


def test_the_javascript_of_the_documents_runs(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    (script,) = blocks("testing-in-javascript.md", "javascript")
    path = tmp_path / "document.mjs"
    path.write_text(script.replace('"milestones-mock"', repr(str(Path(sys.executable).parent / "milestones-mock"))))
    assert run(node, str(path)) == "200 6\n"


def run(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
