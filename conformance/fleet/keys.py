"""Resolve a key on the machine of the run, so that it is never sent over a network, nor written to a file or report."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

SECONDS_FOR_COMMAND = 60.0


class KeyKind(Enum):
    """The kinds of sources of a key; the values are the settings of a fleet file."""

    ENVIRONMENT = "key-env"
    FILE = "key-file"
    COMMAND = "key-command"


class KeyMissing(Exception):
    """A key could not be resolved; the message says where it was looked for, and never quotes what was found."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """The source of a key: a variable's name, a path, or the words of a command."""

    kind: KeyKind
    words: Sequence[str]

    def resolve(self) -> str:
        """Return the key. Raises KeyMissing."""
        match self.kind:
            case KeyKind.ENVIRONMENT:
                key = os.environ.get(self.words[0], "")
            case KeyKind.FILE:
                key = _read(Path(self.words[0]))
            case _:
                key = _ask(self.words)
        if not key.strip():
            raise KeyMissing(f"{self.kind.value} {shlex.join(self.words)} gives no key where the run happens.")
        return key.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise KeyMissing(f"key-file {path} cannot be read where the run happens ({reason}).") from error


def _ask(words: Sequence[str]) -> str:
    name = shlex.join(words)
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_FOR_COMMAND, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise KeyMissing(f"key-command {name} did not end within {SECONDS_FOR_COMMAND:g} s.") from error
    except OSError as error:
        raise KeyMissing(f"key-command {name} cannot be started ({error.strerror}).") from error
    if done.returncode != 0:
        raise KeyMissing(f"key-command {name} ended with {done.returncode}.")
    return done.stdout.decode(errors="replace")
