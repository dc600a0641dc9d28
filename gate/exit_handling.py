"""Exit handling: every failure ends with the gate's own exit code, a sentence, and reports that state it."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import click

from gate.errors import GateError
from gate.reports.escaping import one_line

NOT_DONE = 3
INTERRUPTED = "The run was interrupted, so there is no result; run it again."
OUR_FAULT = (
    "This is a bug of milestones-gate and says nothing about the contract or deployment; "
    "please report it, with the output above"
)


class Gate(click.Group):
    """A group of commands that exit with 3 on any failure, and report the reason."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its code."""
        given = args[0] if args else extra.get("args")
        words = list(sys.argv[1:] if given is None else given)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        with unwinding_when_ended():
            code = self._code(words, *args, **extra)
        flush()
        sys.exit(code)

    def _code(self, words: Sequence[str], *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **{**extra, "standalone_mode": False})
        except GateError as problem:
            reason = str(problem)
            self._tell(reason)
        except click.ClickException as error:
            reason = error.format_message()
            with suppress(OSError):
                error.show()
        except (click.Abort, KeyboardInterrupt):
            reason = INTERRUPTED
            self._tell(reason)
        except SystemExit:
            # click exits like this when its output is no longer read.
            reason = "The output was closed before everything was printed."
        except Exception as error:  # noqa: BLE001 - exit code 1 would report a break
            reason = f"{OUR_FAULT} ({type(error).__name__}: {error})."
            for line in traceback.format_exc().splitlines():
                self._tell(f"| {line}")
            self._tell(reason)
        # An interrupt may leave a module half-initialised; the reports say from the start that nothing is done.
        with suppress(Exception, KeyboardInterrupt):
            self.report(words, reason)
        return NOT_DONE

    def _tell(self, reason: str) -> None:
        say(one_line(reason))

    def report(self, words: Sequence[str], reason: str) -> None:
        """Write the reason into the reports, so that those of an earlier run are not mistaken for this one's."""
        from gate.reports import github, writer

        command = next((word for word in words if word in self.commands), "")
        folder = _folder(words)
        if folder is not None and command:
            with suppress(GateError):
                writer.write_not_done(command, reason, folder)
        if "--annotations" in words:
            say(github.not_done(reason), on_error=False)


def say(text: str, *, on_error: bool = True) -> None:
    """Print lines; a closed or full output does not change the exit code."""
    try:
        click.echo(text, err=on_error)
    except OSError as error:
        _silence(sys.stderr if on_error else sys.stdout)
        if not on_error and not isinstance(error, BrokenPipeError):
            say(f"Standard output could not be written ({error.strerror}); the exit code has the result.")


def flush() -> None:
    """Flush the standard streams, as Python would report an error at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:  # It is None if the stream was closed before the start.
                stream.flush()
        except OSError:
            _silence(stream)


def _silence(stream: Any) -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _folder(words: Sequence[str]) -> Path | None:
    """Return the folder for reports, even if the command line has another error."""
    options = list(takewhile(lambda word: word != "--", words))
    given = [option.removeprefix("--report=") for option in options if option.startswith("--report=")]
    given += [after for option, after in pairwise(options) if option == "--report"]
    return Path(given[-1]) if given else None


@contextmanager
def unwinding_when_ended() -> Iterator[None]:
    """Raise an exception at SIGTERM, as sent to a cancelled CI job: child processes are ended on the way.

    The same applies to SIGINT if a shell started the gate in the background, with SIGINT ignored.
    """
    former = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
