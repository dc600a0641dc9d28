"""The servers of an operation and their URLs."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from gate.errors import GateError
from gate.source.document import Node

HOST = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
# Stands for an unrestricted variable.
ANY = "{*}"
# More than any contract lists, and few enough to compare all pairs.
MOST_ADDRESSES = 1000


def servers(root: Node, item: Node, operation: Node) -> Mapping[str, Node]:
    """Return the URLs of an operation's servers; an unrestricted variable is shown as {*}.

    Raises GateError if there are too many to compare.
    """
    holder = next((node for node in (operation, item, root) if node.get("servers") is not None), None)
    listed = list(holder.elements("servers")) if holder is not None else []
    by_url = {address(url).rstrip("/") or "/": server for server in listed for url in server_urls(server)}
    return by_url or {"/": root}


def matches_server(url: str, servers: Mapping[str, Node]) -> bool:
    """Return whether a URL is one of the servers'."""
    patterns = (".+".join(map(re.escape, server.split(ANY))) for server in servers if ANY in server)
    return url in servers or any(re.fullmatch(pattern, url) for pattern in patterns)


def address(url: str) -> str:
    """Return a URL with scheme and host in lower case."""
    return HOST.sub(lambda host: host[0].lower(), url)


def default_url(server: Node) -> str:
    """Return the URL of a server with the default values of its variables."""
    url = server.text("url")
    for name, variable in server.items("variables"):
        url = url.replace(f"{{{name}}}", variable.text("default"))
    return address(url)


def server_urls(server: Node) -> Iterator[str]:
    """Yield the URLs of a server, one for each combination of values of its variables."""
    variables = []
    for name, variable in server.items("variables"):
        values = [str(element.value) for element in variable.elements("enum")] or [ANY]
        variables.append([(name, value) for value in values])
    if math.prod(map(len, variables)) > MOST_ADDRESSES:
        raise GateError(f"{server.place}: the server has more than {MOST_ADDRESSES} addresses; name fewer.")
    for chosen in itertools.product(*variables):
        url = server.text("url")
        for name, value in chosen:
            url = url.replace(f"{{{name}}}", value)
        yield url
