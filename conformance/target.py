"""The deployment under test: its address, its key, and the existing records to refer to."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

SHORTEST_SECRET = 8
MOCK = "mock"
"""The target that stands for the embedded mock, which is started for the run."""
PROXY_VARIABLE = "MILESTONES_PROXY"


class RunError(Exception):
    """The run cannot be done; the message is one sentence with what to do next."""


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """Existing records that new ones refer to: projects need a client and a category, tasks a status and a priority.

    They are referred to, never written to; the first of the users is the main administrator. Without a status or
    priority, requirements that need tasks get no verdict. The existing ids were there before the run and never belong
    to it; `leftover_project_ids` are those among them that earlier runs made. `requests` is the number of requests sent
    for all this.
    """

    client_id: int
    category_id: int
    status_id: int | None
    priority_id: int | None
    other_status_ids: Sequence[int] = ()
    other_priority_ids: Sequence[int] = ()
    user_ids: Sequence[int] = (1,)
    project_id: int | None = None
    project_fields: Mapping[str, str] = field(default_factory=dict)
    """Fields that a customer's installation requires of each new project; `task_fields` likewise."""
    task_fields: Mapping[str, str] = field(default_factory=dict)
    existing_project_ids: frozenset[int] = frozenset()
    existing_milestone_ids: frozenset[int] = frozenset()
    existing_task_ids: frozenset[int] = frozenset()
    leftover_project_ids: frozenset[int] = frozenset()
    requests: int = 0


@dataclass(frozen=True, slots=True)
class ShellOption:
    """An option by its name in the project's commands and in curl (empty if not needed); its value is a shell word.

    The variable `variable` may name another file instead, for other machines.
    """

    name: str
    curl: str
    value: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """Network access to a deployment: PEM files, a proxy's URL or `env`, header fields, addresses by host and port."""

    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    insecure: bool = False
    proxy: str = ""
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    addresses: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def secrets(self) -> list[str]:
        """Return the header values and the proxy's password, except short ones, which may occur in ordinary data."""
        values = [*(value for _, value in self.headers), urlsplit(self.proxy).password or ""]
        return [value for value in values if len(value) >= SHORTEST_SECRET]

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the environment variables for secrets in displayed commands, each with a description of its value."""
        needed = {header_variable(name): f"the value of the header field {name}" for name, _ in self.headers}
        return needed | ({PROXY_VARIABLE: "the URL of the proxy"} if urlsplit(self.proxy).username else {})

    def shell_options(self) -> Iterator["ShellOption"]:
        """Yield the options as written in a shell; secrets are given by variables."""
        files = {"ca-bundle": "cacert", "client-cert": "cert", "client-key": "key"}
        for name, curl in files.items():
            if path := getattr(self, name.replace("-", "_")):
                yield ShellOption(name, curl, shlex.quote(path), f"MILESTONES_{name.upper().replace('-', '_')}")
        if self.insecure:
            yield ShellOption("insecure", "insecure")
        if self.proxy:
            # curl reads the environment by itself.
            url = f'"${PROXY_VARIABLE}"' if PROXY_VARIABLE in self.variables else shlex.quote(self.proxy)
            yield ShellOption("proxy", "" if self.proxy == "env" else "proxy", url)
        for name, _ in self.headers:
            yield ShellOption("header", "header", f'"{name}: ${header_variable(name)}"')
        for (host, port), address in self.addresses.items():
            place = f"[{address}]" if ":" in address else address
            yield ShellOption("resolve", "resolve", shlex.quote(f"{host}:{port}:{place}"))

    @property
    def words(self) -> list[str]:
        """Return the options of the project's commands, as words of a shell."""
        return [word for option in self.shell_options() for word in (f"--{option.name}", option.value) if word]

    @property
    def curl_words(self) -> list[str]:
        """Return the options of curl, as words of a shell."""
        options = [option for option in self.shell_options() if option.curl]
        return [word for option in options for word in (f"--{option.curl}", option.value) if word]


DIRECT = NetworkOptions()


def header_variable(name: str) -> str:
    """Return the environment variable for the value of a header field in displayed commands.

    >>> header_variable("X-Front")
    'MILESTONES_HEADER_X_FRONT'
    """
    return "MILESTONES_HEADER_" + re.sub(r"\W", "_", name).upper()


@dataclass(frozen=True, slots=True)
class Target:
    """A deployment: its base URL with `/api` and without a slash at the end, and its key, which is never printed."""

    url: str
    key: str
    network: NetworkOptions = DIRECT

    def __repr__(self) -> str:
        return f"Target(url={self.url!r})"


def parse(url: str | None, key: str | None, network: NetworkOptions = DIRECT) -> Target | None:
    """Return the target for a URL; None for the embedded mock. Raises RunError without a target, valid URL or key."""
    if not url:
        raise RunError(
            "No target: name the deployment, such as --target https://crm.example.com/api, or check the embedded mock "
            "with --target mock."
        )
    if url == MOCK:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RunError(f"--target {url} is not a URL; give the base URL, such as https://crm.example.com/api.")
    if parts.username or parts.query or parts.fragment:
        raise RunError("--target takes a plain base URL, without user, query or fragment.")
    if not key:
        raise RunError("A deployment needs a key; give it as the environment variable MILESTONES_API_KEY.")
    if not key.isascii() or any(letter.isspace() or not letter.isprintable() for letter in key):
        raise RunError("The key holds characters that no header can carry; check MILESTONES_API_KEY.")
    if parts.scheme == "http":
        network = replace(network, ca_bundle="", client_cert="", client_key="")
    return Target(url.rstrip("/"), key, network)
