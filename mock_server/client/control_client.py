"""Drives a running mock over its control API, from Python and from the command line."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

DEFAULT_URL = "http://127.0.0.1:4010"
DEFAULT_KEY = "test-me"


class ControlClientError(Exception):
    """A running mock could not do it, or none runs there; the message is for people."""


class ControlClient:
    """One account of a running mock.

    `url` is where the mock answers, with or without the API's base path; every verb raises ControlClientError. With an
    empty key, recorded requests and faults are those of all accounts.
    """

    def __init__(self, url: str = DEFAULT_URL, key: str = DEFAULT_KEY, token: str = "") -> None:
        parsed = urllib3.util.parse_url(url)
        self.origin = f"{parsed.scheme or 'http'}://{parsed.netloc or parsed.path}"
        self.key = key
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._pool = urllib3.PoolManager(retries=False, timeout=30)
        self._account = f"/accounts/{quote(key, safe='')}"

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: str) -> Mapping[str, Any]:
        """Call an operation of the control API; `path` is below `/_mock`."""
        fields = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        url = f"{self.origin}/_mock{path}{'?' if fields else ''}{fields}"
        try:
            answer = self._pool.request(
                method, url, body=None if body is None else json.dumps(body), headers=self._headers, redirect=False
            )
        except HTTPError as error:
            raise ControlClientError(f"No mock answers at {self.origin}. Start one: milestones-mock") from error
        try:
            content = json.loads(answer.data)
        except ValueError as error:
            raise ControlClientError(f"The server at {self.origin} is not a Milestones mock.") from error
        if answer.status >= 300:
            raise ControlClientError(str(content.get("message", answer.status)))
        reply: Mapping[str, Any] = content
        return reply

    def accounts(self) -> list[Mapping[str, Any]]:
        """Return the accounts that have been opened, in figures."""
        return list(self.call("GET", "/accounts")["data"])

    def account(self) -> Mapping[str, Any]:
        """Return the account in figures."""
        return self.call("GET", self._account)

    def reset(self) -> None:
        """Let the account be as it began."""
        self.call("POST", f"{self._account}/reset")

    def state(self) -> Mapping[str, Any]:
        """Return all that the account holds, as the content of a scenario."""
        return self.call("GET", f"{self._account}/state")

    def load(self, scenario: str | Mapping[str, Any]) -> None:
        """Fill the account from a shipped scenario by its name, or from the content of one."""
        kind = "scenario" if isinstance(scenario, str) else "content"
        self.call("PUT", f"{self._account}/state", {kind: scenario})

    def snapshot(self, name: str = "snapshot") -> None:
        """Keep what the account holds now."""
        self.call("PUT", f"{self._account}/snapshots/{quote(name, safe='')}")

    def restore(self, name: str = "snapshot") -> None:
        """Let the account be as it was when the snapshot was taken."""
        self.call("POST", f"{self._account}/snapshots/{quote(name, safe='')}/restore")

    def clock(self, **changes: object) -> Mapping[str, Any]:
        """Return what the clock shows, after changing it: `now` an instant, `advance` seconds, `frozen` a flag."""
        return self.call("PUT" if changes else "GET", f"{self._account}/clock", changes or None)

    def profile(self, **changes: object) -> Mapping[str, str]:
        """Return the choices at open points, after changing them: `profile` a name, `choices` by open point."""
        reply = self.call("PUT" if changes else "GET", f"{self._account}/profile", changes or None)
        choices: Mapping[str, str] = reply["choices"]
        return choices

    def clear_profile(self) -> None:
        """Let the account have the choices of the mock again."""
        self.call("DELETE", f"{self._account}/profile")

    def requests(self) -> list[Mapping[str, Any]]:
        """Return the recorded requests of the account in short, the first one first."""
        return list(self.call("GET", "/requests", key=self.key)["data"])

    def request(self, number: int) -> Mapping[str, Any]:
        """Return a recorded request with its answer, and why it was so."""
        return self.call("GET", f"/requests/{number}")

    def clear_requests(self) -> int:
        """Forget the recorded requests of the account; return how many."""
        return int(self.call("DELETE", "/requests", key=self.key)["cleared"])

    def recorded(self) -> Mapping[str, Any]:
        """Return a scenario of what the recorded answers show, those of all accounts."""
        return self.call("GET", "/requests.scenario")

    def har(self) -> Mapping[str, Any]:
        """Return the recorded requests of the account as an HTTP archive."""
        return self.call("GET", "/requests.har", key=self.key)

    def faults(self) -> list[Mapping[str, Any]]:
        """Return the standing faults of all accounts."""
        return list(self.call("GET", "/faults")["data"])

    def fail(self, **fault: object) -> int:
        """Let requests of the account fail from now on, as the schema Fault has it; return the id of the rule."""
        return int(self.call("POST", "/faults", {"key": self.key, **fault})["id"])

    def clear_faults(self) -> int:
        """Let the account's requests fail no more; return how many faults that drops."""
        return int(self.call("DELETE", "/faults", key=self.key)["cleared"])
