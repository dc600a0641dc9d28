"""Write texts and paths of answers as words of a POSIX shell."""

import re

from conformance.reproduction.answers import SELECTOR


def quoted(text: str) -> str:
    """Quote a text if it contains characters that are special to the shell."""
    if re.fullmatch(r"[A-Za-z0-9_./:@%+,=-]+", text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def place_of(number: int, path: str) -> str:
    """Write a path of the answer to a call; a row is selected when the script runs."""
    selector = SELECTOR.match(path)
    if selector is None:
        return quoted(path)
    words = (selector["list"], selector["key"], quoted(selector["value"]), selector["column"])
    return f'"$(place {number} {" ".join(words)})"'


def reader(number: int, path: str) -> str:
    """Write the command that prints the value at a path of the answer to a call."""
    return f"value {number} {place_of(number, path)}"


def name_of(path: str) -> str:
    """Return the name of a variable for the value at a path."""
    name = re.sub(r"\W+", "_", path.rpartition("]")[2].removeprefix(".")).strip("_").removeprefix("data_")
    return re.sub(r"^(\d)", r"row_\1", name) or "value"


def comment(text: str) -> str:
    """Return a text that cannot end the comment it is written in."""
    return " ".join(text.split())
