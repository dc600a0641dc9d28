"""Read files: those that references name within a boundary, and JSON that an earlier run left behind.

The contract of somebody's pull request must not read the rest of the machine: a reference reads regular files below the
repository of its contract, or below the contract's folder where there is no repository; links are followed first.
`--allow-outside` lifts that, but for the limit of size.
"""

import json
import stat
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from gate.errors import GateError
from gate.source.yaml_loader import Json

MAX_BYTES = 32 * 1024 * 1024
OUTSIDE_IS_ALLOWED: ContextVar[bool] = ContextVar("outside is allowed", default=False)


@dataclass(frozen=True, slots=True)
class Boundary:
    """The folder below which references may read."""

    folder: Path

    @classmethod
    def around(cls, contract: Path) -> "Boundary":
        """Return the boundary of a contract: its repository, or else its folder."""
        folder = contract.resolve().parent
        return cls(next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder))

    def check(self, path: Path) -> None:
        """Raise GateError for a file that a reference may not read, OSError for one that is not there."""
        target = path.resolve(strict=True)
        if not target.is_relative_to(self.folder) and not OUTSIDE_IS_ALLOWED.get():
            raise GateError(
                f"{path}: lies outside of {self.folder}, and a reference may not read it; "
                "move it there, or run with --allow-outside."
            )
        if not stat.S_ISREG(target.stat().st_mode):
            raise GateError(f"{path}: is no regular file; a reference may read nothing else.")


def read_bounded(path: Path) -> bytes:
    """Return the bytes of a file; raises OSError, and GateError for one that is too large."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    check_size(content, str(path))
    return content


def check_size(content: bytes, name: str) -> None:
    """Raise GateError for more than any contract has."""
    if len(content) > MAX_BYTES:
        raise GateError(f"{name}: is larger than {MAX_BYTES // 1024 // 1024} MiB; no contract is. Give another file.")


def load_json(path: Path, what: str, remedy: str) -> Json:
    """Return the content of a file; raises GateError, which names `what` it should be and the remedy."""
    try:
        content: Json = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GateError(f"{path}: cannot be read ({error.strerror}); {remedy}") from error
    except RecursionError as error:
        raise GateError(f"{path}: is no {what} (it is nested too deeply); {remedy}") from error
    except ValueError as error:
        raise GateError(f"{path}: is no {what} ({error}); {remedy}") from error
    return content
