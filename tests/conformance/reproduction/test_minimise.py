"""Minimising leaves out what a violation does not take, and nothing that is referred to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import AuthVariant
from conformance.reproduction.minimise import minimise, without
from conformance.reproduction.program import Program, ProgramStep, Ref, Template


def step(number: int, *needs: int) -> ProgramStep:
    """Return a call that refers to the answers of others."""
    path: Template = ("/milestones/", *(Ref(other, "data.id") for other in needs))
    return ProgramStep(number, "getMilestone", "GET", path, (), None, None, AuthVariant.OURS)


def numbers(program: Program) -> list[int]:
    return [exchange.number for exchange in program.steps]


@given(
    needed=st.sets(st.integers(1, 30), min_size=1, max_size=5),
    links=st.dictionaries(st.integers(2, 30), st.integers(1, 29), max_size=20),
)
def test_what_is_left_is_what_it_takes(needed: set[int], links: dict[int, int]) -> None:
    program = Program(
        [step(index, *([links[index]] if links.get(index, 99) < index else [])) for index in range(1, 31)]
    )
    taken = program.needed_by(needed)
    tried: list[list[int]] = []

    def shows(smaller: Program) -> bool:
        tried.append(numbers(smaller))
        return taken <= set(numbers(smaller))

    smallest = minimise(program, frozenset({max(needed)}), shows)

    assert set(numbers(smallest)) == taken
    for kept in tried:
        assert all(ref.step in kept for kept_step in program.only(kept).steps for ref in kept_step.refs)


def test_a_search_that_is_over_changes_nothing() -> None:
    program = Program([step(1), step(2, 1), step(3)])

    assert numbers(minimise(program, frozenset({2}), lambda _: False)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "shorter"),
    [
        (("milestones%5B%5D=", 1, "&milestones%5B%5D=", 2, "&x=1"), ("milestones%5B%5D=", 2, "&x=1")),
        (("milestones[]=", 2, "&milestones[]=", 1), ("milestones[]=", 2)),
        (('{"milestones": [', 1, ", ", 2, "]}"), ('{"milestones": [', 2, "]}")),
        (('{"milestones": [', 2, ", ", 1, "]}"), ('{"milestones": [', 2, "]}")),
        (("milestones%5B%5D=", 1), None),
        (("milestone_projectid=", 1, "&milestones%5B%5D=", 2), None),
    ],
)
def test_a_list_does_without_one_of_its_members(
    body: tuple[str | int, ...], shorter: tuple[str | int, ...] | None
) -> None:
    def template(parts: tuple[str | int, ...]) -> Template:
        return tuple(Ref(part, "data.id") if isinstance(part, int) else part for part in parts)

    listing = replace(step(3), body=template(body))
    left = without(Program([step(1), step(2), listing]), {1})

    assert numbers(left) == ([2, 3] if shorter else [2])
    assert shorter is None or left.steps[-1].body == template(shorter)


def test_a_violation_that_four_ids_show_is_shown_with_four() -> None:
    many = range(1, 13)
    body: Template = tuple(
        part for number in many for part in ("&ids[]=" if number > 1 else "ids[]=", Ref(number, "data.id"))
    )
    program = Program([*(step(number) for number in many), replace(step(20), body=body)])

    def shows(smaller: Program) -> bool:
        return 20 in numbers(smaller) and len(list(smaller.steps[-1].refs)) >= 4

    assert len(minimise(program, frozenset({20}), shows).steps) == 5
