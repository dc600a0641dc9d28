"""The heading of a cause names the violated requirement, for defects that were once blamed on another one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote_plus

import pytest

from conformance.options import Depth
from conformance.reproduction.reference import run_reference
from conformance.reproduction.replay import Replayer
from mock_server.errors import Conflict
from mock_server.messages import Request, Response
from mock_server.operations.context import OperationContext
from mock_server.responses import Result, json_response
from tests.faulty_mocks.fault import Fault
from tests.faulty_mocks.mock_builder import MockBuilder, Original
from tests.faulty_mocks.reproductions import reproductions_of
from tests.faulty_mocks.run_suite import read_contracts

pytestmark = pytest.mark.zoo

Answer = Callable[[Request], Response]


def moves_another_project_along(builder: MockBuilder) -> None:
    """Let a reorder renumber the milestones of the project before it, too."""

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        milestones = context.store.milestones
        moved = milestones.get(context.body.values["milestones"][0])  # type: ignore[index, arg-type]
        for milestone in list(milestones):
            project = context.store.projects.get(milestone.project_id)
            ours = project is not None and project.title.startswith("ZZZ_")
            if moved is not None and milestone.project_id != moved.project_id and ours:
                milestones.put(milestone._replace(position=milestone.position + 5))
        return result

    builder.operation("reorderMilestones", faulty)


def creates_anew_what_it_updates(builder: MockBuilder) -> None:
    """Let an update give a milestone another creation date."""

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        milestone = context.milestone()
        context.store.milestones.put(milestone._replace(created=milestone.updated))
        return result

    builder.operation("updateMilestone", faulty)


def takes_letters_alone_for_the_title(builder: MockBuilder) -> None:
    """Refuse two titles that differ in their digits alone as one."""

    def faulty(context: OperationContext, original: Original) -> Result:
        title, project = context.body.text("milestone_title"), context.body.integer("milestone_projectid")
        for milestone in context.store.milestones:
            same = re.sub(r"[\d.]", "", milestone.title) == re.sub(r"[\d.]", "", title)
            if milestone.project_id == project and title != milestone.title and same:
                raise Conflict("A milestone with this title already exists in the project.")
        return original(context)

    builder.operation("createMilestone", faulty)


def loses_the_color_of_an_update(builder: MockBuilder) -> None:
    """Let an update keep the colour of before."""

    def faulty(context: OperationContext, original: Original) -> Result:
        color = context.milestone().color
        original(context)
        milestone = context.milestone()._replace(color=color)
        context.store.milestones.put(milestone)
        result = builder_get(context)
        return replace(result, message="Milestone updated successfully.")

    builder_get = builder.operations["getMilestone"]
    builder.operation("updateMilestone", faulty)


def keeps_plus_signs_of_forms(builder: MockBuilder) -> None:
    """Read a plus sign in a form as itself, and not as a blank."""

    def faulty(request: Request, original: Answer) -> Response:
        if request.method == "POST" and request.body and b"json" not in request.headers["content-type"].encode():
            request = replace(request, body=request.body.replace(b"+", b"%2B"))
        return original(request)

    builder.handle(faulty)


def sorts_by_id_for_position(builder: MockBuilder) -> None:
    """Sort a list by id that is asked for by position."""

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        if context.query.text("sort") != "milestone_position":
            return result
        rows: list[dict[str, Any]] = sorted(result.data, key=lambda row: int(row["id"]))  # type: ignore[arg-type]
        return replace(result, data=rows if context.query.text("order") == "asc" else rows[::-1])

    builder.operation("listMilestones", faulty)


def refuses_signs_in_searches(builder: MockBuilder) -> None:
    """Refuse a search for a percent sign with a page in HTML."""

    def faulty(request: Request, original: Answer) -> Response:
        search = re.search(r"search=([^&]*)", request.query)
        if search and "%" in unquote_plus(search[1]) and "/milestones" in request.path:
            refusal = json_response(400, {"message": "No."})
            return replace(refusal, headers=(("Content-Type", "text/html"),), body=b"<h1>Bad request</h1>")
        return original(request)

    builder.handle(faulty)


BLAMED: dict[Callable[[MockBuilder], None], str] = {
    moves_another_project_along: "reorder/leaves-other-projects-alone",
    creates_anew_what_it_updates: "update/keeps-the-rest",
    takes_letters_alone_for_the_title: "create/answers-201",
    loses_the_color_of_an_update: "update/changes-the-color",
    keeps_plus_signs_of_forms: "create/keeps-the-title",
    sorts_by_id_for_position: "list/sorts-by-position",
    refuses_signs_in_searches: "list/search-*",
}

AT_STANDARD = (takes_letters_alone_for_the_title, refuses_signs_in_searches)
"""A quick run has only some of the titles that share most, and of the signs."""


@pytest.fixture(scope="module")
def reference() -> Iterator[Replayer]:
    with run_reference(read_contracts()[1], None, {}) as replayer:
        yield replayer


@pytest.mark.parametrize(("inject", "blamed"), BLAMED.items(), ids=[inject.__name__ for inject in BLAMED])
def test_the_first_heading_says_what_is_broken(
    inject: Callable[[MockBuilder], None], blamed: str, reference: Replayer
) -> None:
    depth = Depth.STANDARD if inject in AT_STANDARD else Depth.QUICK
    fault = Fault(inject.__name__, frozenset(), frozenset(), inject, depth)
    _, causes = reproductions_of(fault, reference)

    assert fnmatchcase(causes[0].root, blamed), causes
