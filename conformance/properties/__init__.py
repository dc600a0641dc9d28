"""The properties: a module a verb, and across them auth, envelope, protocol, lifecycle, concurrency."""

from conformance.properties import (
    auth,
    concurrency,
    count,
    create,
    delete,
    envelope,
    get,
    lifecycle,
    listing,
    paging,
    projects,
    protocol,
    reorder,
    schema,
    tasks,
    update,
)

__all__ = [
    "auth",
    "concurrency",
    "count",
    "create",
    "delete",
    "envelope",
    "get",
    "lifecycle",
    "listing",
    "paging",
    "projects",
    "protocol",
    "reorder",
    "schema",
    "tasks",
    "update",
]
