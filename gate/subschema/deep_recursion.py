"""Room for what calls itself as deep as the schemas of a contract refer to each other."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from gate.errors import GateError

T = TypeVar("T")

DEEPEST = 50_000
# Taken from the system only as far as it is used.
STACK = 256 * 1024 * 1024


def run_with_deep_stack(task: Callable[[], T]) -> T:
    """What a task returns that has room to call itself; raises GateError where even that is too little."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(task())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
            done.set_exception(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(DEEPEST)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join()
        return done.result()
    except RecursionError as error:
        raise GateError("The schemas refer to each other too deep to be compared; take some of them apart.") from error
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
