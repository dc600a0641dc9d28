"""Security schemes: the credentials that an operation requires."""

from collections.abc import Iterator
from dataclasses import dataclass

from gate.openapi.servers import address
from gate.source.document import Node

REFRESHED = "refreshUrl"
URLS = ("authorizationUrl", "tokenUrl")


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A security scheme: alternative `ways` to authenticate, and the required permissions."""

    ways: frozenset[str]
    scopes: frozenset[str]

    @property
    def shown(self) -> str:
        """Return its name in reports."""
        scopes = f" ({', '.join(sorted(self.scopes))})" if self.scopes else ""
        return f"{' or '.join(sorted(self.ways))}{scopes}"

    def satisfies(self, required: "SecurityScheme") -> bool:
        """Return whether credentials for this scheme satisfy another one."""
        return self.ways <= required.ways and required.scopes <= self.scopes


def security(root: Node, operation: Node) -> tuple[frozenset[SecurityScheme], ...]:
    """Return the alternatives, each a set of schemes required together; no security is one empty set."""
    holder = operation if operation.get("security") is not None else root
    alternatives = tuple(
        frozenset(
            SecurityScheme(frozenset(schemes(root, name)), frozenset(str(scope.value) for scope in scopes.elements()))
            for name, scopes in alternative.items()
        )
        for alternative in holder.elements("security")
    )
    return alternatives or (frozenset(),)


def schemes(root: Node, name: str) -> Iterator[str]:
    """Yield the schemes of a name without documentation; letter case is kept in values that are sent."""
    node = root.get_resolved("components", "securitySchemes", name)
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
        yield from list(oauth_flows(node)) or [kind]
    else:
        yield kind


def oauth_flows(scheme: Node) -> Iterator[str]:
    """Yield the flows of an OAuth scheme, each with its URLs."""
    for name, flow in scheme.items("flows"):
        if not name.startswith("x-"):
            urls = " and ".join(address(flow.text(url)) for url in URLS if flow.text(url))
            yield f"OAuth {name} at {urls}"
            if flow.text(REFRESHED):
                yield f"OAuth {name} refreshed at {address(flow.text(REFRESHED))}"
