"""A call of the control API, as its operations take it, and values out of it."""

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
    """A call of an operation: what stands in the path and the query, and the body, which fits its schema."""

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
        """Return the key in the query, if there is one."""
        return self.query.get("key")

    @property
    def only_account(self) -> str | None:
        """Return the name under which exchanges of the key in the query are recorded, if there is one."""
        key = self.only_key
        return self.control.middleware.name_recorded(key) if key is not None else None

    def number(self, name: str) -> int:
        """Return a number in the path; what is none is never found."""
        return read_number(self.path[name], -1)

    def account(self, status: int = 200) -> Response:
        """Answer the account in the path as it is now."""
        return reply_json(show_account(self.key, self.control.account(self.key)), status)


def read_number(text: str, otherwise: int) -> int:
    """Return a whole number in digits, or something else where there is none or a huge one."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else otherwise


def read_instant(text: str) -> datetime:
    """Return an instant; raises ControlError for those before the year 1, which the schema lets pass."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ControlError("The clock cannot show that time.", 422) from error
