"""Form data: the values of a request's query or body by name and type, and the errors in them."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from mock_server.contract.contract import Fields
from mock_server.errors import ValidationFailed
from mock_server.messages import Json
from mock_server.storage.sorted_views import R
from mock_server.storage.tables import Table


def field_label(name: str) -> str:
    """Return a field's name as it is written in messages."""
    return name.replace("_", " ")


@dataclass(slots=True)
class FormData:
    """Values that are valid by their schemas, by name, and errors in the invalid ones.

    An operation adds its own errors, so that a client gets all of them at once, and then calls `raise_if_invalid`.
    `submitted` has the names of all fields in the request, also of those that are empty or unknown.
    """

    fields: Fields
    values: Mapping[str, Json]
    submitted: AbstractSet[str]
    errors: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else default

    def optional_text(self, name: str, former: str | None = None) -> str | None:
        """Return a text, None if it was sent empty, and the former value if it was not sent."""
        return (self.text(name) or None) if name in self.submitted else former

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
        """Return whether a flag is set, which only the value `on` does."""
        return self.text(name) == "on" if name in self.submitted else default

    def has(self, name: str) -> bool:
        """Return whether a field has a value."""
        return name in self.values

    def add_error(self, name: str, message: str) -> None:
        """Add an error for a field."""
        messages = self.errors.setdefault(name, [])
        if message not in messages:
            messages.append(message)

    def get_related(self, name: str, table: Table[R]) -> R | None:
        """Return the record that a field refers to; add an error if it does not exist and the field is valid so far."""
        row = table.get(self.integer(name))
        if row is None and self.has(name) and name not in self.errors:
            self.add_error(name, f"The selected {field_label(name)} is invalid.")
        return row

    def reject_fields(self, names: Collection[str]) -> None:
        """Add an error for each of these fields that was sent."""
        for name in self.submitted:
            if name in names:
                self.add_error(name, f"The {field_label(name)} field is not allowed.")

    def has_unknown_fields(self) -> bool:
        """Return whether a field was sent that the contract does not have."""
        return not self.submitted <= self.fields.schemas.keys()

    def reject_unknown_fields(self) -> None:
        """Add an error for each field that the contract does not have."""
        self.reject_fields([name for name in self.submitted if name not in self.fields.schemas])

    def raise_if_invalid(self) -> None:
        """Raise ValidationFailed if there are errors. Implements: Getting started, Errors (422)."""
        if self.errors:
            raise ValidationFailed(self.errors)
