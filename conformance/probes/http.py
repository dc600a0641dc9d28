"""Keys, paths and bodies at the edges of HTTP."""

from collections.abc import Iterator

from conformance.context.property_context import Lab
from conformance.exchange import Key
from conformance.http.client import FORM, JSON, How
from conformance.probes.registry import observes, refusal_or

UNKNOWN = "/zzz-conformance-unknown"


@observes("auth/scheme-letter-case", "auth/www-authenticate", "http/unknown-route-without-key", read_only=True)
def keys(lab: Lab) -> Iterator[tuple[str, str]]:
    """A key under a scheme in small letters, and none."""
    small = lab.client.list_projects({"limit": 1}, How(key=Key.SMALL_SCHEME))
    yield "auth/scheme-letter-case", "refused" if small.status == 401 else refusal_or(small, "accepted")
    keyless = lab.client.list_projects({"limit": 1}, How(key=Key.NONE))
    yield "auth/www-authenticate", "sent" if "www-authenticate" in keyless.headers else "not-sent"
    yield "http/unknown-route-without-key", str(lab.client.raw("GET", UNKNOWN, key=Key.NONE).status)


@observes("http/trailing-slash", read_only=True)
def slashes(lab: Lab) -> Iterator[tuple[str, str]]:
    """A list with a slash at the end of its path."""
    answer = lab.client.raw("GET", "/milestones/", query=f"project_id={lab.project()}")
    yield "http/trailing-slash", refusal_or(answer, "same")


@observes("http/malformed-json", "http/unknown-content-type", "http/wrong-method")
def bodies(lab: Lab) -> Iterator[tuple[str, str]]:
    """JSON that breaks off, fields as plain text, and a method that a milestone does not have."""
    broken = lab.client.raw("POST", "/milestones", body=b'{"milestone_title": ', content_type=JSON)
    yield "http/malformed-json", str(broken.status)
    project = lab.project()
    fields = lab.client.form(lab.milestone_fields(project))
    plain = lab.client.raw("POST", "/milestones", body=fields, content_type="text/plain")
    yield "http/unknown-content-type", str(plain.status)
    wrong = lab.client.raw("POST", f"/milestones/{lab.bystander(project)}", body=b"", content_type=FORM)
    yield "http/wrong-method", str(wrong.status)
