"""Replace values that the contract's schemas refuse where a deployment may forgive them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_server.contract.contract import Schema
from mock_server.contract.profile import OpenPointId, Profile
from mock_server.messages import Json
from mock_server.requests.validation import Violation

Replacement = Callable[[Json, Schema], Json]


@dataclass(frozen=True, slots=True)
class LenientRule:
    """An open point, and by its forgiving choices what stands in for the refused value; None is for nothing at all."""

    point: OpenPointId
    replacements: Mapping[str, Replacement]


def always(value: Json) -> Replacement:
    """Return a substitute that does not depend on the refused value."""
    return lambda _value, _schema: value


def keep(value: Json, _schema: Schema) -> Json:
    """Take the refused value as it is."""
    return value


def take_maximum(_value: Json, schema: Schema) -> Json:
    """Take the most that the contract allows."""
    return schema.get("maximum")


def take_true_as_yes(value: Json, _schema: Schema) -> Json:
    """Take true for a yes and anything else for nothing."""
    return "yes" if value is True else None


def take_integers(value: Json, _schema: Schema) -> Json:
    """Leave out of a list what is no integer."""
    return [item for item in value if type(item) is int] if isinstance(value, list) else value


LENIENT_RULES: Mapping[tuple[str, str], LenientRule] = {
    ("limit", "type"): LenientRule("list/limit-not-a-number", {"default": always(None)}),
    ("limit", "minimum"): LenientRule("list/limit-below-one", {"default": always(None), "one": always(1)}),
    ("limit", "maximum"): LenientRule("list/limit-above-maximum", {"capped": take_maximum}),
    ("page", "type"): LenientRule("list/page-not-a-number", {"first": always(1)}),
    ("page", "minimum"): LenientRule("list/page-below-one", {"first": always(1)}),
    ("sort", "enum"): LenientRule("list/unknown-sort", {"ignored": always(None)}),
    ("order", "enum"): LenientRule("list/unknown-order", {"descending": always("desc"), "ascending": always("asc")}),
    ("type", "enum"): LenientRule("list/unknown-type", {"empty": keep, "ignored": always(None)}),
    ("delete_tasks", "type"): LenientRule(
        "delete/json-true-for-yes", {"moves": always(None), "deletes": take_true_as_yes}
    ),
    ("milestones.*", "type"): LenientRule("reorder/non-integer-id", {"ignored": take_integers}),
}
"""By field (`.*` for its items) and the keyword of the schema that refused it."""


def replacement_for(violation: Violation, profile: Profile) -> Replacement | None:
    """Return what stands in for a refused value under a profile, or None where it stays refused."""
    is_item = violation.field != violation.top_field
    field = f"{violation.top_field}.*" if is_item else violation.field
    tolerance = LENIENT_RULES.get((field, violation.keyword))
    return tolerance.replacements.get(profile.decide(tolerance.point)) if tolerance else None
