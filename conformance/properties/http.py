"""HTTP basics, and what the documentation says of the framework's own errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, product

from conformance.context.property_context import PropertyContext
from conformance.exchange import AuthVariant, Exchange, Json, NotJson
from conformance.generation.variation import A_BROWSER, ALIKE, CHARSET, CHARSETS, CLIENTS, SPELLED
from conformance.http.client import FORM, JSON, Encoding, RequestOptions, Spelling
from conformance.http.request import WriteOutcomeUnknown
from conformance.properties.registry import judges
from conformance.records import milestone_of, rows_of
from conformance.results.difference import Basis


@judges("http/unknown-route-answers-404-in-json", read_only=True)
def an_unknown_path_is_not_found(context: PropertyContext) -> None:
    """Request an undocumented path."""
    answer = context.client.raw("GET", "/zzz-conformance-unknown")
    expect = context.expect("http/unknown-route-answers-404-in-json")
    expect.status(answer, 404)
    in_json(context, "http/unknown-route-answers-404-in-json", answer)


@judges(
    "http/wrong-method-is-refused-in-json",
    "http/a-405-names-the-allowed-methods",
    "http/a-refused-method-changes-nothing",
)
def a_wrong_method_is_refused(context: PropertyContext) -> None:
    """Send undocumented methods to a milestone of the run's own, with a body that would change it."""
    milestone = context.read(context.spare_milestone(context.project()))
    path, keys = f"/milestones/{milestone.id}", (AuthVariant.OURS, AuthVariant.NONE)
    for method, key in product(("PUT", "POST"), keys if context.thorough else keys[:1]):
        fields: dict[str, Json] = {"milestone_title": context.inputs.plain_title(), "milestone_color": milestone.color}
        answer = context.client.raw(method, path, body=context.client.form(fields), content_type=FORM, key=key)
        if not answer.refused:
            # A deployment may support more than is documented, such as PUT beside PATCH.
            continue
        in_json(context, "http/wrong-method-is-refused-in-json", answer)
        if answer.status == 405:
            context.expect("http/a-405-names-the-allowed-methods").holds(
                bool(answer.headers.get("allow")), "a header Allow", f"headers {sorted(answer.headers)}"
            )


def in_json(context: PropertyContext, requirement: str, answer: Exchange) -> None:
    context.expect(requirement).holds(not isinstance(answer.json, NotJson), "a JSON body", answer.shown_body(200))


@judges(ALIKE)
def whoever_asks_is_answered_alike(context: PropertyContext) -> None:
    """Compare successes and refusals of each kind as requested by different clients."""
    chance, client, project = context.chance(), context.client, context.project()
    milestone, gone = context.milestone(project), context.deleted_milestone(project)
    taken = context.milestone_fields(project, milestone.title)
    same = {"milestone_title": milestone.title, "milestone_color": milestone.color}
    requests: list[tuple[int, Callable[[RequestOptions], Exchange]]] = [
        (200, lambda options: client.list_milestones({"project_id": project}, options)),
        (200, lambda options: client.get_milestone(milestone.id, options)),
        (200, lambda options: client.update_milestone(milestone.id, same, options)),
        (422, lambda options: client.list_milestones({}, options)),
        (422, lambda options: client.create_milestone({}, options)),
        (422, lambda options: client.update_milestone(milestone.id, {}, options)),
        (422, lambda options: client.reorder_milestones(None, options)),
        (404, lambda options: client.get_milestone(gone, options)),
        (404, lambda options: client.delete_milestone(gone, options=options)),
        (409, lambda options: client.create_milestone(taken, options)),
        (409, lambda options: client.delete_milestone(context.default_id(project), options=options)),
        (401, lambda options: client.get_milestone(milestone.id, replace(options, key=AuthVariant.NONE))),
        (404, lambda options: client.raw("GET", "/zzz-conformance-unknown", headers=options.headers)),
    ]
    chosen = chance.sample(requests, 8 if context.thorough else 1)
    # Frameworks treat a browser's Accept differently, so every second client is a browser; the first one has a failed
    # validation of a list, as it is not known whether a write was carried out that is answered with a redirect.
    chosen[1:2] = requests[3:4] if context.thorough else []
    clients = cycle([client for script in chance.sample(CLIENTS, len(CLIENTS)) for client in (script, A_BROWSER)])
    for (status, request), headers in zip(chosen, clients, strict=False):
        options = RequestOptions(chance.choice(list(Encoding)), headers=headers)
        try:
            answer = request(options)
        except WriteOutcomeUnknown:
            # A gateway or a firewall may have answered.
            continue
        if answer.is_firewall_page:
            continue
        # A wrong answer that every client gets is not judged here.
        as_expected = answer.status == status and not isinstance(answer.json, NotJson)
        # Nor is a deletion that was carried out: its repetition finds nothing to delete.
        is_gone = answer.ok and answer.method == "DELETE"
        usual = answer if as_expected or is_gone else request(RequestOptions(options.encoding))
        context.expect(ALIKE).status(answer, usual.status or status)
        if not isinstance(usual.json, NotJson):
            in_json(context, ALIKE, answer)


@judges(CHARSET, "http/content-types-have-no-letter-case")
def a_content_type_is_read_as_http_has_it(context: PropertyContext) -> None:
    """Send both documented encodings with a charset, and with their names in another letter case."""
    chance, client, project = context.chance(), context.client, context.project()

    def create(options: RequestOptions) -> Exchange:
        return client.create_milestone(context.milestone_fields(project), options)

    def update(options: RequestOptions) -> Exchange:
        fields: dict[str, Json] = {"milestone_title": context.inputs.plain_title(), "milestone_color": "success"}
        return client.update_milestone(changed, fields, options)

    changed = context.spare_milestone(project) if context.thorough else 0
    for requirement, by_encoding in CONTENT_TYPES.items():
        tried = list(by_encoding.items()) if context.thorough else [chance.choice(list(by_encoding.items()))]
        for encoding, kinds in tried:
            for kind in kinds if context.thorough else [chance.choice(kinds)]:
                request = chance.choice((create, update)) if context.thorough else create
                answer = request(RequestOptions(encoding, headers={"Content-Type": kind}))
                # An encoding that is not supported at all is not judged here.
                if answer.ok or request(RequestOptions(encoding)).ok:
                    context.expect(requirement).succeeds(answer)


