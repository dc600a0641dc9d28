"""The catalogue of changes: the effect of each kind on clients, the reason, and a compatible alternative."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """The effect of a change on clients written against the old contract."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    DOCUMENTATION = "documentation"


@dataclass(frozen=True, slots=True)
class Rule:
    """The effect, reason and remedy of a kind of change."""

    effect: Effect
    reason: str
    remedy: str = ""


def breaking(reason: str, remedy: str) -> Rule:
    """Return the entry of a breaking change."""
    return Rule(Effect.BREAKING, reason, remedy)


def compatible(reason: str) -> Rule:
    """Return the entry of a compatible change."""
    return Rule(Effect.COMPATIBLE, reason)


def documentation(reason: str) -> Rule:
    """Return the entry of a documentation-only change."""
    return Rule(Effect.DOCUMENTATION, reason)


REFUSED = "A client that sends this, as the old contract allows, is now refused."
KEEP_TAKING = "Keep accepting it; refuse it only in a new version of the API."
TAKES_MORE = "Everything that could be sent still can."
SURPRISED = "A client of the old contract gets a value that the old contract excludes."
KEEP_WITHIN = "Answer within the old schema, or use a new field or operation for the new kind."
READS_LESS = "Every answer is one that the old contract announced."

NOT_COMPARED = "The schemas were not compared completely, so there may be a break in the rest."
SIMPLIFY = "Compare them by hand; fewer and smaller schemas can be compared completely."

WRITTEN = "The same value is sent as a different text."
KEEP_WRITTEN = "Keep `style`, `explode` and the kind of content as they were."
TAGGED = "The same value is sent in different tags."
KEEP_TAGS = "Keep `xml` as it was."

# Rules for schemas: docs/gate-rules.md has their full names.
_NARROWED = ("type", "enum", "range", "length", "pattern", "format", "count", "unique", "constraint")

