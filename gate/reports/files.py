"""All files of a verdict, in one folder; or of a run that could not be done."""

from pathlib import Path

from gate.problem import NotDone
from gate.reports import junit, machine, markdown, sarif
from gate.verdict import Verdict

FILES = {"gate.json": machine, "gate.md": markdown, "gate.sarif": sarif, "junit.xml": junit}
NO_END = "The run did not come to its end, so nothing can be said; run it again."


def write(verdict: Verdict, folder: Path) -> None:
    """Writes every file; raises NotDone where nothing can be written."""
    _write({name: kind.text(verdict) for name, kind in FILES.items()}, folder)


def write_not_done(command: str, reason: str, folder: Path) -> None:
    """Writes every file for a run without a verdict; raises NotDone where nothing can be written.

    Written before the work, they show that the folder can be written to, and stay should nobody come to replace them.
    """
    _write({name: kind.not_done(command, reason) for name, kind in FILES.items()}, folder)


def _write(texts: dict[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotDone(f"{folder} cannot be written to ({error.strerror}); name another folder.") from error
