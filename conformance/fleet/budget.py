"""Share each host's budget of runs and requests among its deployments.

The coordinator alone admits runs, so the budget is respected by any number of workers and machines without
communication between them: at most `runs` at once, each with its share of the requests a second.
"""

import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from conformance.fleet.deployment import Deployment

LOOKUPS_AT_ONCE = 32
Lookup = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of one host: concurrent runs, and requests a second of all of them (0: no limit)."""

    runs: int
    rate: float


@dataclass(frozen=True, slots=True)
class Politeness:
    """The default allowance, and those of single hosts by their lower-case name."""

    usual: Allowance
    hosts: Mapping[str, Allowance] = field(default_factory=dict)

    def of(self, names: Iterable[str]) -> Allowance:
        """Return the strictest allowance of hosts that share an address."""
        allowances = [self.hosts.get(name, self.usual) for name in names]
        rates = [allowance.rate for allowance in allowances if allowance.rate]
        return Allowance(min(allowance.runs for allowance in allowances), min(rates, default=0.0))


@dataclass(slots=True)
class Host:
    """The deployments of one host or address: those waiting, and the number of running ones."""

    allowance: Allowance
    waiting: deque[Deployment]
    total: int
    running: int = 0

    @property
    def rate(self) -> float:
        """Return the requests a second for one run, so that all runs together respect the host's limit."""
        return self.allowance.rate / min(self.allowance.runs, self.total)


class HostBudgets:
    """Admits deployments, host by host, within their budgets."""

    def __init__(self, deployments: Sequence[Deployment], politeness: Politeness, lookup: Lookup | None = None) -> None:
        self._hosts = list(_grouped(deployments, politeness, lookup or addresses_of))
        self._host_of = {deployment.name: host for host in self._hosts for deployment in host.waiting}

    @property
    def waiting(self) -> int:
        """Return the number of deployments that are not admitted yet."""
        return sum(len(host.waiting) for host in self._hosts)

    def admit(self) -> Iterator[tuple[Deployment, float]]:
        """Yield the deployments that may start now, alternating between hosts, with each run's requests a second."""
        admissible = [host for host in self._hosts if host.waiting]
        while admissible := [host for host in admissible if host.waiting and host.running < host.allowance.runs]:
            for host in admissible:
                host.running += 1
                yield host.waiting.popleft(), host.rate

    def release(self, deployment: Deployment) -> None:
        """Release the slot of a run that ended."""
        self._host_of[deployment.name].running -= 1

    def drop_waiting(self) -> list[Deployment]:
        """Remove and return the deployments that are not admitted yet."""
        dropped = [deployment for host in self._hosts for deployment in host.waiting]
        for host in self._hosts:
            host.waiting.clear()
        return dropped


def addresses_of(host: str) -> frozenset[str]:
    """Return the addresses of a host name; none if it does not resolve."""
    try:
        return frozenset(str(entry[4][0]) for entry in socket.getaddrinfo(host, None))
    except OSError:
        return frozenset()


def host_of(target: str) -> str:
    """Return the lower-case host name of a target."""
    return (urlsplit(target).hostname or target).lower()


def _grouped(deployments: Sequence[Deployment], politeness: Politeness, lookup: Lookup) -> Iterator[Host]:
    by_name: dict[str, list[Deployment]] = {}
    for deployment in deployments:
        by_name.setdefault(host_of(deployment.target), []).append(deployment)
    with ThreadPoolExecutor(LOOKUPS_AT_ONCE) as executor:
        looked_up = dict(zip(by_name, executor.map(lookup, by_name), strict=True))
    addresses = {name: public | given(name, by_name[name]) for name, public in looked_up.items()}
    for names in sharing(addresses):
        members = [deployment for name in names for deployment in by_name[name]]
        yield Host(politeness.of(names), deque(members), len(members))


def given(name: str, deployments: Sequence[Deployment]) -> frozenset[str]:
    """Return the addresses that deployments set for a host name with `resolve`: HOST:PORT:ADDRESS."""
    texts = [text for member in deployments for text in cast("Sequence[str]", member.options.get("resolve", ()))]
    return frozenset(text.split(":", 2)[-1].strip("[]") for text in texts if text.lower().startswith(f"{name}:"))


def sharing(addresses: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Group host names that share an address, directly or through other names (a union-find)."""
    parents: dict[str, str] = {}

    def root_of(node: str) -> str:
        while (parent := parents.setdefault(node, node)) != node:
            parents[node] = node = parents.setdefault(parent, parent)
        return node

    for name, own in addresses.items():
        for address in own:
            parents[root_of(f"address {address}")] = root_of(name)
    groups: dict[str, list[str]] = {}
    for name in addresses:
        groups.setdefault(root_of(name), []).append(name)
    return list(groups.values())
