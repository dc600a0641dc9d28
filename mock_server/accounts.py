"""From the Authorization header to the account that its key opens."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from mock_server.contract.profile import Profile
from mock_server.errors import Unauthorized
from mock_server.storage.clock import Clock
from mock_server.storage.store import Store

TEST_PREFIX = "test-"
MAX_KEY_LENGTH = 256


@dataclass(slots=True)
class Account:
    """Everything that one key sees: its data, its time, and the choices at open points if it has its own."""

    store: Store
    clock: Clock
    profile: Profile | None = None

    def copy(self) -> "Account":
        """Return an account of the same content that changes by itself."""
        return Account(self.store.copy(), self.clock.copy(), self.profile)


class Accounts:
    """The accounts by key, each opened when its key is first used.

    With `keys`, only those are good; without, every key is that begins with `test-`.
    """

    def __init__(self, open_account: Callable[[str], Account], keys: Collection[str] | None = None) -> None:
        self._open_account = open_account
        self._keys = frozenset(filter(None, keys)) if keys else None
        self._accounts: dict[str, Account] = {}

    def find(self, key: str) -> Account | None:
        """Return the account of a good key, or None."""
        if not self.accepts(key):
            return None
        account = self._accounts.get(key)
        if account is None:
            account = self._accounts[key] = self._open_account(key)
        return account

    def peek(self, key: str) -> Account | None:
        """Return the account of a key that has been used, or None."""
        return self._accounts.get(key)

    def opened(self) -> dict[str, Account]:
        """Return the accounts that have been opened by their keys, the first one first."""
        return dict(self._accounts)

    def put(self, key: str, account: Account) -> None:
        """Let an account take the place of a key's present one."""
        self._accounts[key] = account

    def reset(self, key: str) -> Account:
        """Open the account of a key anew; its profile stays."""
        former = self._accounts.get(key)
        self._accounts[key] = self._open_account(key)
        if former is not None:
            self._accounts[key].profile = former.profile
        return self._accounts[key]

    def accepts(self, key: str) -> bool:
        """Tell whether a key is good."""
        if self._keys is not None:
            return key in self._keys
        return key.startswith(TEST_PREFIX) and len(key) <= MAX_KEY_LENGTH


def read_key(authorization: str) -> str:
    """Return the key of an Authorization header, whatever its scheme."""
    return authorization.partition(" ")[2]


def authenticate(accounts: Accounts, scheme: str, key: str, profile: Profile) -> Account:
    """Return the account of a request's key; raises Unauthorized. Implements: Authentication, Using your key."""
    account = accounts.find(key) if scheme == "Bearer" or _is_forgiven(scheme, profile) else None
    if account is None:
        challenge = (("WWW-Authenticate", "Bearer"),) if profile["auth/www-authenticate"] == "sent" else ()
        raise Unauthorized("Unauthorized. A valid API key is required.", headers=challenge)
    return account


def _is_forgiven(scheme: str, profile: Profile) -> bool:
    """Tell whether a scheme is taken for Bearer although it is written otherwise."""
    return scheme.capitalize() == "Bearer" and profile["auth/scheme-letter-case"] == "accepted"
