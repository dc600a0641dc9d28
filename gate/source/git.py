"""Git: work trees, and files at a revision."""

import os
import subprocess
from pathlib import Path, PurePosixPath

from gate.errors import FileMissing, GateError


def from_root(path: str) -> str:
    """Return the path from the repository root; one that begins with `./` is relative to the current folder."""
    here = _git("rev-parse", "--show-prefix").stdout.decode().strip() if path.startswith(("./", "../")) else ""
    return here + path


def show(revision: str, path: PurePosixPath) -> bytes:
    """Return the bytes of a file, named from the repository root; raise GateError or FileMissing."""
    # After --end-of-options no argument is an option, whatever a revision is called.
    shown = _git("show", "--end-of-options", f"{revision}:{path}")
    if not shown.returncode:
        return shown.stdout
    check_repository(f"{revision}:{path}")
    message = " ".join(shown.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
    if not _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}").returncode:
        raise FileMissing(
            f"{revision}:{path}: the revision exists, but has no such file ({message}); "
            "write the path from the root of the repository, or from the current folder as ./FILE."
        )
    raise GateError(
        f"{revision}:{path}: git has no such revision ({message}); "
        "name one that was fetched (in CI: a checkout with its history, such as fetch-depth: 0)."
    )


def work_tree(folder: Path) -> Path | None:
    """Return the work tree of a folder; None outside of any."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def check_repository(name: str) -> None:
    """Raise GateError if git finds no repository, or does not trust it."""
    looked = _git("rev-parse", "--git-dir")
    if looked.returncode:
        message = " ".join(looked.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        advice = "run it inside a clone, or give two files."
        raise GateError(f"{name}: git finds no repository here ({message}); {advice}")


def at_merge_base(path: str, reference: str) -> str:
    """Return REVISION:./FILE for a file as it was where HEAD left `reference`, from the current folder.

    Raises GateError if there is no such file, repository or reference, or no merge base in the fetched history.
    """
    if not reference or reference.endswith("/"):
        raise GateError(
            f"--merge-base {reference}: names no revision; a variable in the argument seems to be empty. "
            "In CI, the target branch is set only for pull and merge requests: run the job for those."
        )
    if not Path(path).is_file():
        raise GateError(
            f"{path}: is not a file; --merge-base compares a file of the work tree with its earlier version."
        )
    check_repository(f"--merge-base {reference}")
    if _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}").returncode:
        raise GateError(
            f"--merge-base {reference}: git has no such revision; "
            "name one that was fetched (in CI: a checkout with its history, such as fetch-depth: 0)."
        )
    base = _git("merge-base", "--end-of-options", "HEAD", reference)
    if base.returncode:
        shallow = _git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        reason = (
            "this clone is shallow, and their common history was not fetched; run 'git fetch --unshallow', "
            "or make CI check out the whole history (fetch-depth: 0, GIT_DEPTH: 0)."
            if shallow
            else "they have no common history; name a branch that HEAD came from."
        )
        raise GateError(f"--merge-base {reference}: no merge base with HEAD: {reason}")
    here = os.path.relpath(os.path.realpath(path), os.path.realpath(".")).replace(os.sep, "/")
    return f"{base.stdout.decode().strip()}:./{here}"


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *words], capture_output=True, check=False)  # noqa: S607 - the git on the path
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise GateError(f"git {words[0]}: git cannot be run ({why}); install it.") from error
