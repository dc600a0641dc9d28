"""Every kind of change: what it does to clients, why, and how to make it compatible."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """Effect of a change on clients written against the old contract."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    DOCUMENTATION = "documentation"


@dataclass(frozen=True, slots=True)
class Rule:
    """Effect, reason and remedy of a kind of change."""

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
    """Return the entry of a change of documentation."""
    return Rule(Effect.DOCUMENTATION, reason)


REFUSED = "A client that sends this, as the old contract allows, is now refused."
KEEP_TAKING = "Go on taking what was taken; refuse it only in a new version of the API."
TAKES_MORE = "What could be sent still can."
SURPRISED = "A client that reads by the old contract meets what that rules out."
KEEP_WITHIN = "Answer within the old schema, or answer the new kind in a new field or operation."
READS_LESS = "What comes is something that the old contract announced."

NOT_COMPARED = "The schemas were not compared to the end, so that a break may be among what was left out."
SIMPLIFY = "Compare them by hand; fewer and smaller schemas are compared to the end."

WRITTEN = "The same value goes over the wire as other text."
KEEP_WRITTEN = "Keep `style`, `explode` and the kind of content as they were."
TAGGED = "The same value goes over the wire in other tags."
KEEP_TAGS = "Keep `xml` as it was."

# Rules of what a schema says of values: docs/gate-rules.md has their whole names.
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
        "Clients that call it are answered with 404 or 405.",
        "Keep the operation, mark it `deprecated`, and remove it in a new version of the API.",
    ),
    "request/operation-added": compatible("No client calls it yet."),
    "request/server-removed": breaking(
        "Clients that call this address reach nothing.", "Keep the address, beside the new one."
    ),
    "request/server-added": compatible("The addresses that clients know still answer."),
    "request/server-default-changed": breaking(
        "Clients that go by the default call another address than before.",
        "Keep the default, or list in `enum` what else is served.",
    ),
    "request/security-strengthened": breaking(
        "A client that proves what the old contract asks for is refused.",
        "Keep the old way as an alternative in `security`.",
    ),
    "request/security-weakened": compatible("What clients prove is still enough."),
    "request/parameter-removed": breaking(
        "A client that sends it gets an answer that no longer heeds it.",
        "Keep the parameter and mark it `deprecated`.",
    ),
    "request/parameter-added": compatible("It may be left out, as all clients do today."),
    "request/parameter-added-as-required": breaking(
        "No client sends it yet, so every call is refused.", "Make it optional, with a default."
    ),
    "request/parameter-now-required": breaking(
        "Clients that leave it out are refused.", "Keep it optional, with a default."
    ),
    "request/parameter-now-optional": compatible("Clients that send it are still heeded."),
    "request/parameter-written-differently": breaking(WRITTEN, KEEP_WRITTEN),
    "request/empty-value-refused": breaking(
        "A client that sends the parameter without a value is refused.", "Keep `allowEmptyValue`."
    ),
    "request/empty-value-taken": compatible(TAKES_MORE),
    "request/reserved-characters-refused": breaking(
        "A client that writes them as they are may be understood in another way.", "Keep `allowReserved`."
    ),
    "request/reserved-characters-taken": compatible("What is written with percent signs is read as before."),
    "request/body-removed": breaking("What clients send is no longer heeded.", "Keep the body, as an optional one."),
    "request/body-added": compatible("It may be left out, as all clients do today."),
    "request/body-added-as-required": breaking(
        "No client sends a body yet, so every call is refused.", "Make the body optional."
    ),
    "request/body-now-required": breaking("Clients that send no body are refused.", "Keep the body optional."),
    "request/body-now-optional": compatible("Clients that send a body are still heeded."),
    "request/encoding-removed": breaking(
        "Clients that send this encoding are refused.", "Keep the encoding, beside the others."
    ),
    "request/encoding-added": compatible("The encodings that clients send are still taken."),
    "request/part-header-required": breaking(
        "A client that sends the part as before is refused.", "Make the header optional."
    ),
    **{f"{side}/field-written-differently": breaking(WRITTEN, KEEP_WRITTEN) for side in ("request", "response")},
    **{f"{side}/tagged-differently": breaking(TAGGED, KEEP_TAGS) for side in ("request", "response")},
    "request/field-removed": breaking(
        "A client that sends the field is refused or not heeded.",
        "Keep the field and mark it `deprecated`.",
    ),
    "request/field-added": compatible("It may be left out, as all clients do today."),
    "request/field-now-required": breaking(
        "Clients that leave the field out are refused.", "Keep it optional, with a default."
    ),
    "request/field-now-optional": compatible("Clients that send the field are still heeded."),
    "request/other-fields-refused": breaking(
        "A client that sends more fields, such as all it was answered, is refused.",
        "Leave `additionalProperties` as it was; ignore what you do not know.",
    ),
    "request/other-fields-taken": compatible(TAKES_MORE),
    "request/default-changed": breaking(
        "A client that leaves it out gets something else than before.",
        "Keep the default; clients that want the new one can ask for it.",
    ),
    "request/default-added": compatible("What comes of leaving it out was not documented, and now is."),
    "request/cap-lowered": breaking(
        "A client that asks for more gets less than before, and may take it for all there is.", "Keep the cap."
    ),
    "request/cap-raised": compatible("Clients get what they ask for, as before."),
    "request/callback-changed": breaking(
        "What is sent to clients changed, which the gate does not look into.",
        "Compare it by hand: for a callback, clients are the ones who answer.",
    ),
    "response/status-removed": breaking(
        "Clients that wait for this success meet another answer.", "Go on answering the old status."
    ),
    "response/status-narrowed": compatible(READS_LESS),
    "response/error-status-removed": compatible("What handles this error in a client is no longer needed."),
    "response/status-added": breaking(
        "A client takes an unknown success for the one it knows (RFC 9110, 15), and its content is not that.",
        "Answer the new success with what the old one had, or only to clients that ask for it.",
    ),
    "response/status-added-alike": compatible(
        "A client takes an unknown success for the one it knows (RFC 9110, 15), and can read it as such."
    ),
    "response/error-status-added": compatible(
        "A client takes an unknown error for the x00 of its class (RFC 9110, 15)."
    ),
    "response/redirect-added": breaking(
        "Not every client follows a redirection.", "Answer at the old address as before."
    ),
    "response/encoding-removed": breaking(
        "Clients that read this encoding get another, or 406.", "Keep the encoding, beside the others."
    ),
    "response/encoding-added": compatible("Clients get it only when they ask for it."),
    "response/encoding-added-unasked": breaking(
        "Clients are sent it without having asked for it.",
        "Send what clients know, unless they ask for something else.",
    ),
    "response/body-added": compatible("Clients that read no body need not read this one."),
    "response/header-removed": breaking("Clients that read the header miss it.", "Go on sending the header."),
    "response/header-may-be-missing": breaking(
        "Clients that read the header may miss it.", "Go on sending the header, always."
    ),
    "response/header-written-differently": breaking(WRITTEN, KEEP_WRITTEN),
    "response/header-always-present": compatible(READS_LESS),
    "response/header-added": compatible("Clients ignore headers that they do not know."),
    "response/field-removed": breaking(
        "Clients that read the field miss it.", "Go on answering the field; mark it `deprecated`."
    ),
    "response/field-added": compatible("Clients ignore fields that they do not know."),
    "response/field-added-to-a-closed-object": breaking(
        "The old contract says that no other field comes, so that clients may refuse the answer.",
        "Answer the new field in a new operation, or announce open objects first.",
    ),
    "response/field-may-be-missing": breaking(
        "Clients that read the field may miss it.", "Go on answering the field, always; null is no better."
    ),
    "response/field-always-present": compatible(READS_LESS),
    "response/other-fields-answered": breaking(
        "The old contract says that no other field comes, so that clients may refuse the answer.",
        "Leave `additionalProperties` as it was.",
    ),
    "response/other-fields-ruled-out": compatible(READS_LESS),
    "response/webhook-removed": breaking("Clients that wait for it are called no more.", "Go on sending it."),
    "response/webhook-added": compatible("No client has asked for it yet."),
    "response/webhook-changed": breaking(
        "What clients are sent beside the content, or have to answer, changed, which the gate does not look into.",
        "Compare it by hand: of a webhook, clients are the ones who answer.",
    ),
    "rule/requirement-removed": breaking(
        "Clients that count on the rule have nothing left to count on.",
        "Keep the requirement as long as deployments keep it.",
    ),
    "rule/requirement-weakened": breaking(
        "A deployment that breaks the rule passes the suite from now on, except under --strict.",
        "Keep the level `stated`.",
    ),
    "rule/requirement-level-unknown": breaking(
        "Whether the rule is promised as it was, a level that nobody knows does not tell.",
        "Write the level as `stated` or `inferred`.",
    ),
    "rule/requirement-strengthened": compatible("What clients could only suppose is promised now."),
    "rule/requirement-added": compatible("Clients are promised more; whether deployments keep it, the suite says."),
    "rule/requirement-reworded": breaking(
        "The sentence changed. Whether its meaning did, only a person can say.",
        "If it means the same, keep the old words; if it does not, give the new rule a new id.",
    ),
    "rule/requirement-renamed": documentation("The rule is the same. Waivers and baselines name it by its id."),
    "rule/open-point-decided": compatible("What was left open is promised now."),
    "rule/open-point-dropped": documentation("Nothing was promised, and nothing is."),
    "rule/open-point-added": documentation("What is left open is now said to be; no promise was taken back."),
    "rule/open-point-reopened": breaking(
        "A rule that clients may count on is left open from now on.", "Keep the requirement."
    ),
    "rule/open-point-changed": documentation("It promises nothing; what the mock does by default may change."),
    "documentation/ambiguous-path": documentation(
        "Servers answer by one of them, and which one is not documented; join them under one name."
    ),
    "documentation/changed": documentation("It says the same of requests and answers."),
    "documentation/written-differently": documentation("Clients can send and read exactly what they could."),
    "documentation/operation-renamed": documentation(
        "Nothing changes on the wire. Generated clients call the operation by another name."
    ),
    "documentation/deprecated": documentation("Everything works as before; clients are told to move on."),
}
