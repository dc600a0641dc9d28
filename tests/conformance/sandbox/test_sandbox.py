"""No write gets past the guard that could reach what the run did not make."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import Json
from conformance.http.client import Encoding, encode
from conformance.http.request import ForbiddenWrite, OutgoingRequest
from conformance.sandbox.ownership import LABEL, Kind
from conformance.sandbox.sandbox import Sandbox

OURS, THEIRS = 500, 7
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a sandbox that made one of each."""
    return make()


def make() -> Sandbox:
    """Return a sandbox that made one of each."""
    sandbox = Sandbox("RUN")
    for kind in Kind:
        sandbox.ownership.ours[kind].add(OURS)
    return sandbox


def refused(sandbox: Sandbox, call: OutgoingRequest) -> bool:
    """Tell if the guard stops a call."""
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
    [
        *("/clients/1", "/", "", "//milestones/7", "/milestones/positions/", "/milestones/7/", "/admin"),
        *("/Milestones/7", "/milestones/500/../7", "/milestones/500/%2E%2e/7", "/zzz-1/../milestones/7"),
        *("/tasks/500/comments/7", "/tasks/500/comments/7abc"),
    ],
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


def test_a_title_is_announced_before_it_is_used() -> None:
    announced: list[str] = []
    sandbox = Sandbox("RUN", before_making=announced.append)
    title = sandbox.project_title()

    assert announced == [title]
    assert title.startswith(f"{LABEL}RUN_")
