"""Faults that only some clients meet: by their headers, or by the titles and values that they send."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.options import Depth
from mock_server.errors import Conflict, problem_for_status
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result, json_response
from tests.faulty_mocks.fault import Inject, add, breaks
from tests.faulty_mocks.mock_builder import MockBuilder, Original

Answer = Callable[[Request], Response]
ALIKE = "http/any-accept-is-answered-alike"


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "")


@breaks(ALIKE, implies=("http/json-bodies-are-json",), depth=Depth.STANDARD)
def redirects_browsers_after_a_failed_validation(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status == 422 and "text/html" in request.headers.get("accept", ""):
            return Response(302, (("Location", "/"), ("Content-Type", "text/html")), b"<p>Back</p>")
        return response

    builder.handle(faulty)


@breaks(ALIKE, implies=("http/json-bodies-are-json",), depth=Depth.STANDARD)
def answers_in_html_without_an_accept_header(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status >= 400 and not request.headers.get("accept"):
            return Response(response.status, (("Content-Type", "text/html"),), b"<h1>Oops</h1>")
        return response

    builder.handle(faulty)


@breaks(ALIKE, depth=Depth.STANDARD)
def refuses_clients_without_a_name(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if request.headers.get("user-agent"):
            return original(request)
        return json_response(403, {"message": "Forbidden."})

    builder.handle(faulty)


@breaks("http/json-bodies-are-json", "http/unknown-route-answers-404-in-json", implies=("*",))
def answers_curl_s_errors_in_html(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        response = original(request)
        if response.status == 404 and request.headers.get("accept") == "*/*":
            return Response(404, (("Content-Type", "text/html"),), b"<h1>Not found</h1>")
        return response

    builder.handle(faulty)


def _reads_only(accepts: Callable[[str], bool]) -> Inject:
    """Return a mock that takes a body of another content type for none."""

    def inject(builder: MockBuilder) -> None:
        def faulty(request: Request, original: Answer) -> Response:
            if _kind(request) and not accepts(_kind(request)):
                request = replace(request, headers={**request.headers, "content-type": "text/plain"})
            return original(request)

        builder.handle(faulty)

    return inject


add("does_not_know_a_charset", ("http/a-charset-changes-nothing",), _reads_only(lambda kind: ";" not in kind))
add(
    "does_not_know_content_types_in_capitals",
    ("http/content-types-have-no-letter-case",),
    _reads_only(lambda kind: kind == kind.lower() or ";" in kind),
)


def _misreads(kind: str, pattern: bytes, replacement: bytes) -> Inject:
    """Return a mock that reads something else where a body of a kind matches a pattern."""

    def faulty(request: Request, original: Answer) -> Response:
        body = re.sub(pattern, replacement, request.body) if kind in _kind(request) else request.body
        return original(replace(request, body=body))

    return lambda builder: builder.handle(faulty)


add(
    "reads_a_form_up_to_a_plain_blank",
    ("http/bodies-are-read-however-spelled",),
    _misreads("form", rb" [^&]*", b""),
    ("*/keeps-the-title", "task/has-the-values-sent"),
)
add(
    "loses_escaped_emoji_in_json",
    ("create/keeps-the-title",),
    _misreads("json", rb"\\ud[89ab]..\\ud[c-f]..", b"?"),
    ("update/changes-the-title", "create/*", "update/*"),
    depth=Depth.STANDARD,
)


@breaks("http/bodies-are-read-however-spelled", depth=Depth.STANDARD)
def takes_escapes_in_json_for_an_attack(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if "json" in _kind(request) and b"\\u" in request.body:
            return json_response(400, {"message": "The request looks like an attack."})
        return original(request)

    builder.handle(faulty)


# Titles


def _same_if(look: Callable[[str], str]) -> Inject:
    """Return a mock that holds titles for the same that look the same to it."""

    def inject(builder: MockBuilder) -> None:
        def faulty(context: OperationContext, original: Original) -> Result:
            title, own = context.body.text("milestone_title"), context.path.get("id")
            milestone = context.store.milestones.get(own) if own is not None else None
            project = milestone.project_id if milestone else context.body.integer("milestone_projectid")
            for row in context.store.milestones_of_project.rows(project):
                if row.id != own and row.title != title and look(row.title) == look(title):
                    raise Conflict("A milestone with this title already exists in the project.")
            return original(context)

        builder.operation("createMilestone", faulty)
        builder.operation("updateMilestone", faulty)

    return inject


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _number(title: str) -> str:
    try:
        return str(float(title))
    except ValueError:
        return title


LOOKS = ("create/look-alikes-are-no-conflict",)
MORE_LOOKS = (
    "update/look-alikes-are-no-conflict",
    "create/answers-201",
    "update/answers-200",
    "create/keeps-the-title",
)
for _name, _look in {
    "takes_titles_of_one_slug_for_the_same": _slug,
    "takes_titles_of_equal_numbers_for_the_same": _number,
    "takes_titles_without_signs_for_the_same": lambda title: re.sub(r"[\\'\"%_]", "", title),
    "takes_titles_of_one_length_in_another_script_for_the_same": lambda title: re.sub(r"[^\x00-\x7f]", "?", title),
    "compares_the_first_hundred_letters_of_titles": lambda title: title[:100],
}.items():
    add(_name, LOOKS, _same_if(_look), MORE_LOOKS, depth=Depth.STANDARD)


@breaks("create/look-alikes-are-no-conflict", depth=Depth.STANDARD)
def takes_the_title_0_for_none(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if context.body.text("milestone_title") == "0":
            raise problem_for_status("422", "The milestone title field is required.", "milestone_title")
        return original(context)

    builder.operation("createMilestone", faulty)


@breaks("update/look-alikes-are-no-conflict", implies=("update/title-of-another-project-is-fine",))
def takes_no_title_of_two_words_on_update(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        if re.search(r"[^\w\s]|\d|\bx\b|one two", context.body.text("milestone_title")):
            raise Conflict("A milestone with this title already exists in the project.")
        return original(context)

    builder.operation("updateMilestone", faulty)


# Values


@breaks("http/no-server-error")
def fails_on_any_value_for_a_text(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        if "json" in _kind(request) and re.search(rb'"milestone_(title|color)": [^"]', request.body):
            return json_response(500, {"message": "Server Error"})
        return original(request)

    builder.handle(faulty)


@breaks("http/no-server-error")
def fails_on_brackets_in_a_query(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        return json_response(500, {"message": "Server Error"}) if "[" in request.query else original(request)

    builder.handle(faulty)


@breaks(
    "list/limit-bounds-the-page",
    "list/meta-per-page-is-the-limit",
    implies=("list/*", "task/pages-*"),
    depth=Depth.STANDARD,
)
def caps_a_limit_at_sixty(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        def cap(match: re.Match[str]) -> str:
            number = int(match[1])
            return f"limit={60 if 60 < number < 100 else number}"

        return original(replace(request, query=re.sub(r"limit=(\d+)", cap, request.query)))

    builder.handle(faulty)


@breaks("list/search-looks-at-titles-alone", depth=Depth.STANDARD)
def searches_in_colors_too(builder: MockBuilder) -> None:
    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        text = context.query.text("search")
        if not text or not isinstance(result.data, list) or result.data:
            return result
        query = replace(context.query, values={**context.query.values, "search": ""})
        rows: Any = original(replace(context, query=query)).data
        matching = [row for row in rows if row["color"] == text]
        return replace(result, data=matching, meta=result.meta and replace(result.meta, total=len(matching)))

    builder.operation("listMilestones", faulty)


# Envelopes and routes


@breaks("envelope/only-validation-carries-errors")
def carries_empty_errors_on_an_unknown_id(builder: MockBuilder) -> None:
    builder.body(lambda _, response: response.status == 404, lambda body: body.update(errors=[]))


@breaks("envelope/only-lists-carry-meta")
def carries_an_empty_meta_on_a_milestone(builder: MockBuilder) -> None:
    def applies(request: Request, response: Response) -> bool:
        return response.status == 200 and re.search(r"/milestones/\d+$", request.path) is not None

    builder.body(applies, lambda body: body.update(meta={}))


@breaks("http/documented-operations-are-there", implies=("*",))
def does_not_know_reordering(builder: MockBuilder) -> None:
    def faulty(request: Request, original: Answer) -> Response:
        missing = request.method == "PUT" and request.path.endswith("/milestones/positions")
        return json_response(405, {"message": "Method not allowed."}) if missing else original(request)

    builder.handle(faulty)
