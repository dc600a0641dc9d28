"""Write scenarios to files, so that a file is always whole: the new one or, whatever happens, the former one."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_scenario(path: Path, content: Mapping[str, object]) -> None:
    """Write a scenario as JSON beside its file, and put it in its place; raises OSError."""
    text = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
    target = path.resolve()
    if target.exists() and not target.is_file():
        # A pipe or a terminal, which nothing can be put in the place of.
        target.write_bytes(text)
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            if target.exists():
                shutil.copymode(target, beside)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """See to it that a new name outlives a loss of power, where a system lets folders be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
