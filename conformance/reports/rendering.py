"""Render texts from others so that they are harmless to terminals, pages and XML."""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jinja2 import Environment, PackageLoader
from rich.console import Console
from rich.text import Text

from conformance.exchange import printable
from conformance.http.retry import LOG

# Characters that XML 1.0 forbids: a hostile answer must not make a file unreadable.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _PatientConsole(Console):
    """A console that survives a closed pipe: judging and cleaning up must not depend on the reader."""

    def on_broken_pipe(self) -> None:
        """Discard further output."""
        self.quiet = True
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def open_console() -> Console:
    """Return the console for a verdict, which accepts any text."""
    return _PatientConsole(highlight=False)


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print a text in a style."""
    # Text, not markup: a deployment's answer must not be interpreted as styling, or as control codes of the terminal.
    console.print(Text(printable(text), style=style), soft_wrap=True)


class _Teller(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        print_line(self._console, record.getMessage())


@contextmanager
def telling(console: Console) -> Iterator[None]:
    """Print log messages while the context is open, such as that the run has to wait."""
    teller = _Teller(console)
    LOG.addHandler(teller)
    try:
        yield
    finally:
        LOG.removeHandler(teller)


def without_control_codes(text: str) -> str:
    """Return a text without characters that XML forbids."""
    return _UNPRINTABLE.sub("\ufffd", text)


def open_templates(package: str) -> Environment:
    """Return the templates of a package; values in them are escaped."""
    return Environment(
        loader=PackageLoader(package, "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
