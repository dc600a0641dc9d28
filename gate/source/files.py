"""Read files from the work tree or a git revision: contracts, the files they refer to, and JSON of earlier runs.

The contract of a pull request must not read the rest of the machine: a reference may read regular files below the
repository of its contract, or below the contract's folder if there is no repository; links are followed first.
`--allow-outside` lifts that, except for the size limit.
"""

import json
import os
import re
import stat
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gate.errors import GateError
from gate.source import git
from gate.source.yaml_loader import Json

# On Windows, a single letter is a drive and no revision.
REVISION = re.compile(rf"[^:]{{{2 if os.name == 'nt' else 1},}}:.+")
MAX_BYTES = 32 * 1024 * 1024
OUTSIDE_IS_ALLOWED: ContextVar[bool] = ContextVar("outside is allowed", default=False)


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folder that references may read from."""

    folder: Path

    @classmethod
    def around(cls, contract: Path) -> "Boundary":
        """Return the boundary of a contract: its repository, or else its folder."""
        folder = contract.resolve().parent
        return cls(git.work_tree(folder) or folder)

    def check(self, path: Path) -> None:
        """Raise GateError for a file that a reference may not read, OSError for a missing one."""
        target = path.resolve(strict=True)
        if not target.is_relative_to(self.folder) and not OUTSIDE_IS_ALLOWED.get():
            raise GateError(
                f"{path}: is outside of {self.folder}, and a reference may not read it; "
                "move it there, or run with --allow-outside."
            )
        if not stat.S_ISREG(target.stat().st_mode):
            raise GateError(f"{path}: is not a regular file; a reference may only read regular files.")


@dataclass(frozen=True)
class Source:
    """A file in the work tree or at a git revision."""

    path: PurePosixPath
    revision: str = ""
    boundary: Boundary | None = field(default=None, compare=False)
    """The folder in which a referenced file must be; None for a file that the user names."""

    @property
    def name(self) -> str:
        """Return the source as a person writes it."""
        return f"{self.revision}:{self.path}" if self.revision else str(self.path)

    def beside(self, relative: str) -> "Source":
        """Return the file that a relative reference names."""
        boundary = None if self.revision else self.boundary or Boundary.around(Path(self.path))
        return Source(normal(self.path.parent / relative), self.revision, boundary)

    def read(self) -> bytes:
        """Return the bytes of the file; raise GateError if the file or the revision does not exist."""
        if self.revision:
            content = git.show(self.revision, self.path)
            check_size(content, self.name)
            return content
        path = Path(self.path)
        try:
            if self.boundary is not None:
                self.boundary.check(path)
            return read_bounded(path)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise GateError(f"{self.path}: cannot be read ({why}); give a file or REVISION:FILE.") from error


def source_of(name: str) -> Source:
    """Return a source: a file or, as in git, REVISION:FILE from the repository root or REVISION:./FILE from here."""
    if _is_there(name):
        return Source(PurePosixPath(name))
    revision, colon, path = name.partition(":")
    if colon and (not revision or revision.endswith("/")):
        raise GateError(
            f"{name}: names no revision; a variable in the argument seems to be empty. In CI, the target branch "
            "is set only for pull and merge requests: run the job for those."
        )
    if not REVISION.fullmatch(name):
        return Source(PurePosixPath(name))
    return Source(normal(PurePosixPath(git.from_root(path))), revision)


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def normal(path: PurePosixPath) -> PurePosixPath:
    """Return the path without `.` and, if possible, without `..`."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    return PurePosixPath(*parts)


def read_bounded(path: Path) -> bytes:
    """Return the bytes of a file; raise OSError, and GateError for one that is too large."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    check_size(content, str(path))
    return content


def check_size(content: bytes, name: str) -> None:
    """Raise GateError for a file larger than any contract."""
    if len(content) > MAX_BYTES:
        raise GateError(
            f"{name}: is larger than {MAX_BYTES // 1024 // 1024} MiB, too large for a contract. Give another file."
        )


def load_json(path: Path, what: str, remedy: str) -> Json:
    """Return the content of a JSON file; raise GateError with `what` it should be and the remedy."""
    try:
        content: Json = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateError(f"{path}: cannot be read ({error.strerror}); {remedy}") from error
    except RecursionError as error:
        raise GateError(f"{path}: is not a {what} (it is nested too deeply); {remedy}") from error
    except ValueError as error:
        raise GateError(f"{path}: is not a {what} ({error}); {remedy}") from error
    return content
