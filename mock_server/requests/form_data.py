"""The values that a request carries in one place, read by name and type, with all that is wrong with them."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from mock_server.contract.contract import Fields
from mock_server.errors import Invalid
from mock_server.messages import Json
from mock_server.storage.sorted_views import R
from mock_server.storage.tables import Table


def label(name: str) -> str:
    """Return a field's name as messages write it."""
    return name.replace("_", " ")


@dataclass(slots=True)
class Form:
    """Values that fit their schemas, by name, and the reasons against those that did not.

    An operation adds its own reasons, so that a client hears all of them at once, and then calls `check`.
    `sent` has the names of all fields in the request, also of those that are empty or unknown.
    """

    fields: Fields
    values: Mapping[str, Json]
    sent: AbstractSet[str]
    errors: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else default

    def optional_text(self, name: str, former: str | None = None) -> str | None:
        """Return a text, None if it was sent empty, and the former one if it was not sent."""
        return (self.text(name) or None) if name in self.sent else former

    def integer(self, name: str, default: int = 0) -> int:
        """Return an integer."""
        value = self.values.get(name)
        return value if isinstance(value, int) else default

    def number(self, name: str, default: float) -> float:
        """Return a number."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) else default

    def integers(self, name: str) -> list[int]:
        """Return a list of integers."""
        value = self.values.get(name)
        return [item for item in value if isinstance(item, int)] if isinstance(value, list) else []

    def flag(self, name: str, default: bool = False) -> bool:
        """Tell whether a flag is set: by `on`, and by nothing else that is sent."""
        return self.text(name) == "on" if name in self.sent else default

    def has(self, name: str) -> bool:
        """Tell whether a field has a value."""
        return name in self.values

    def fail(self, name: str, message: str) -> None:
        """Note why a field is refused."""
        messages = self.errors.setdefault(name, [])
        if message not in messages:
            messages.append(message)

    def require_row(self, name: str, table: Table[R]) -> R | None:
        """Return the record that a field names; without it, note the refusal, unless the field failed already."""
        row = table.get(self.integer(name))
        if row is None and self.has(name) and name not in self.errors:
            self.fail(name, f"The selected {label(name)} is invalid.")
        return row

    def refuse(self, names: Collection[str]) -> None:
        """Note a refusal for each of these fields that was sent."""
        for name in self.sent:
            if name in names:
                self.fail(name, f"The {label(name)} field is not allowed.")

    def has_unknown(self) -> bool:
        """Tell whether a field was sent that the contract does not have."""
        return not self.sent <= self.fields.schemas.keys()

    def refuse_unknown(self) -> None:
        """Note a refusal for each field that the contract does not have."""
        self.refuse([name for name in self.sent if name not in self.fields.schemas])

    def check(self) -> None:
        """Raise Invalid if anything was wrong. Implements: Getting started, Errors (422)."""
        if self.errors:
            raise Invalid(self.errors)
