"""The mutations can be applied, and each requirement has one; ``python -m tests.mutations`` runs them."""

from __future__ import annotations

import pytest

from tests.mutations.mutation import Mutation, Unfit, named_tests
from tests.mutations.table import MUTATIONS


def test_each_requirement_has_a_mutation() -> None:
    assert {mutation.row for mutation in MUTATIONS} == set(named_tests())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_mutations_text_is_there_and_so_are_its_tests(mutation: Mutation) -> None:
    assert mutation.applied()
    assert mutation.tests()


def test_a_text_or_a_test_that_is_not_there_any_more_is_told() -> None:
    gone = Mutation("A1", "nothing", "pyproject.toml", "no such text", "", "no_such_test")
    with pytest.raises(Unfit, match=r"pyproject\.toml has this text 0 times, and not once:\nno such text"):
        gone.applied()
    with pytest.raises(Unfit, match="names no test no_such_test in the row A1"):
        gone.tests()
