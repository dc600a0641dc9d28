"""One deployment of a fleet. It is sent to workers, so it never contains the key."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from conformance.fleet.keys import KeySource

Setting = str | int | float | bool | Sequence[str]
DEFAULT_TIME_LIMIT = 30 * 60.0
REACHING = ("contract", "ca-bundle", "client-cert", "client-key", "insecure", "proxy", "header", "resolve")
"""The options for network access, used for a run and for cleaning up alike."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment: its address, the source of its key, and options of `milestones-check run` by name."""

    name: str
    target: str
    key: KeySource
    tags: Sequence[str] = ()
    options: Mapping[str, Setting] = field(default_factory=dict)
    header_env: str = ""
    time_limit: float = DEFAULT_TIME_LIMIT
    """Seconds."""

    def arguments(self, rate: float) -> list[str]:
        """Return the arguments of the suite; `rate` is this run's share of its host's budget, 0 for no limit."""
        own = self.options.get("rate", 0)
        bounds = [float(bound) for bound in (own, rate) if isinstance(bound, int | float) and bound]
        options = {**self.options, "rate": min(bounds)} if bounds else dict(self.options)
        arguments = [f"--target={self.target}"]
        for name, value in options.items():
            arguments += _arguments(name, value)
        return arguments

    def clean_up_arguments(self) -> list[str]:
        """Return the arguments for cleaning up: the options for network access."""
        options = {name: value for name, value in self.options.items() if name in REACHING}
        return [f"--target={self.target}", *(word for name in options for word in _arguments(name, options[name]))]

    def fingerprint(self) -> str:
        """Return a hash of the checked target and options, so that a resumed fleet never reuses a result for others."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _arguments(name: str, value: Setting) -> list[str]:
    if value is True:
        return [f"--{name}"]
    if value is False:
        return ["--no-observe"] if name == "observe" else []
    if isinstance(value, str | int | float):
        return [f"--{name}={value}"]
    return [f"--{name}={item}" for item in value]
