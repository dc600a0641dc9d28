"""A call of the control API with its path, query and body, and conversions of their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_server.control.serializers import show_account
from mock_server.control.service import Control, ControlError
from mock_server.messages import Response
from mock_server.responses import reply_json

MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A call of an operation: the parameters in path and query, and the body, which is valid by its schema."""

    control: Control
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    origin: str

    @property
    def key(self) -> str:
        """Return the key of the account in the path."""
        return self.path["key"]

    @property
    def only_key(self) -> str | None:
        """Return the key in the query, or None."""
        return self.query.get("key")

    @property
    def only_account(self) -> str | None:
        """Return the name under which exchanges of the key in the query are recorded, or None."""
        key = self.only_key
        return self.control.middleware.name_recorded(key) if key is not None else None

    def number(self, name: str) -> int:
        """Return a number in the path; -1, which names nothing, for any other text."""
        return read_number(self.path[name], -1)

    def account(self, status: int = 200) -> Response:
        """Return a summary of the account in the path."""
        return reply_json(show_account(self.key, self.control.account(self.key)), status)


def read_number(text: str, otherwise: int) -> int:
    """Return a whole number in digits, or a default if there is none or a huge one."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else otherwise


def read_instant(text: str) -> datetime:
    """Return an instant; raise ControlError for one before the year 1, which the schema does not exclude."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ControlError("The clock cannot show that time.", 422) from error
