"""Plain HTTP, and what the documentation says of the framework's own errors."""

from conformance.context.property_context import PropertyContext
from conformance.exchange import Exchange, NotJson
from conformance.properties.registry import judges


@judges("http/unknown-route-answers-404-in-json", read_only=True)
def an_unknown_path_is_not_found(context: PropertyContext) -> None:
    """A path beside the documented ones."""
    answer = context.client.raw("GET", "/zzz-conformance-unknown")
    expect = context.expect("http/unknown-route-answers-404-in-json")
    expect.status(answer, 404)
    _in_json(context, "http/unknown-route-answers-404-in-json", answer)


@judges("http/wrong-method-is-refused-in-json", "http/a-405-names-the-allowed-methods")
def a_wrong_method_is_refused(context: PropertyContext) -> None:
    """Methods that the documentation does not have, on a milestone of our own."""
    milestone = context.untouched_milestone(context.project())
    for method, path in (("POST", f"/milestones/{milestone}"), ("PUT", f"/milestones/{milestone}")):
        answer = context.client.raw(method, path)
        context.expect("http/wrong-method-is-refused-in-json").status(answer, 405, 404)
        _in_json(context, "http/wrong-method-is-refused-in-json", answer)
        if answer.status == 405:
            context.expect("http/a-405-names-the-allowed-methods").holds(
                bool(answer.headers.get("allow")), "a header Allow", f"headers {sorted(answer.headers)}"
            )


def _in_json(context: PropertyContext, requirement: str, answer: Exchange) -> None:
    context.expect(requirement).holds(not isinstance(answer.json, NotJson), "a JSON body", answer.shown_body(200))
