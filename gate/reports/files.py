"""All files of a verdict, in one folder."""

from pathlib import Path

from gate.problem import NotDone
from gate.reports import junit, machine, markdown, sarif
from gate.verdict import Verdict

FILES = {"gate.json": machine.text, "gate.md": markdown.text, "gate.sarif": sarif.text, "junit.xml": junit.text}


def prepare(folder: Path) -> None:
    """Finds out before the work, not after it, that nothing can be written; raises NotDone then."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (folder / name).open("ab").close()
    except OSError as error:
        raise NotDone(f"{folder} cannot be written to ({error.strerror}); name another folder.") from error


def write(verdict: Verdict, folder: Path) -> None:
    """Writes every file."""
    for name, text in FILES.items():
        (folder / name).write_text(text(verdict), encoding="utf-8", errors="replace")
