"""Minimising leaves out what a violation does not take, and nothing that is referred to."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import AuthVariant
from conformance.reproduction.minimise import minimise
from conformance.reproduction.program import Program, Ref, Step, Template


def step(number: int, *needs: int) -> Step:
    """A call that refers to the answers of others."""
    path: Template = ("/milestones/", *(Ref(other, "data.id") for other in needs))
    return Step(number, "getMilestone", "GET", path, (), None, None, AuthVariant.OURS)


def numbers(program: Program) -> list[int]:
    return [one.number for one in program.steps]


@given(
    needed=st.sets(st.integers(1, 30), min_size=1, max_size=5),
    links=st.dictionaries(st.integers(2, 30), st.integers(1, 29), max_size=20),
)
def test_what_is_left_is_what_it_takes(needed: set[int], links: dict[int, int]) -> None:
    program = Program([step(one, *([links[one]] if links.get(one, 99) < one else [])) for one in range(1, 31)])
    taken = program.needed_by(needed)
    tried: list[list[int]] = []

    def shows(smaller: Program) -> bool:
        tried.append(numbers(smaller))
        return taken <= set(numbers(smaller))

    smallest = minimise(program, frozenset({max(needed)}), shows)

    assert set(numbers(smallest)) == taken
    for kept in tried:
        assert all(ref.step in kept for one in program.only(kept).steps for ref in one.refs)


def test_a_search_that_is_over_changes_nothing() -> None:
    program = Program([step(1), step(2, 1), step(3)])

    assert numbers(minimise(program, frozenset({2}), lambda _: False)) == [1, 2, 3]
