"""Edge cases of HTTP: keys, paths, methods and bodies."""

from collections.abc import Iterator

from conformance.context.property_context import PropertyContext
from conformance.exchange import AuthVariant
from conformance.http.client import FORM, JSON, RequestOptions
from conformance.probes.registry import observes, status_if_refused_or

UNKNOWN = "/zzz-conformance-unknown"


@observes("auth/scheme-letter-case", "auth/www-authenticate", "http/unknown-route-without-key", read_only=True)
def keys(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send a key with a lower-case scheme, and requests without a key."""
    small = context.client.list_projects({"limit": 1}, RequestOptions(key=AuthVariant.SMALL_SCHEME))
    yield "auth/scheme-letter-case", "refused" if small.status == 401 else status_if_refused_or(small, "accepted")
    keyless = context.client.list_projects({"limit": 1}, RequestOptions(key=AuthVariant.NONE))
    yield "auth/www-authenticate", "sent" if "www-authenticate" in keyless.headers else "not-sent"
    yield "http/unknown-route-without-key", str(context.client.raw("GET", UNKNOWN, key=AuthVariant.NONE).status)


@observes("http/trailing-slash", read_only=True)
def slashes(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Request a list with a trailing slash in the path."""
    answer = context.client.raw("GET", "/milestones/", query=f"project_id={context.project()}")
    yield "http/trailing-slash", status_if_refused_or(answer, "same")


@observes("http/method-field")
def method_field(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send a POST to a milestone of the run's own, with the form field `_method` set to PATCH."""
    project = context.project()
    fields = {**context.milestone_fields(project), "_method": "PATCH"}
    path = f"/milestones/{context.milestone(project).id}"
    answer = context.client.raw("POST", path, body=context.client.form(fields), content_type=FORM)
    yield "http/method-field", "honoured" if answer.ok else "ignored"


@observes("http/malformed-json", "http/unknown-content-type", "http/wrong-method")
def bodies(context: PropertyContext) -> Iterator[tuple[str, str]]:
    """Send incomplete JSON, fields as plain text, and a method that a milestone does not support."""
    broken = context.client.raw("POST", "/milestones", body=b'{"milestone_title": ', content_type=JSON)
    yield "http/malformed-json", str(broken.status)
    project = context.project()
    fields = context.client.form(context.milestone_fields(project))
    plain = context.client.raw("POST", "/milestones", body=fields, content_type="text/plain")
    yield "http/unknown-content-type", str(plain.status)
    wrong = context.client.raw(
        "POST", f"/milestones/{context.untouched_milestone(project)}", body=b"", content_type=FORM
    )
    yield "http/wrong-method", str(wrong.status)
