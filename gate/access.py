"""Where an operation is called, and with which proof of who calls."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.document import Node
from gate.problem import NotDone

HOST = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
# Stands for a variable that may be anything.
ANY = "{*}"
# More than anybody lists, and few enough to compare each with each.
MOST_ADDRESSES = 1000
REFRESHED = "refreshUrl"
URLS = ("authorizationUrl", "tokenUrl")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to prove who one is: `ways` of which a client goes one, and what has to be allowed to it."""

    ways: frozenset[str]
    scopes: frozenset[str]

    @property
    def shown(self) -> str:
        """How people call it."""
        scopes = f" ({', '.join(sorted(self.scopes))})" if self.scopes else ""
        return f"{' or '.join(sorted(self.ways))}{scopes}"

    def suffices(self, asked: "Scheme") -> bool:
        """Whether this proof, got in whichever way, is one that is asked for."""
        return self.ways <= asked.ways and asked.scopes <= self.scopes


def security(root: Node, operation: Node) -> tuple[frozenset[Scheme], ...]:
    """The alternatives, each a set of what has to be proven together; nothing to prove is one empty set."""
    holder = operation if operation.child("security") is not None else root
    alternatives = tuple(
        frozenset(
            Scheme(frozenset(_ways(root, name)), frozenset(str(scope.value) for scope in scopes.elements()))
            for name, scopes in alternative.fields()
        )
        for alternative in holder.elements("security")
    )
    return alternatives or (frozenset(),)


def _ways(root: Node, name: str) -> Iterator[str]:
    """The ways of a scheme, without what is only told to people; letter case stays where it goes over the wire."""
    node = root.at("components", "securitySchemes", name)
    kind = "" if node is None else node.text("type")
    if node is None or not kind:
        yield name
    elif kind == "apiKey":
        place, key = node.text("in"), node.text("name")
        yield f"key in {place} {key.lower() if place == 'header' else key}"
    elif kind == "http":
        yield f"http {node.text('scheme').lower()}"
    elif kind == "openIdConnect":
        yield f"OpenID Connect at {address(node.text('openIdConnectUrl'))}"
    elif kind == "oauth2":
        yield from list(_flows(node)) or [kind]
    else:
        yield kind


def _flows(scheme: Node) -> Iterator[str]:
    for name, flow in scheme.fields("flows"):
        if not name.startswith("x-"):
            urls = " and ".join(address(flow.text(one)) for one in URLS if flow.text(one))
            yield f"OAuth {name} at {urls}"
            if flow.text(REFRESHED):
                yield f"OAuth {name} refreshed at {address(flow.text(REFRESHED))}"


def servers(root: Node, item: Node, operation: Node) -> Mapping[str, Node]:
    """The addresses of an operation's servers; a variable that nothing limits is shown as {*}.

    Raises NotDone for more of them than can be compared.
    """
    holder = next((one for one in (operation, item, root) if one.child("servers") is not None), None)
    listed = list(holder.elements("servers")) if holder is not None else []
    found = {address(url).rstrip("/") or "/": server for server in listed for url in _urls(server)}
    return found or {"/": root}


def reaches(url: str, servers: Mapping[str, Node]) -> bool:
    """Whether an address is one of the servers'."""
    patterns = (".+".join(map(re.escape, server.split(ANY))) for server in servers if ANY in server)
    return url in servers or any(re.fullmatch(pattern, url) for pattern in patterns)


def address(url: str) -> str:
    """An address in one way of writing it: scheme and host have no letter case."""
    return HOST.sub(lambda host: host[0].lower(), url)


def usual(server: Node) -> str:
    """The address of a server whose variables are what they are unless somebody says otherwise."""
    url = server.text("url")
    for name, variable in server.fields("variables"):
        url = url.replace(f"{{{name}}}", variable.text("default"))
    return address(url)


def _urls(server: Node) -> Iterator[str]:
    variables = []
    for name, variable in server.fields("variables"):
        values = [str(one.value) for one in variable.elements("enum")] or [ANY]
        variables.append([(name, value) for value in values])
    if math.prod(map(len, variables)) > MOST_ADDRESSES:
        place = server.place
        raise NotDone(f"{place.file}:{place.line}: the server has more than {MOST_ADDRESSES} addresses; name fewer.")
    for chosen in itertools.product(*variables):
        url = server.text("url")
        for name, value in chosen:
            url = url.replace(f"{{{name}}}", value)
        yield url
