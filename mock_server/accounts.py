"""Accounts by API key, as sent in the Authorization header."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from mock_server.contract.profile import Profile
from mock_server.errors import Unauthorized
from mock_server.storage.clock import Clock
from mock_server.storage.store import Store

logger = logging.getLogger(__name__)

TEST_PREFIX = "test-"
MAX_KEY_LENGTH = 256
MAX_ACCOUNTS = 1000
"""The maximum number of accounts; a new one replaces the least recently used."""

MAX_SNAPSHOTS = 100
"""The maximum number of snapshots of an account; a new one replaces the least recently used."""


@dataclass(slots=True)
class Account:
    """The state of one key: its data, its time, and its choices at open points if it has its own.

    `snapshots` has earlier states by name, and `used` is a counter across accounts that orders them by their last use.
    """

    store: Store
    clock: Clock
    profile: Profile | None = None
    snapshots: dict[str, "Account"] = field(default_factory=dict)
    used: int = 0

    def copy(self) -> "Account":
        """Return an independent account with the same content, without snapshots."""
        return Account(self.store.copy(), self.clock.copy(), self.profile)

    def take_snapshot(self, name: str) -> str | None:
        """Store the current state under a name; return the name of the snapshot that it replaced, if any."""
        self.snapshots.pop(name, None)
        self.snapshots[name] = self.copy()
        if len(self.snapshots) <= MAX_SNAPSHOTS:
            return None
        oldest = next(iter(self.snapshots))
        del self.snapshots[oldest]
        return oldest

    def find_snapshot(self, name: str) -> "Account | None":
        """Return the state of a snapshot and mark it as the most recently used, or None."""
        kept = self.snapshots.pop(name, None)
        if kept is not None:
            self.snapshots[name] = kept
        return kept


class Accounts:
    """The accounts by key, each opened when its key is first used.

    With `keys`, only those are valid; without, every key that begins with `test-` is. At most `most` accounts are kept.
    """

    def __init__(
        self, open_account: Callable[[str], Account], keys: Collection[str] | None = None, most: int = MAX_ACCOUNTS
    ) -> None:
        self._open_account = open_account
        self._keys = frozenset(filter(None, keys)) if keys else None
        self._most = most
        self._uses = 0
        self._accounts: dict[str, Account] = {}

    def find(self, key: str) -> Account | None:
        """Return the account of a key, or None if the key is invalid."""
        if not self.accepts(key):
            return None
        account = self._accounts.get(key)
        if account is None:
            if len(self._accounts) >= self._most:
                self._make_room()
            account = self._accounts[key] = self._open_account(key)
        self._uses += 1
        account.used = self._uses
        return account

    def peek(self, key: str) -> Account | None:
        """Return the account of a key if it is open, or None."""
        return self._accounts.get(key)

    def opened(self) -> dict[str, Account]:
        """Return the open accounts by key, in the order they were opened."""
        return dict(self._accounts)

    def put(self, key: str, account: Account) -> None:
        """Replace the account of a key, and keep its snapshots."""
        former = self._accounts.get(key)
        if former is not None:
            account.snapshots, account.used = former.snapshots, former.used
        self._accounts[key] = account

    def reset(self, key: str) -> Account:
        """Restore the initial state of the account of a key; its profile and snapshots are kept."""
        former, account = self._accounts.get(key), self._open_account(key)
        if former is not None:
            account.profile = former.profile
        self.put(key, account)
        return account

    def _make_room(self) -> None:
        oldest = min(self._accounts, key=lambda key: self._accounts[key].used)
        del self._accounts[oldest]
        logger.warning(
            "The account %s was unused the longest and was removed: at most %d accounts are kept (--max-accounts).",
            oldest,
            self._most,
        )

    def accepts(self, key: str) -> bool:
        """Return whether a key is valid."""
        if self._keys is not None:
            return key in self._keys
        return key.startswith(TEST_PREFIX) and len(key) <= MAX_KEY_LENGTH


def read_key(authorization: str) -> str:
    """Return the key of an Authorization header, whatever its scheme."""
    return authorization.partition(" ")[2]


def authenticate(accounts: Accounts, scheme: str, key: str, profile: Profile) -> Account:
    """Return the account of a request's key; raise Unauthorized. Implements: Authentication, Using your key."""
    account = accounts.find(key) if scheme == "Bearer" or _is_forgiven(scheme, profile) else None
    if account is None:
        challenge = (("WWW-Authenticate", "Bearer"),) if profile.decide("auth/www-authenticate") == "sent" else ()
        raise Unauthorized("Unauthorized. A valid API key is required.", headers=challenge)
    return account


def _is_forgiven(scheme: str, profile: Profile) -> bool:
    """Return whether a scheme in another letter case is accepted as Bearer."""
    return scheme.capitalize() == "Bearer" and profile.decide("auth/scheme-letter-case") == "accepted"
