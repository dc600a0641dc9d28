"""The probes: what a deployment does where the documentation is silent, a module a verb."""

from importlib import import_module
from pkgutil import iter_modules


def load_all() -> None:
    """Import every module here, so that its probes are registered."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