RULES: Mapping[str, Rule] = {
    **{f"request/{keyword}-narrowed": breaking(REFUSED, KEEP_TAKING) for keyword in _NARROWED},
    **{f"request/{keyword}-widened": compatible(TAKES_MORE) for keyword in _NARROWED},
    **{f"response/{keyword}-widened": breaking(SURPRISED, KEEP_WITHIN) for keyword in _NARROWED},
    **{f"response/{keyword}-narrowed": compatible(READS_LESS) for keyword in _NARROWED},
    "request/branch-removed": breaking(REFUSED, KEEP_TAKING),
    "request/branch-added": compatible(TAKES_MORE),
    "response/branch-added": breaking(SURPRISED, KEEP_WITHIN),
    "response/branch-removed": compatible(READS_LESS),
    "request/undecided": breaking(NOT_COMPARED, SIMPLIFY),
    "response/undecided": breaking(NOT_COMPARED, SIMPLIFY),
    "request/operation-removed": breaking(
        "Clients that call the operation get 404 or 405.",
        "Keep the operation, mark it `deprecated`, and remove it in a new version of the API.",
    ),
    "request/operation-added": compatible("No client calls the operation yet."),
    "request/server-removed": breaking(
        "Clients that call this address reach nothing.", "Keep the address, beside the new one."
    ),
    "request/server-added": compatible("The addresses that clients know still answer."),
    "request/server-default-changed": breaking(
        "Clients that use the default call a different address than before.",
        "Keep the default, or list the other addresses in `enum`.",
    ),
    "request/security-strengthened": breaking(
        "A client with the credentials that the old contract asks for is refused.",
        "Keep the old way as an alternative in `security`.",
    ),
    "request/security-weakened": compatible("The credentials of clients are still enough."),
    "request/parameter-removed": breaking(
        "A client that sends the parameter gets an answer that ignores it.",
        "Keep the parameter and mark it `deprecated`.",
    ),
    "request/parameter-added": compatible("Clients may leave it out, as they all do today."),
    "request/parameter-added-as-required": breaking(
        "No client sends the parameter yet, so every call is refused.", "Make it optional, with a default."
    ),
    "request/parameter-now-required": breaking(
        "Clients that leave it out are refused.", "Keep it optional, with a default."
    ),
    "request/parameter-now-optional": compatible("The parameter still works for clients that send it."),
    "request/parameter-written-differently": breaking(WRITTEN, KEEP_WRITTEN),
    "request/empty-value-refused": breaking(
        "A client that sends the parameter without a value is refused.", "Keep `allowEmptyValue`."
    ),
    "request/empty-value-taken": compatible(TAKES_MORE),
    "request/reserved-characters-refused": breaking(
        "A client that writes reserved characters as they are may be understood differently.", "Keep `allowReserved`."
    ),
    "request/reserved-characters-taken": compatible("Percent-encoded values are read as before."),
    "request/body-removed": breaking("The body that clients send is ignored.", "Keep the body, as an optional one."),
    "request/body-added": compatible("Clients may leave it out, as they all do today."),
    "request/body-added-as-required": breaking(
        "No client sends a body yet, so every call is refused.", "Make the body optional."
    ),
    "request/body-now-required": breaking("Clients that send no body are refused.", "Keep the body optional."),
    "request/body-now-optional": compatible("The body still works for clients that send one."),
    "request/encoding-removed": breaking(
        "Clients that send this encoding are refused.", "Keep the encoding, beside the others."
    ),
    "request/encoding-added": compatible("The encodings that clients send are still accepted."),
    "request/part-header-required": breaking(
        "A client that sends the part as before is refused.", "Make the header optional."
    ),
    **{f"{side}/field-written-differently": breaking(WRITTEN, KEEP_WRITTEN) for side in ("request", "response")},
    **{f"{side}/tagged-differently": breaking(TAGGED, KEEP_TAGS) for side in ("request", "response")},
    "request/field-removed": breaking(
        "A client that sends the field is refused, or the field is ignored.",
        "Keep the field and mark it `deprecated`.",
    ),
    "request/field-added": compatible("Clients may leave it out, as they all do today."),
    "request/field-now-required": breaking(
        "Clients that leave the field out are refused.", "Keep it optional, with a default."
    ),
    "request/field-now-optional": compatible("The field still works for clients that send it."),
    "request/other-fields-refused": breaking(
        "A client that sends additional fields, such as all fields of an answer, is refused.",
        "Leave `additionalProperties` as it was; ignore unknown fields.",
    ),
    "request/other-fields-taken": compatible(TAKES_MORE),
    "request/default-changed": breaking(
        "A client that leaves the value out gets a different result than before.",
        "Keep the default; clients that want the new one can ask for it.",
    ),
    "request/default-added": compatible("The effect of leaving the value out was not documented, and now it is."),
    "request/cap-lowered": breaking(
        "A client that asks for more gets less than before, and may think that it got everything.", "Keep the cap."
    ),
    "request/cap-raised": compatible("Clients get what they ask for, as before."),
    "request/callback-changed": breaking(
        "The messages to clients changed, and the gate does not compare them.",
        "Compare them by hand: in a callback, the client answers.",
    ),
    "response/status-removed": breaking(
        "Clients that expect this success get a different answer.", "Keep answering with the old status."
    ),
    "response/status-narrowed": compatible(READS_LESS),
    "response/error-status-removed": compatible("Clients no longer need to handle this error."),
    "response/status-added": breaking(
        "A client treats an unknown success like the one it knows (RFC 9110, 15), and the content is different.",
        "Give the new success the content of the old one, or use it only for clients that ask for it.",
    ),
    "response/status-added-alike": compatible(
        "A client treats an unknown success like the one it knows (RFC 9110, 15), and can read the content."
    ),
    "response/error-status-added": compatible(
        "A client treats an unknown error like the x00 of its class (RFC 9110, 15)."
    ),
    "response/redirect-added": breaking("Not every client follows a redirect.", "Answer at the old address as before."),
    "response/encoding-removed": breaking(
        "Clients that read this encoding get a different one, or 406.", "Keep the encoding, beside the others."
    ),
    "response/encoding-added": compatible("Clients get the encoding only when they ask for it."),
    "response/encoding-added-unasked": breaking(
        "Clients get the encoding without asking for it.",
        "Send a known encoding, unless a client asks for another.",
    ),
    "response/body-added": compatible("Clients that read no body do not have to read this one."),
    "response/header-removed": breaking("Clients that read the header miss it.", "Keep sending the header."),
    "response/header-may-be-missing": breaking("Clients that read the header may miss it.", "Always send the header."),
    "response/header-written-differently": breaking(WRITTEN, KEEP_WRITTEN),
    "response/header-always-present": compatible(READS_LESS),
    "response/header-added": compatible("Clients ignore headers that they do not know."),
    "response/field-removed": breaking(
        "Clients that read the field miss it.", "Keep the field in the answer; mark it `deprecated`."
    ),
    "response/field-added": compatible("Clients ignore fields that they do not know."),
    "response/field-added-to-a-closed-object": breaking(
        "The old contract says that there are no other fields, so clients may refuse the answer.",
        "Answer the new field in a new operation, or announce open objects first.",
    ),
    "response/field-may-be-missing": breaking(
        "Clients that read the field may miss it.", "Always answer the field; null is not enough."
    ),
    "response/field-always-present": compatible(READS_LESS),
    "response/other-fields-answered": breaking(
        "The old contract says that there are no other fields, so clients may refuse the answer.",
        "Leave `additionalProperties` as it was.",
    ),
    "response/other-fields-ruled-out": compatible(READS_LESS),
    "response/webhook-removed": breaking("Clients that wait for the webhook are no longer called.", "Keep sending it."),
    "response/webhook-added": compatible("No client has asked for the webhook yet."),
    "response/webhook-changed": breaking(
        "Parameters or answers of the webhook changed, and the gate does not compare them.",
        "Compare them by hand: for a webhook, the client answers.",
    ),
    "rule/requirement-removed": breaking(
        "Clients can no longer rely on the rule.",
        "Keep the requirement as long as deployments keep it.",
    ),
    "rule/requirement-weakened": breaking(
        "A deployment that breaks the rule passes the suite from now on, except under --strict.",
        "Keep the level `stated`.",
    ),
    "rule/requirement-level-unknown": breaking(
        "An unknown level does not say whether the rule is still promised.",
        "Write the level as `stated` or `inferred`.",
    ),
    "rule/requirement-strengthened": compatible("The contract now promises what clients could only assume."),
    "rule/requirement-added": compatible(
        "The contract promises more; the suite shows whether deployments keep the promise."
    ),
    "rule/requirement-reworded": breaking(
        "The sentence changed. Only a person can say whether its meaning changed.",
        "If it means the same, keep the old words; if it does not, give the new rule a new id.",
    ),
    "rule/requirement-renamed": documentation("The rule is the same. Waivers and baselines name it by its id."),
    "rule/open-point-decided": compatible("The contract now promises what it left open."),
    "rule/open-point-dropped": documentation("The open point promised nothing, so no promise is lost."),
    "rule/open-point-added": documentation("The contract now names what it leaves open; no promise was removed."),
    "rule/open-point-reopened": breaking("A rule that clients may rely on is now left open.", "Keep the requirement."),
    "rule/open-point-changed": documentation("An open point promises nothing; the default of the mock may change."),
    "documentation/ambiguous-path": documentation(
        "A server answers with one of the two, and the contract does not say which; join them under one name."
    ),
    "documentation/changed": documentation("Requests and answers stay the same."),
    "documentation/written-differently": documentation("Clients can send and read exactly the same as before."),
    "documentation/operation-renamed": documentation(
        "Nothing changes on the wire. Generated clients call the operation by another name."
    ),
    "documentation/deprecated": documentation("Everything works as before; clients should stop using it."),
}
