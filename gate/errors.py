"""Errors that end a command without a verdict."""


class GateError(Exception):
    """The gate could not do what was asked; the message says what happened, where, and what to do."""


class FileMissing(GateError):
    """A revision that git knows has no such file."""