@judges(SPELLED)
def a_form_is_read_however_it_is_spelled(context: PropertyContext) -> None:
    """Send a title and ids as in the documented calls, and with spaces and signs percent-encoded in lower case."""
    client, (_, ids), project = context.client, context.ordered_milestones(2), context.project()
    for spelling in (Spelling.AS_CURL, Spelling.SMALL_HEX):
        options = RequestOptions(spelling=spelling)
        form = context.milestone_fields(project, f"{context.inputs.word()} one/two, [x] größe+")
        answer = client.create_milestone(form, options)
        title = context.milestone_in(answer).title if answer.ok else None
        if title != form["milestone_title"]:
            # A title that is refused or changed in every spelling is not judged here.
            usual = context.milestone_fields(project, f"{context.inputs.word()} one/two, [x] größe+")
            kept = client.create_milestone(usual)
            if kept.ok and context.milestone_in(kept).title == usual["milestone_title"]:
                context.expect(SPELLED).equal(title, form["milestone_title"], "title")
        context.expect(SPELLED).holds(True, "", "")
    answer = client.reorder_milestones(ids, RequestOptions(spelling=Spelling.AS_CURL))
    if answer.ok or client.reorder_milestones(ids).ok:
        context.expect(SPELLED).succeeds(answer)


CONTENT_TYPES: Mapping[str, Mapping[Encoding, Sequence[str]]] = {
    CHARSET: CHARSETS,
    "http/content-types-have-no-letter-case": {
        Encoding.JSON: ("Application/JSON", "APPLICATION/JSON"),
        Encoding.FORM: ("Application/X-WWW-Form-Urlencoded", "APPLICATION/X-WWW-FORM-URLENCODED"),
    },
}


UNREADABLE = (b'{"milestone_title": ', b'{"milestones": [1,', b"{]", b'"', b"\xff\xfe{")


@judges("http/an-unreadable-body-needs-a-key")
def a_body_that_cannot_be_read_needs_a_key(context: PropertyContext) -> None:
    """Send malformed JSON without a key and with a wrong one, to each operation that takes a body."""
    chance = context.chance()
    places = [*UNREAD_AT, ("PATCH", f"/milestones/{context.spare_milestone(context.project())}")]
    for method, path in chance.sample(places, len(places) if context.thorough else 1):
        body = chance.choice(UNREADABLE)
        key = chance.choice([AuthVariant.NONE, AuthVariant.WRONG]) if context.thorough else AuthVariant.NONE
        answer = context.client.raw(method, path, body=body, content_type=JSON, key=key)
        context.expect("http/an-unreadable-body-needs-a-key").status(answer, 401)


UNREAD_AT = (("POST", "/milestones"), ("PUT", "/milestones/positions"), ("POST", "/projects"), ("POST", "/tasks"))
"""Requests that concern no record unless their bodies can be read."""


ODD_QUERIES = 12
"""The number of odd queries that are sent one by one."""


@judges("http/no-server-error", "list/leaves-other-projects-out", "get/unknown-id-is-404")
def odd_queries_are_no_server_error(context: PropertyContext) -> None:
    """Request lists and ids with undocumented values; no answer may be a server error."""
    chance, client, project = context.chance(), context.client, context.project()
    odd = [f"{name}[]=1" for name in ("search", "type", "sort", "order", "limit", "page")]
    odd += [f"{name}[a]=b" for name in ("search", "sort", "limit")]
    odd += ["limit=-1", "limit=99999999999999999999", "page=-1", "page=99999999999999999999", "limit=abc", "sort='"]
    odd += [
        "search=%00",
        "search=%25%27%22%5C",
        f"search={'x' * 2000}",
        "order=1",
        "type=1",
        "page=",
        "limit=",
        "sort=",
    ]
    no_ids = ["0", f"-{context.untouched_milestone(project)}"]
    ids = [*no_ids, str(2**31), str(2**63), str(10**30), "abc", "1.5", "null", "true"]
    for unknown in chance.sample(("-1", "0", str(10**30), "abc"), 4 if context.thorough else 1):
        answer = client.raw("GET", "/milestones", operation="listMilestones", query=f"project_id={unknown}")
        # Whether this is refused is an open point; rows of projects are wrong in any case.
        shown = [row.id for row in map(milestone_of, rows_of(answer)) if row is not None]
        context.expect("list/leaves-other-projects-out").equal(shown, [], f"milestones of project {unknown}")
    queries = chance.sample(odd, ODD_QUERIES) if context.thorough else ["&".join(chance.sample(odd, 4))]
    for query in queries:
        client.raw("GET", "/milestones", operation="listMilestones", query=f"project_id={project}&{query}")
    for identifier in ids if context.thorough else [chance.choice([*ids, *no_ids * 2])]:
        answer = client.raw("GET", f"/milestones/{identifier}", operation="getMilestone")
        context.expect("http/no-server-error").holds((answer.status or 0) < 500, "a status below 500", answer.summary)
        if identifier in no_ids:
            # Whether it is refused as unknown or as invalid is open.
            refused = Basis(answer.number, ("4??",))
            context.expect("get/unknown-id-is-404").holds(not answer.ok, "no milestone", answer.summary, refused)
