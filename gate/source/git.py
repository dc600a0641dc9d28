"""Files as they were at a git revision."""

import subprocess
from pathlib import PurePosixPath

from gate.errors import FileMissing, GateError


def from_root(path: str) -> str:
    """The path as it is from the root of the repository: as it stands, or, where it begins with `./`, from here."""
    here = _git("rev-parse", "--show-prefix").stdout.decode().strip() if path.startswith(("./", "../")) else ""
    return here + path


def show(revision: str, path: PurePosixPath) -> bytes:
    """Return the bytes of a file, named from the root of the repository; raises GateError or FileMissing."""
    # After --end-of-options nothing is an option, whatever a revision is called.
    shown = _git("show", "--end-of-options", f"{revision}:{path}")
    if not shown.returncode:
        return shown.stdout
    said = " ".join(shown.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
    if not _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}").returncode:
        raise FileMissing(
            f"{revision}:{path}: the revision is there, and has no such file ({said}); "
            "write the path from the root of the repository, or from the current folder as ./FILE."
        )
    raise GateError(
        f"{revision}:{path}: git has no such revision ({said}); "
        "name one that was fetched (in CI: a checkout with its history, such as fetch-depth: 0)."
    )


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *words], capture_output=True, check=False)  # noqa: S607 - the git on the path
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise GateError(f"git {words[0]}: git cannot be run ({why}); install it.") from error
