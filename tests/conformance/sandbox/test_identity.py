"""Ids are read however a deployment writes them, and out of nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.sandbox.identity import read_number


@given(st.one_of(st.integers(max_value=0), st.floats(allow_infinity=True), st.booleans(), st.text(), st.none()))
def test_what_is_no_positive_whole_number_is_no_id(value: object) -> None:
    number = read_number(value)  # type: ignore[arg-type]

    assert number is None or float(str(value)) == number > 0
