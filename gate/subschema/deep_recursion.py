"""Runs a function with a 256 MB stack, for deeply nested `$ref`s."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

from gate.errors import GateError

T = TypeVar("T")

DEEPEST = 50_000
# Taken from the system only as far as it is used.
STACK = 256 * 1024 * 1024


def run_with_deep_stack(function: Callable[[], T]) -> T:
    """Return the result of a function that may recurse deeply; raises GateError where even that is too deep."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(function())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
            done.set_exception(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(DEEPEST)
    try:
        # A thread begins without the context variables of the one that starts it.
        thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
        thread.start()
        thread.join()
        return done.result()
    except RecursionError as error:
        raise GateError("The schemas refer to each other too deeply to be compared; flatten some of them.") from error
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
