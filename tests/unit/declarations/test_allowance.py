"""The yearly ledger of a person: what is reserved, used, freed and given back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.allowance import Allowance
from tests.tables import each

EMPTY = Allowance("11010519491231002X", 2026)


def test_a_list_from_acceptance_to_return():
    accepted = EMPTY.reserve(500)
    released = accepted.use(500)
    assert (accepted.reserved, accepted.used, accepted.taken) == (500, 0, 500)
    assert (released.reserved, released.used, released.taken) == (0, 500, 500)
    assert released.give_back(200).taken == 300
    assert released.give_back(500) == EMPTY


def test_a_rejected_list_frees_what_it_reserved():
    assert EMPTY.reserve(500).free(500) == EMPTY


def test_each_capped_group_has_its_own_ledger():
    rice = Allowance("11010519491231002X", 2026, group="rice")
    assert rice.key != EMPTY.key and rice.reserve(5).group == "rice"


@each(
    "step",
    [
        lambda: EMPTY.use(1),
        lambda: EMPTY.free(1),
        lambda: EMPTY.give_back(1),
        lambda: EMPTY.reserve(-1),
        lambda: EMPTY.reserve(5).give_back(5),
        lambda: EMPTY.reserve(5).use(5).free(5),
        lambda: EMPTY.reserve(5).use(5).give_back(-5),
    ],
    ids=["use", "free", "give back", "below zero", "give back the reserved", "free the used", "give back below zero"],
)
def test_what_is_not_there_cannot_be_taken(step):
    with pytest.raises(ValueError, match="11010519491231002X 2026"):
        step()


amounts = st.integers(0, 26_000_00000)


@given(st.lists(st.tuples(amounts, st.sampled_from(["reject", "return", "return in parts"]), amounts)))
def test_lists_that_all_end_badly_leave_nothing(lists):
    ledger = EMPTY
    for value, _, _ in lists:
        ledger = ledger.reserve(value)
    assert ledger.taken == sum(value for value, _, _ in lists)
    for value, end, part in lists:
        if end == "reject":
            ledger = ledger.free(value)
        else:
            part = min(part, value) if end == "return in parts" else 0
            ledger = ledger.use(value).give_back(part).give_back(value - part)
    assert ledger == EMPTY
