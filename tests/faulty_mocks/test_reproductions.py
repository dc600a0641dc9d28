"""Each fault's violations come with a script that shows them on the faulty mock and not on the right one."""

import itertools
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import pytest

from conformance.reproduction.reference import opposite, run_reference
from conformance.reproduction.replay import Replayer
from conformance.reproduction.reproduce import ROUNDS
from mock_server.operations.context import OperationContext
from mock_server.responses import Result
from tests.faulty_mocks.fault import Fault, load_all
from tests.faulty_mocks.mock_builder import MockBuilder, Original
from tests.faulty_mocks.reproductions import exit_codes, reproductions_of, serving_another_right_one
from tests.faulty_mocks.run_suite import read_contracts

pytestmark = pytest.mark.zoo

SAMPLE = 27
"""One fault of so many is tried in every run; with EVERY_REPRODUCTION=1 all of them are, for some minutes."""

HARD = (
    # The refusal was repeated in another encoding, which the right mock takes for another creation.
    "takes_titles_of_one_slug_for_the_same",
    # A right mock may refuse what shows it,
    "creates_of_the_type_sent",
    # or leave archived tasks out of lists,
    "forgets_archived_tasks_on_delete",
    # Several statuses beside the usual one are sent,
    "does_not_store_the_status",
    # a project has another title in each replay,
    "keeps_the_title_of_a_project",
    # the id in a path has a sign,
    "gets_a_milestone_by_its_negative_id",
    # a list lacks a title that a row with another id should have,
    "clones_milestones_with_their_first_titles",
    # or a word that is wrong is all that is known.
    "shows_a_project_of_no_known_status",
)
"""Faults whose scripts need what others do not; tried in every run."""
TRIED = [
    fault
    for fault in load_all().values()
    if os.environ.get("EVERY_REPRODUCTION") or fault.name in HARD or zlib.crc32(fault.name.encode()) % SAMPLE == 0
]


@pytest.fixture(scope="module")
def reference() -> Iterator[Replayer]:
    with run_reference(read_contracts()[1], None, {}) as replayer:
        yield replayer


@pytest.fixture(scope="module")
def opposed() -> Iterator[Replayer]:
    contract = read_contracts()[1]
    with run_reference(contract, None, opposite(contract, {})) as replayer:
        yield replayer


@pytest.fixture(scope="module")
def another() -> Iterator[str]:
    with serving_another_right_one() as url:
        yield url


@pytest.mark.parametrize("fault", TRIED, ids=lambda fault: fault.name)
def test_the_script_of_a_fault_shows_it_there_and_not_where_all_is_right(
    fault: Fault, reference: Replayer, opposed: Replayer, another: str, tmp_path: Path
) -> None:
    reproductions, causes = reproductions_of(fault, reference, [opposed])
    codes = exit_codes(fault, reproductions, [reference.client.transport.target.url, another], tmp_path)

    assert codes == {requirement: [1, 0, 0] for requirement in fault.breaks}
    root, implied = causes[0].root, read_contracts()[1].implications.get(causes[0].root, ())
    assert root in fault.breaks or any(fnmatchcase(name, glob) for name in fault.breaks for glob in implied)


def leaves_out_a_row_by_turns(builder: MockBuilder) -> None:
    """Leave out the last row of every second list of milestones."""
    turns = itertools.cycle((False, True))

    def faulty(context: OperationContext, original: Original) -> Result:
        result = original(context)
        return replace(result, data=cast("list[Any]", result.data)[:-1]) if next(turns) else result

    builder.operation("listMilestones", faulty)


def test_what_shows_by_turns_is_tried_several_times(reference: Replayer) -> None:
    fault = Fault("", frozenset(), frozenset(), leaves_out_a_row_by_turns)

    reproductions, _ = reproductions_of(fault, reference)

    assert {reproduction.rounds for reproduction in reproductions.values()} == {ROUNDS}
