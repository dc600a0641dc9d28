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


def _breaking(reason: str, remedy: str) -> Rule:
    return Rule(Effect.BREAKING, reason, remedy)


def _compatible(reason: str) -> Rule:
    return Rule(Effect.COMPATIBLE, reason)


def _documentation(reason: str) -> Rule:
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

_NARROWED = ("type", "enum", "range", "length", "pattern", "format", "count", "unique", "constraint")

RULES: Mapping[str, Rule] = {
    **{f"request/{keyword}-narrowed": _breaking(REFUSED, KEEP_TAKING) for keyword in _NARROWED},
    **{f"request/{keyword}-widened": _compatible(TAKES_MORE) for keyword in _NARROWED},
    **{f"response/{keyword}-widened": _breaking(SURPRISED, KEEP_WITHIN) for keyword in _NARROWED},
    **{f"response/{keyword}-narrowed": _compatible(READS_LESS) for keyword in _NARROWED},
    "request/branch-removed": _breaking(REFUSED, KEEP_TAKING),
    "request/branch-added": _compatible(TAKES_MORE),
    "response/branch-added": _breaking(SURPRISED, KEEP_WITHIN),
    "response/branch-removed": _compatible(READS_LESS),
    "request/undecided": _breaking(NOT_COMPARED, SIMPLIFY),
    "response/undecided": _breaking(NOT_COMPARED, SIMPLIFY),
    "request/operation-removed": _breaking(
        "Clients that call it are answered with 404 or 405.",
        "Keep the operation, mark it `deprecated`, and remove it in a new version of the API.",
    ),
    "request/operation-added": _compatible("No client calls it yet."),
    "request/server-removed": _breaking(
        "Clients that call this address reach nothing.", "Keep the address, beside the new one."
    ),
    "request/server-added": _compatible("The addresses that clients know still answer."),
    "request/server-default-changed": _breaking(
        "Clients that go by the default call another address than before.",
        "Keep the default, or list in `enum` what else is served.",
    ),
    "request/security-strengthened": _breaking(
        "A client that proves what the old contract asks for is refused.",
        "Keep the old way as an alternative in `security`.",
    ),
    "request/security-weakened": _compatible("What clients prove is still enough."),
    "request/parameter-removed": _breaking(
        "A client that sends it gets an answer that no longer heeds it.",
        "Keep the parameter and mark it `deprecated`.",
    ),
    "request/parameter-added": _compatible("It may be left out, as all clients do today."),
    "request/parameter-added-as-required": _breaking(
        "No client sends it yet, so every call is refused.", "Make it optional, with a default."
    ),
    "request/parameter-now-required": _breaking(
        "Clients that leave it out are refused.", "Keep it optional, with a default."
    ),
    "request/parameter-now-optional": _compatible("Clients that send it are still heeded."),
    "request/parameter-written-differently": _breaking(WRITTEN, KEEP_WRITTEN),
    "request/empty-value-refused": _breaking(
        "A client that sends the parameter without a value is refused.", "Keep `allowEmptyValue`."
    ),
    "request/empty-value-taken": _compatible(TAKES_MORE),
    "request/reserved-characters-refused": _breaking(
        "A client that writes them as they are may be understood in another way.", "Keep `allowReserved`."
    ),
    "request/reserved-characters-taken": _compatible("What is written with percent signs is read as before."),
    "request/body-removed": _breaking("What clients send is no longer heeded.", "Keep the body, as an optional one."),
    "request/body-added": _compatible("It may be left out, as all clients do today."),
    "request/body-added-as-required": _breaking(
        "No client sends a body yet, so every call is refused.", "Make the body optional."
    ),
    "request/body-now-required": _breaking("Clients that send no body are refused.", "Keep the body optional."),
    "request/body-now-optional": _compatible("Clients that send a body are still heeded."),
    "request/encoding-removed": _breaking(
        "Clients that send this encoding are refused.", "Keep the encoding, beside the others."
    ),
    "request/encoding-added": _compatible("The encodings that clients send are still taken."),
    "request/part-header-required": _breaking(
        "A client that sends the part as before is refused.", "Make the header optional."
    ),
    **{f"{side}/field-written-differently": _breaking(WRITTEN, KEEP_WRITTEN) for side in ("request", "response")},
    **{f"{side}/tagged-differently": _breaking(TAGGED, KEEP_TAGS) for side in ("request", "response")},
    "request/field-removed": _breaking(
        "A client that sends the field is refused or not heeded.",
        "Keep the field and mark it `deprecated`.",
    ),
    "request/field-added": _compatible("It may be left out, as all clients do today."),
    "request/field-now-required": _breaking(
        "Clients that leave the field out are refused.", "Keep it optional, with a default."
    ),
    "request/field-now-optional": _compatible("Clients that send the field are still heeded."),
    "request/other-fields-refused": _breaking(
        "A client that sends more fields, such as all it was answered, is refused.",
        "Leave `additionalProperties` as it was; ignore what you do not know.",
    ),
    "request/other-fields-taken": _compatible(TAKES_MORE),
    "request/default-changed": _breaking(
        "A client that leaves it out gets something else than before.",
        "Keep the default; clients that want the new one can ask for it.",
    ),
    "request/default-added": _compatible("What comes of leaving it out was not documented, and now is."),
    "request/cap-lowered": _breaking(
        "A client that asks for more gets less than before, and may take it for all there is.", "Keep the cap."
    ),
    "request/cap-raised": _compatible("Clients get what they ask for, as before."),
    "request/callback-changed": _breaking(
        "What is sent to clients changed, which the gate does not look into.",
        "Compare it by hand: for a callback, clients are the ones who answer.",
    ),
    "response/status-removed": _breaking(
        "Clients that wait for this success meet another answer.", "Go on answering the old status."
    ),
    "response/status-narrowed": _compatible(READS_LESS),
    "response/error-status-removed": _compatible("What handles this error in a client is no longer needed."),
    "response/status-added": _breaking(
        "A client takes an unknown success for the one it knows (RFC 9110, 15), and its content is not that.",
        "Answer the new success with what the old one had, or only to clients that ask for it.",
    ),
    "response/status-added-alike": _compatible(
        "A client takes an unknown success for the one it knows (RFC 9110, 15), and can read it as such."
    ),
    "response/error-status-added": _compatible(
        "A client takes an unknown error for the x00 of its class (RFC 9110, 15)."
    ),
    "response/redirect-added": _breaking(
        "Not every client follows a redirection.", "Answer at the old address as before."
    ),
    "response/encoding-removed": _breaking(
        "Clients that read this encoding get another, or 406.", "Keep the encoding, beside the others."
    ),
    "response/encoding-added": _compatible("Clients get it only when they ask for it."),
    "response/encoding-added-unasked": _breaking(
        "Clients are sent it without having asked for it.",
        "Send what clients know, unless they ask for something else.",
    ),
    "response/body-added": _compatible("Clients that read no body need not read this one."),
    "response/header-removed": _breaking("Clients that read the header miss it.", "Go on sending the header."),
    "response/header-may-be-missing": _breaking(
        "Clients that read the header may miss it.", "Go on sending the header, always."
    ),
    "response/header-written-differently": _breaking(WRITTEN, KEEP_WRITTEN),
    "response/header-always-present": _compatible(READS_LESS),
    "response/header-added": _compatible("Clients ignore headers that they do not know."),
    "response/field-removed": _breaking(
        "Clients that read the field miss it.", "Go on answering the field; mark it `deprecated`."
    ),
    "response/field-added": _compatible("Clients ignore fields that they do not know."),
    "response/field-added-to-a-closed-object": _breaking(
        "The old contract says that no other field comes, so that clients may refuse the answer.",
        "Answer the new field in a new operation, or announce open objects first.",
    ),
    "response/field-may-be-missing": _breaking(
        "Clients that read the field may miss it.", "Go on answering the field, always; null is no better."
    ),
    "response/field-always-present": _compatible(READS_LESS),
    "response/other-fields-answered": _breaking(
        "The old contract says that no other field comes, so that clients may refuse the answer.",
        "Leave `additionalProperties` as it was.",
    ),
    "response/other-fields-ruled-out": _compatible(READS_LESS),
    "response/webhook-removed": _breaking("Clients that wait for it are called no more.", "Go on sending it."),
    "response/webhook-added": _compatible("No client has asked for it yet."),
    "response/webhook-changed": _breaking(
        "What clients are sent beside the content, or have to answer, changed, which the gate does not look into.",
        "Compare it by hand: of a webhook, clients are the ones who answer.",
    ),
    "rule/requirement-removed": _breaking(
        "Clients that count on the rule have nothing left to count on.",
        "Keep the requirement as long as deployments keep it.",
    ),
    "rule/requirement-weakened": _breaking(
        "A deployment that breaks the rule passes the suite from now on, except under --strict.",
        "Keep the level `stated`.",
    ),
    "rule/requirement-level-unknown": _breaking(
        "Whether the rule is promised as it was, a level that nobody knows does not tell.",
        "Write the level as `stated` or `inferred`.",
    ),
    "rule/requirement-strengthened": _compatible("What clients could only suppose is promised now."),
    "rule/requirement-added": _compatible("Clients are promised more; whether deployments keep it, the suite says."),
    "rule/requirement-reworded": _breaking(
        "The sentence changed. Whether its meaning did, only a person can say.",
        "If it means the same, keep the old words; if it does not, give the new rule a new id.",
    ),
    "rule/requirement-renamed": _documentation("The rule is the same. Waivers and baselines name it by its id."),
    "rule/open-point-decided": _compatible("What was left open is promised now."),
    "rule/open-point-dropped": _documentation("Nothing was promised, and nothing is."),
    "rule/open-point-added": _documentation("What is left open is now said to be; no promise was taken back."),
    "rule/open-point-reopened": _breaking(
        "A rule that clients may count on is left open from now on.", "Keep the requirement."
    ),
    "rule/open-point-changed": _documentation("It promises nothing; what the mock does by default may change."),
    "documentation/ambiguous-path": _documentation(
        "Servers answer by one of them, and which one is not documented; join them under one name."
    ),
    "documentation/changed": _documentation("It says the same of requests and answers."),
    "documentation/written-differently": _documentation("Clients can send and read exactly what they could."),
    "documentation/operation-renamed": _documentation(
        "Nothing changes on the wire. Generated clients call the operation by another name."
    ),
    "documentation/deprecated": _documentation("Everything works as before; clients are told to move on."),
}
