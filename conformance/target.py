"""The server under test: where it is, which key opens it, what it lends us."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

SHORTEST_SECRET = 8
MOCK = "mock"
"""The target that stands for the mock of this package, started for the run."""
PROXY_VARIABLE = "MILESTONES_PROXY"


class RunError(Exception):
    """The run cannot be done; the message is one sentence with what to do next."""


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """Records that ours hang on: a project needs a client and a category, a task a status and a priority.

    They are named, never written to; of the users, the first is the main administrator. A missing status or priority
    leaves what needs tasks without a verdict. The existing ids were there before the run and are never ours;
    `leftover_project_ids` are those of earlier runs among them. `requests` is what it took to ask for all this.
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
    """Required fields of a customer's own, for each project that is made; `task_fields` likewise."""
    task_fields: Mapping[str, str] = field(default_factory=dict)
    existing_project_ids: frozenset[int] = frozenset()
    existing_milestone_ids: frozenset[int] = frozenset()
    existing_task_ids: frozenset[int] = frozenset()
    leftover_project_ids: frozenset[int] = frozenset()
    requests: int = 0


@dataclass(frozen=True, slots=True)
class ShellOption:
    """An option by its name in our commands and in curl (empty where curl needs none); the value is a shell word.

    A file's name may stand in `variable` instead: on another machine it may be elsewhere.
    """

    name: str
    curl: str
    value: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """The way to a deployment: files in PEM, a proxy's URL or `env`, header fields, addresses by host and port."""

    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    insecure: bool = False
    proxy: str = ""
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    addresses: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @property
    def secrets(self) -> list[str]:
        """Return values of header fields and a proxy's password; a short one may be a word of the data, and is none."""
        values = [*(value for _, value in self.headers), urlsplit(self.proxy).password or ""]
        return [value for value in values if len(value) >= SHORTEST_SECRET]

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the environment variables that hold secrets in commands that are shown, with what each is to hold."""
        needed = {header_variable(name): f"the value of the header field {name}" for name, _ in self.headers}
        return needed | ({PROXY_VARIABLE: "the URL of the proxy"} if urlsplit(self.proxy).username else {})

    def shell_options(self) -> Iterator["ShellOption"]:
        """Yield the options as a shell reads them; a secret stands in a variable."""
        files = {"ca-bundle": "cacert", "client-cert": "cert", "client-key": "key"}
        for name, curl in files.items():
            if path := getattr(self, name.replace("-", "_")):
                yield ShellOption(name, curl, shlex.quote(path), f"MILESTONES_{name.upper().replace('-', '_')}")
        if self.insecure:
            yield ShellOption("insecure", "insecure")
        if self.proxy:
            # curl looks into the environment by itself.
            url = f'"${PROXY_VARIABLE}"' if PROXY_VARIABLE in self.variables else shlex.quote(self.proxy)
            yield ShellOption("proxy", "" if self.proxy == "env" else "proxy", url)
        for name, _ in self.headers:
            yield ShellOption("header", "header", f'"{name}: ${header_variable(name)}"')
        for (host, port), address in self.addresses.items():
            place = f"[{address}]" if ":" in address else address
            yield ShellOption("resolve", "resolve", shlex.quote(f"{host}:{port}:{place}"))

    @property
    def words(self) -> list[str]:
        """Return the options of our commands, as words for a shell."""
        return [word for option in self.shell_options() for word in (f"--{option.name}", option.value) if word]

    @property
    def curl_words(self) -> list[str]:
        """Return the options of curl, as words for a shell."""
        options = [option for option in self.shell_options() if option.curl]
        return [word for option in options for word in (f"--{option.curl}", option.value) if word]


DIRECT = NetworkOptions()


def header_variable(name: str) -> str:
    """Return the environment variable that holds the value of a header field in commands that are shown.

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
    """Return the target that a user names; None for the embedded mock. Raises RunError for none, no URL or no key."""
    if not url:
        raise RunError(
            "No target: name the deployment, such as --target https://crm.example.com/api, or check the embedded mock "
            "with --target mock."
        )
    if url == MOCK:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RunError(f"--target {url} is no URL; give the base URL, such as https://crm.example.com/api.")
    if parts.username or parts.query or parts.fragment:
        raise RunError("--target takes a plain base URL, without user, query or fragment.")
    if not key:
        raise RunError("A deployment needs a key; give it as the environment variable MILESTONES_API_KEY.")
    if not key.isascii() or any(letter.isspace() or not letter.isprintable() for letter in key):
        raise RunError("The key holds characters that no header can carry; check MILESTONES_API_KEY.")
    if parts.scheme == "http":
        network = replace(network, ca_bundle="", client_cert="", client_key="")
    return Target(url.rstrip("/"), key, network)
