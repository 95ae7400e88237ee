"""What rows of a batch must do, on every database: be loaded once, and be seen as they were put."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateways.overseas.repository import OverseasCase, OverseasFile
from single_window.store.agency_tables.overseas import overseas_case
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.gateways.overseas import FILES, OVERSEAS_CASES
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


class Kept(AgencyState):
    """Cases and files of companies."""

    def begin(self) -> None:
        self.cases = self.rows(OVERSEAS_CASES, cases="overseas_case")
        self.files = self.rows(FILES, "code", lock=True)


@pytest.fixture
def kept(store: Store, sandbox: str) -> Opens:
    return store.opening(Kept, sandbox)


def a_case(number: int, code: str = "A", **changes: Any) -> OverseasCase:
    case = OverseasCase(number, f"HW{number}", "open", "X", "key", code, "W", "sku", "", "", 1)
    return replace(case, **changes)


def test_rows_are_found_by_key_and_by_group(kept: Opens, store: Store) -> None:
    first, second, third = (store.row_id() for _ in range(3))
    with kept() as state:
        for case in (a_case(second), a_case(first), a_case(third, "B")):
            state.cases.put(case)
        assert [case.id for case in state.cases.grouped("ebc_code", ["A"])] == [first, second], "not stored yet"
        assert [*state.changed()] == ["overseas_case"]
    with kept() as state:
        found = state.cases.by_key([third, first, 0])
        assert [case.id for case in found.values()] == [third, first]
        assert state.cases.grouped("ebc_code", ["A"])[0] is found[first], "a row is one object in a batch"
        assert not state.cases.changed


def test_another_object_takes_the_place_of_a_row(kept: Opens, store: Store) -> None:
    number = store.row_id()
    with kept() as state:
        state.cases.put(a_case(number))
    with kept() as state:
        before = state.cases.grouped("ebc_code", ["A", "B"])[0]
        state.cases.put(replace(before, state="accepted"))
        assert [case.state for case in state.cases.grouped("ebc_code", ["A"])] == ["accepted"]
        assert state.cases.by_key([number])[number].state == "accepted"


def test_conditions_choose_among_stored_rows_and_those_that_were_put(kept: Opens, store: Store) -> None:
    stored, put = store.row_id(), store.row_id()
    column = overseas_case.c.state
    with kept() as state:
        state.cases.put(a_case(stored))
    with kept() as state:
        state.cases.put(a_case(put))
        chosen = state.cases.chosen(column == "open", fits=lambda case: case.state == "open")
        assert [case.id for case in chosen] == [stored, put]
        chosen[0].state = "accepted"
        assert [case.id for case in state.cases.chosen(column == "open", fits=lambda case: case.state == "open")] == [
            put
        ], "as the batch sees it, not as it is stored"


def test_what_is_missing_is_made_once(kept: Opens) -> None:
    with kept() as state:
        made = state.files.made(["C", "D"], OverseasFile)
        assert [*made] == ["C", "D"] and state.files.made(["C"], OverseasFile)["C"] is made["C"]
        made["C"].seen_at = 7
        state.files.put(made["C"])
    with kept() as state:
        assert state.files.made(["C"], OverseasFile)["C"].seen_at == 7
