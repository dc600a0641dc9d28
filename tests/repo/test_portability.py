"""No file of the repository contains a path of a developer's machine or the host of a package registry."""

import re
from pathlib import Path

import pytest

# Put together here, so that this file does not name what it forbids.
HOME_FOLDERS = ["root", "home", "Users", "work", "tmp", "opt"]
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "deb.de" + "bian.org",
]
FORBIDDEN = re.compile(
    "|".join([rf"(?<![\w.}}~-])/(?:{'|'.join(HOME_FOLDERS)})/\w", r"(?<!\w)[A-Z]:\\Users", *map(re.escape, REGISTRIES)])
)


def test_no_file_names_a_machine_or_a_registry(files: list[Path], root: Path) -> None:
    named = [
        f"{path.relative_to(root)}:{number}: {match.group()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if (match := FORBIDDEN.search(line))
    ]
    assert named == []


@pytest.mark.parametrize(
    "text",
    ["see /" + "root/x", "'/" + "home/ada/project'", "file:///" + "opt/wheels", *REGISTRIES, "C:" + "\\Users"],
)
def test_a_machine_and_a_registry_are_recognised(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(
    "text", ["/usr/bin/chromium", "http://127.0.0.1:4010/api/tmp/1", "src/home/x", "report/" + "work/"]
)
def test_system_folders_relative_paths_and_routes_are_fine(text: str) -> None:
    assert not FORBIDDEN.search(text)
