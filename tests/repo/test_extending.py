"""The steps in docs/extending.md work literally, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r'<!-- add to (?P<path>\S+)(?: below (?P<anchors>"[^>]+"))? -->\n```\w+\n(?P<text>.*?)^```'
    r"|^```bash\n(?P<commands>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
PARTS = {part.partition("\n")[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
COPIED = ("mock_server", "conformance", "gate", "tests", "openapi.yaml", "pyproject.toml")


def add(path: Path, anchors: list[str], text: str) -> None:
    """Add a block below the line that the anchors lead to, as deep as its block, or at the end of a file."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = -1
    for anchor in anchors:
        place = next(number for number in range(place + 1, len(lines)) if anchor in lines[number])
    if anchors:
        # The last line of a block has an empty line below it.
        beside = lines[place + 1] if lines[place + 1].strip() else lines[place]
        lines.insert(place + 1, indent(text, beside[: len(beside) - len(beside.lstrip())]))
    else:
        lines.append(f"\n\n{text}")
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.zoo
@pytest.mark.parametrize("part", PARTS)
def test_what_the_page_says_can_be_done(part: str, tmp_path: Path) -> None:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    run = 0
    for block in BLOCK.finditer(PARTS[part]):
        if block["path"]:
            add(tmp_path / block["path"], re.findall(r'"([^"]+)"', block["anchors"] or ""), block["text"])
            continue
        for command in block["commands"].splitlines():
            done = subprocess.run(
                ["bash", "-c", f"{command} -q -p no:cacheprovider"],
                cwd=tmp_path,
                env={
                    **os.environ,
                    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                    "PYTHONPATH": str(tmp_path),
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            run += 1
    assert run == 2
