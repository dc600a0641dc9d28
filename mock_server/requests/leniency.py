"""Replace values that are invalid by the contract's schemas, if the profile says that a deployment accepts them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mock_server.contract.contract import Schema
from mock_server.contract.profile import OpenPointId, Profile
from mock_server.messages import Json
from mock_server.requests.validation import Violation

Replacement = Callable[[Json, Schema], Json]


@dataclass(frozen=True, slots=True)
class LenientRule:
    """An open point, and the replacements for an invalid value by its lenient choices; None drops the value."""

    point: OpenPointId
    replacements: Mapping[str, Replacement]


def always(value: Json) -> Replacement:
    """Return a replacement that does not depend on the invalid value."""
    return lambda _value, _schema: value


def keep(value: Json, _schema: Schema) -> Json:
    """Keep the invalid value."""
    return value


def take_maximum(_value: Json, schema: Schema) -> Json:
    """Return the maximum that the contract allows."""
    return schema.get("maximum")


def take_true_as_yes(value: Json, _schema: Schema) -> Json:
    """Return `yes` for true, and None for any other value."""
    return "yes" if value is True else None


def take_integers(value: Json, _schema: Schema) -> Json:
    """Return a list without the elements that are no integers."""
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
"""The rules by field (`.*` for its items) and by the schema keyword that is violated."""


def replacement_for(violation: Violation, profile: Profile) -> Replacement | None:
    """Return the replacement for an invalid value under a profile, or None if it remains invalid."""
    is_item = violation.field != violation.top_field
    field = f"{violation.top_field}.*" if is_item else violation.field
    tolerance = LENIENT_RULES.get((field, violation.keyword))
    return tolerance.replacements.get(profile.decide(tolerance.point)) if tolerance else None
