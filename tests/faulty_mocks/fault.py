"""A fault: a sentence of what the mock does wrong, the requirements it breaks, and how it gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from conformance.options import Depth
from tests.faulty_mocks.mock_builder import MockBuilder

Inject = Callable[[MockBuilder], None]


@dataclass(frozen=True)
class Fault:
    """A fault. `implies` are requirements that cannot hold, or may not, if those in `breaks` do not."""

    name: str
    breaks: frozenset[str]
    implies: frozenset[str]
    inject: Inject
    depth: Depth = Depth.QUICK
    """The depth that a run must have to find it."""


FAULTS: dict[str, Fault] = {}


def load_all() -> dict[str, Fault]:
    """Import every module of faults, which registers them, and return them by name."""
    for path in sorted(Path(__file__).parent.glob("*_faults.py")):
        if not path.name.startswith("test_"):
            import_module(f"tests.faulty_mocks.{path.stem}")
    return FAULTS


def breaks(*requirements: str, implies: tuple[str, ...] = (), depth: Depth = Depth.QUICK) -> Callable[[Inject], Inject]:
    """Register a fault under the requirements it breaks; its name is the function's."""

    def register(inject: Inject) -> Inject:
        add(inject.__name__, requirements, inject, implies, depth)
        return inject

    return register


def add(
    name: str,
    requirements: tuple[str, ...],
    inject: Inject,
    implies: tuple[str, ...] = (),
    depth: Depth = Depth.QUICK,
) -> None:
    """Register a fault by name."""
    assert name not in FAULTS, f"two faults are called {name}"
    FAULTS[name] = Fault(name, frozenset(requirements), frozenset(implies), inject, depth)
