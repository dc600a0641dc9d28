"""No write gets past the guard that could reach what the run did not make."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import AuthVariant, Exchange, Json
from conformance.http.client import Encoding, encode
from conformance.http.transport import ForbiddenWrite, OutgoingRequest
from conformance.sandbox.sandbox import LABEL, Sandbox

OURS, THEIRS = 500, 7
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox that made one of each."""
    return make()


def make() -> Sandbox:
    """A sandbox that made one of each."""
    return Sandbox("RUN", projects={OURS}, milestones={OURS}, tasks={OURS})


def refused(sandbox: Sandbox, call: OutgoingRequest) -> bool:
    """Whether the guard stops a call."""
    try:
        sandbox.guard(call)
    except ForbiddenWrite:
        return True
    return False


@given(
    method=st.sampled_from(WRITES),
    resource=st.sampled_from(["milestones", "projects", "tasks"]),
    ending=st.sampled_from(["", "/", "/clone", "/archive", "/comments", "/comments/3", "/status", "/x/../.."]),
    spelling=st.sampled_from(["7", "07", "007", "%37", "7abc", "+7", "%207", "7.0", "7%2F", "0x7", "-7", "7;500"]),
)
def test_a_foreign_id_in_the_path_is_refused_however_it_is_written(
    method: str, resource: str, ending: str, spelling: str
) -> None:
    assert refused(make(), OutgoingRequest("", method, f"/{resource}/{spelling}{ending}"))


@given(
    name=st.sampled_from(["milestone_projectid", "task_projectid", "project_id", "task_milestoneid"]),
    spelling=st.sampled_from([7, "7", "07", " 7", "+7", "7abc", "7.9", 7.0, [7], {"a": 7}]),
    encoding=st.sampled_from(list(Encoding)),
    path=st.sampled_from(["/milestones", "/tasks", f"/milestones/{OURS}", f"/tasks/{OURS}", f"/tasks/{OURS}/clone"]),
)
def test_a_foreign_id_in_a_body_is_refused_however_it_is_written(
    name: str, spelling: Json, encoding: Encoding, path: str
) -> None:
    body, content_type = encode({name: spelling, "milestone_title": "x"}, encoding)
    if encoding is Encoding.FORM and isinstance(spelling, dict):
        return

    assert refused(make(), OutgoingRequest("", "POST", path, body=body, content_type=content_type))


@given(
    spelling=st.sampled_from([7, "7", "07", " 7", "7abc", 7.0, [7], {"a": 7}]),
    before=st.lists(st.just(OURS), max_size=3),
)
def test_a_foreign_milestone_in_an_order_is_refused_wherever_it_stands(spelling: Json, before: list[int]) -> None:
    body, content_type = encode({"milestones": [*before, spelling]}, Encoding.JSON)

    assert refused(make(), OutgoingRequest("", "PUT", "/milestones/positions", body=body, content_type=content_type))


@pytest.mark.parametrize(
    "pairs",
    [
        [("milestones[]", "500"), ("milestones[]", "7")],
        [("milestones[0]", "7")],
        [("milestones", "500"), ("milestones", "7")],
        [("milestones", "7")],
        [("milestones[x]", "7")],
    ],
)
def test_a_foreign_milestone_in_a_form_is_refused_in_every_bracket(
    pairs: list[tuple[str, str]], sandbox: Sandbox
) -> None:
    form = urlencode(pairs).encode()
    kind = "application/x-www-form-urlencoded"

    assert refused(sandbox, OutgoingRequest("", "PUT", "/milestones/positions", body=form, content_type=kind))
    assert refused(sandbox, OutgoingRequest("", "PUT", "/milestones/positions", body=form, content_type="text/plain"))


@pytest.mark.parametrize(
    "path",
    ["/clients/1", "/", "", "//milestones/7", "/milestones/positions/", "/milestones/7/", "/admin", "/Milestones/7"],
)
def test_a_path_that_is_not_known_to_be_ours_is_refused(path: str, sandbox: Sandbox) -> None:
    for method in WRITES:
        assert refused(sandbox, OutgoingRequest("", method, path))


@given(st.sampled_from(["DELETE", "PATCH", "PUT"]), st.sampled_from(["milestones", "projects", "tasks"]))
def test_a_write_to_a_whole_collection_is_refused(method: str, resource: str) -> None:
    assert refused(make(), OutgoingRequest("", method, f"/{resource}"))


