"""Write JSON to files, so that a file is always whole: the new one or, whatever happens, the former one."""

import errno
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write JSON beside a file, and put it in its place; raises OSError."""
    text = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
    if _is_device(path):
        path.write_bytes(text)
        return
    target, beside = path.resolve(), _beside(path)
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


def check_writable(path: Path) -> None:
    """Raise OSError where a file could not be written, by trying what `write_json` begins with."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not _is_device(path):
        beside = _beside(path)
        beside.touch()
        beside.unlink()


def _is_device(path: Path) -> bool:
    """Tell whether a path is a pipe or a terminal, which nothing can be put in the place of."""
    return path.exists() and not path.is_file()


def _beside(path: Path) -> Path:
    target = path.resolve()
    return target.with_name(f".{target.name}.{os.getpid()}")


def _sync_folder(folder: Path) -> None:
    """See to it that a new name outlives a loss of power, where a system lets folders be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
