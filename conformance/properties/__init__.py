"""The properties: a module a verb, and across them auth, envelope, http, lifecycle, concurrency."""

from importlib import import_module
from pkgutil import iter_modules


def load_all() -> None:
    """Import every module here, so that its properties and passive checks are registered."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
