"""Write JSON files atomically: after any failure, a file is complete, either the new or the former one."""

import errno
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write JSON to a temporary file and rename it to the path; raise OSError."""
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
    """Raise OSError if a file cannot be written, by trying the first steps of `write_json`."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not _is_device(path):
        beside = _beside(path)
        beside.touch()
        beside.unlink()


def _is_device(path: Path) -> bool:
    """Return whether a path is a pipe or a terminal, which cannot be replaced."""
    return path.exists() and not path.is_file()


def _beside(path: Path) -> Path:
    target = path.resolve()
    return target.with_name(f".{target.name}.{os.getpid()}")


def _sync_folder(folder: Path) -> None:
    """Flush a folder to disk, so that a new name survives a power failure, if the system allows that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
