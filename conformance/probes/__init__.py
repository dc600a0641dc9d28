"""The probes: what a deployment does where the documentation is silent; one module for each verb."""

from importlib import import_module
from pkgutil import iter_modules


def load_all() -> None:
    """Import every module of this package, which registers its probes."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
