"""What keeps the gate from a verdict, said for people."""


class NotDone(Exception):
    """The gate could not do what was asked; the message says what happened, where, and what to do."""


class NotThere(NotDone):
    """A revision that git knows has no such file."""
