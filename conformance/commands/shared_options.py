"""Options shared by several commands: the selection of requirements, the deployment, and network access to it."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from conformance.target import NetworkOptions, RunError, Target, parse

FILE = click.Path(path_type=Path)

TARGET = click.option(
    "--target",
    multiple=True,
    metavar="URL",
    help="Base URL with /api, or `mock` for the embedded mock of this package.",
)
API_KEY = click.option(
    "--api-key", envvar="MILESTONES_API_KEY", metavar="KEY", help="The key; better set as MILESTONES_API_KEY."
)
CONTRACT = click.option("--contract", type=FILE, metavar="FILE", help="Another openapi.yaml.")
ONLY = click.option("--only", multiple=True, metavar="GLOB", help="Judges only matching requirements, e.g. 'delete/*'.")

EXCLUDE = click.option("--exclude", multiple=True, metavar="GLOB", help="Leaves matching requirements out.")

PEM = click.Path(exists=True, path_type=Path)
CA_VARIABLES = ["MILESTONES_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
FIELD_NAME = re.compile(r"[0-9A-Za-z._-]+")
"""Names of header fields: RFC 9110 also allows characters that a shell may interpret."""
OURS = ("authorization", "content-type", "content-length", "host", "transfer-encoding")
"""Header fields that the suite sets itself, and whose answers it judges."""
Function = TypeVar("Function", bound=Callable[..., Any])


class Lines(click.types.StringParamType):
    """A text; an environment variable may hold several, one on each line."""

    envvar_list_splitter = "\n"


NETWORK_OPTIONS = (
    click.option(
        "--ca-bundle", type=PEM, envvar=CA_VARIABLES, metavar="FILE", help="Trusted certificate authorities (PEM)."
    ),
    click.option("--client-cert", type=PEM, metavar="FILE", help="A client certificate (PEM), perhaps with its key."),
    click.option("--client-key", type=PEM, metavar="FILE", help="The key of --client-cert, if it is a separate file."),
    click.option("--insecure", is_flag=True, help="Accepts any certificate; every report says so."),
    click.option("--proxy", metavar="URL", help="A proxy, or `env` for HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
    click.option(
        "--header",
        multiple=True,
        type=Lines(),
        metavar="'NAME: VALUE'",
        help="Sends this header field with every request; its value is never shown.",
    ),
    click.option(
        "--resolve", multiple=True, metavar="HOST:PORT:ADDRESS", help="Connects to ADDRESS for HOST:PORT, as curl does."
    ),
)


def target_of(options: Mapping[str, Any]) -> Target | None:
    """Return the target that the options name; None for the embedded mock. Raises RunError."""
    targets: Sequence[str] = options["target"]
    if len(targets) > 1:
        raise RunError(
            f"Only one target at a time, but {len(targets)} were given: to check several deployments, "
            "write them into a file and run `milestones-check fleet FILE --report DIR`."
        )
    return parse(targets[0] if targets else None, options["api_key"], network_of(options))


def network_options(command: Function) -> Function:
    """Add the options for network access to a command."""
    for option in reversed(NETWORK_OPTIONS):
        command = option(command)
    return command


def network_of(options: Mapping[str, Any]) -> NetworkOptions:
    """Return the network options. Raises RunError for an invalid header field, proxy or address."""
    if options["resolve"] and options["proxy"] not in (None, "env"):
        raise RunError("--resolve cannot be used with --proxy: a proxy looks up names itself.")
    return NetworkOptions(
        ca_bundle=str(options["ca_bundle"] or ""),
        client_cert=str(options["client_cert"] or ""),
        client_key=str(options["client_key"] or ""),
        insecure=options["insecure"],
        proxy=_proxy(options["proxy"] or ""),
        headers=tuple(_header(text) for text in options["header"]),
        addresses=dict(_address(text) for text in options["resolve"]),
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    # It may contain a secret, so no message quotes it.
    if not colon or not FIELD_NAME.fullmatch(name) or not value.isprintable() or not value.isascii():
        raise RunError("--header takes a name and a value of visible ASCII: write it like 'X-Tenant: north'.")
    if not value:
        raise RunError(f"--header {name} has no value; is its variable set?")
    if name.lower() in OURS:
        raise RunError(f"--header {name}: the suite sets this field itself.")
    return name, value


def _proxy(text: str) -> str:
    parts = urlsplit(text)
    if text not in ("", "env") and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise RunError(f"--proxy {parts.hostname or text}: give a URL such as http://proxy.example.com:3128, or env.")
    return text


def _address(text: str) -> tuple[tuple[str, int], str]:
    host, _, rest = text.partition(":")
    port, _, address = rest.partition(":")
    if not host or not port.isdigit() or not address:
        raise RunError(f"--resolve {text}: write it like crm.example.com:443:10.0.0.7.")
    return (host.lower(), int(port)), address.strip("[]")
