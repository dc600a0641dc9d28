"""A client of the control API of a running mock, for Python and for the command line."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

DEFAULT_URL = "http://127.0.0.1:4010"
DEFAULT_KEY = "test-me"


class ControlClientError(Exception):
    """A running mock refused a call, or there is no mock; the message is for people."""


class ControlClient:
    """A client for one account of a running mock.

    `url` is the address of the mock, with or without the API's base path; every method raises ControlClientError. With
    an empty key, recorded requests and faults are those of all accounts.
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
        """Return a summary of each open account."""
        return list(self.call("GET", "/accounts")["data"])

    def account(self) -> Mapping[str, Any]:
        """Return a summary of the account."""
        return self.call("GET", self._account)

    def reset(self) -> None:
        """Restore the initial state of the account."""
        self.call("POST", f"{self._account}/reset")

    def state(self) -> Mapping[str, Any]:
        """Return the content of the account as a scenario."""
        return self.call("GET", f"{self._account}/state")

    def load(self, scenario: str | Mapping[str, Any]) -> None:
        """Replace the content of the account by a shipped scenario, given by name, or by the content of one."""
        kind = "scenario" if isinstance(scenario, str) else "content"
        self.call("PUT", f"{self._account}/state", {kind: scenario})

    def snapshot(self, name: str = "snapshot") -> None:
        """Store the current state of the account under a name."""
        self.call("PUT", f"{self._account}/snapshots/{quote(name, safe='')}")

    def restore(self, name: str = "snapshot") -> None:
        """Restore the state of the account from a snapshot."""
        self.call("POST", f"{self._account}/snapshots/{quote(name, safe='')}/restore")

    def clock(self, **changes: object) -> Mapping[str, Any]:
        """Return the account's clock, after any change: an instant `now`, seconds to `advance`, a flag `frozen`."""
        return self.call("PUT" if changes else "GET", f"{self._account}/clock", changes or None)

    def profile(self, **changes: object) -> Mapping[str, str]:
        """Return the choices at open points, after any change: `profile` is a name, `choices` are by open point."""
        reply = self.call("PUT" if changes else "GET", f"{self._account}/profile", changes or None)
        choices: Mapping[str, str] = reply["choices"]
        return choices

    def clear_profile(self) -> None:
        """Restore the mock's choices for the account."""
        self.call("DELETE", f"{self._account}/profile")

    def requests(self) -> list[Mapping[str, Any]]:
        """Return a summary of each recorded request of the account, the oldest first."""
        return list(self.call("GET", "/requests", key=self.key)["data"])

    def request(self, number: int) -> Mapping[str, Any]:
        """Return a recorded request with its answer and the reasons for it."""
        return self.call("GET", f"/requests/{number}")

    def clear_requests(self) -> int:
        """Delete the recorded requests of the account; return their number."""
        return int(self.call("DELETE", "/requests", key=self.key)["cleared"])

    def recorded(self) -> Mapping[str, Any]:
        """Return a scenario built from the recorded answers of all accounts."""
        return self.call("GET", "/requests.scenario")

    def har(self) -> Mapping[str, Any]:
        """Return the recorded requests of the account as an HTTP archive."""
        return self.call("GET", "/requests.har", key=self.key)

    def faults(self) -> list[Mapping[str, Any]]:
        """Return the faults of all accounts."""
        return list(self.call("GET", "/faults")["data"])

    def fail(self, **fault: object) -> int:
        """Add a fault for the account, as described by the schema Fault; return its id."""
        return int(self.call("POST", "/faults", {"key": self.key, **fault})["id"])

    def clear_faults(self) -> int:
        """Remove the account's faults; return their number."""
        return int(self.call("DELETE", "/faults", key=self.key)["cleared"])