def test_a_foreign_id_in_the_query_of_a_write_is_refused(sandbox: Sandbox) -> None:
    assert refused(
        sandbox, OutgoingRequest("", "PUT", "/milestones/positions", query=quote("milestones[]", safe="") + "=7")
    )
    assert refused(sandbox, OutgoingRequest("", "POST", "/milestones", query="milestone_projectid=7"))


def test_a_project_without_our_label_is_refused(sandbox: Sandbox) -> None:
    for path in ("/projects", f"/projects/{OURS}/clone"):
        body, kind = encode({"project_title": "Website"}, Encoding.FORM)
        assert refused(sandbox, OutgoingRequest("", "POST", path, body=body, content_type=kind))
        body, kind = encode({"project_title": f"{LABEL}RUN_1"}, Encoding.FORM)
        assert not refused(sandbox, OutgoingRequest("", "POST", path, body=body, content_type=kind))


def test_what_is_ours_may_be_written_to(sandbox: Sandbox) -> None:
    body, kind = encode(
        {"milestone_projectid": OURS, "milestone_title": "7 things", "milestone_color": "7"}, Encoding.JSON
    )
    order, _ = encode({"milestones": [OURS]}, Encoding.JSON)

    assert not refused(sandbox, OutgoingRequest("", "POST", "/milestones", body=body, content_type=kind))
    assert not refused(sandbox, OutgoingRequest("", "PUT", "/milestones/positions", body=order, content_type=kind))
    assert not refused(sandbox, OutgoingRequest("", "DELETE", f"/milestones/{OURS}"))
    assert not refused(sandbox, OutgoingRequest("", "PUT", f"/tasks/{OURS}/archive"))


def answered(operation: str, body: bytes, status: int = 201) -> Exchange:
    """An answer to an operation."""
    return Exchange(1, operation, "POST", "/", "", AuthVariant.OURS, None, None, status, {}, body, 0.0)


def test_what_was_made_becomes_ours(sandbox: Sandbox) -> None:
    sandbox.learn(answered("createProject", b'{"data": {"id": 900, "title": "ZZZ_CONFORMANCE_RUN_1"}}'))
    sandbox.learn(answered("createMilestone", b'{"data": {"id": 901, "project_id": 900}}'))
    sandbox.learn(answered("createTask", b'{"data": {"id": 902, "project": {"id": 900}}}'))
    sandbox.learn(answered("createTask", b'{"data": {"id": 903, "project": {"id": 900}}}', status=422))

    assert sandbox.open_projects == {900}
    assert 901 in sandbox.milestones
    assert 902 in sandbox.tasks
    assert 903 not in sandbox.tasks


def test_what_a_deployment_answers_in_the_place_of_ours_does_not_become_ours() -> None:
    sandbox = Sandbox("RUN", projects={OURS}, existing_project_ids=frozenset({THEIRS}))
    sandbox.learn(answered("createProject", b'{"data": {"id": 8, "title": "Website"}}'))
    sandbox.learn(answered("createProject", b'{"data": {"id": 9}}'))
    sandbox.learn(answered("createProject", b'{"data": {"id": 7, "title": "ZZZ_CONFORMANCE_RUN_1"}}'))
    sandbox.learn(answered("cloneProject", b'{"data": {"id": 6, "title": "ZZZ_CONFORMANCE_OTHER_1"}}'))
    sandbox.learn(answered("createMilestone", b'{"data": {"id": 1, "project_id": 7}}'))
    sandbox.learn(answered("createMilestone", b'{"data": {"id": 2}}'))
    sandbox.learn(answered("createTask", b'{"data": {"id": 3, "project": {"id": 7}}}'))

    assert sandbox.projects == {OURS}
    assert sandbox.milestones == sandbox.tasks == set()


def test_of_a_list_only_the_rows_of_our_projects_become_ours(sandbox: Sandbox) -> None:
    rows = b'{"data": [{"id": 1, "project_id": 500}, {"id": 2, "project_id": 7}, {"id": 3}, 4, {"id": "5"}]}'
    sandbox.learn(answered("listMilestones", rows, status=200))

    assert sandbox.milestones == {OURS, 1}


def test_a_title_is_announced_before_it_is_used() -> None:
    announced: list[str] = []
    sandbox = Sandbox("RUN", before_making=announced.append)
    title = sandbox.project_title()

    assert announced == [title]
    assert title.startswith(f"{LABEL}RUN_")
