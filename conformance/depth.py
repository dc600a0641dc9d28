"""How much a run tries."""

from enum import Enum


class Depth(Enum):
    """How much a run tries."""

    QUICK = "quick"
    STANDARD = "standard"
    DEEP = "deep"
