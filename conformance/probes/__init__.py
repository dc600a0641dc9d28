"""The probes: what a deployment does where the documentation is silent, a module a subject."""

from conformance.probes import changing, creating, deleting, listing, reading, reordering, web

__all__ = ["changing", "creating", "deleting", "listing", "reading", "reordering", "web"]
