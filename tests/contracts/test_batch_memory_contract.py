"""What the batch desk may rely on in its memory, on each database: rows come back, nobody is overtaken."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from declarations.reasons import Reason
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.repository import Batch
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.numbering import ROWS
from single_window.store.records import Conflict
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH
from tests.patience import PATIENCE

pytestmark = ON_BOTH
NOON = 1_795_147_200_000


@pytest.fixture
def opens(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredCustomsRepository, sandbox, "batch")


def a_batch(store: Store, number: str = "B1", **changes: Any) -> Batch:
    store.numbering.ensure(ROWS, "row", 1)
    fields: dict[str, Any] = {
        "id": store.numbering.next_number(ROWS, "row"),
        "batch_no": number,
        "flow": "E",
        "opened_by": "甲",
        "opening": "",
        "customs_code": "4240",
        "trade_mode": "9610",
        "members": 2**40,
        "verdict": {"failed": ["M|O"], "checked": True},
        "reasons": (Reason("19002", {"batch_no": number}, ("batches.sampling@2019-01-01",)),),
        "opened_at": NOON,
    }
    return Batch(**{**fields, **changes})


def places(batch: Batch, *states: str, key: str = "M|O") -> list[BatchMember]:
    return [
        BatchMember(batch.id, number, 0, f"{key}{number}", batch.flow, state, {"goods": ["1"]} if number % 2 else {})
        for number, state in enumerate(states)
    ]


def test_a_batch_and_its_places_come_back_as_they_were_put(store: Store, opens: Opens) -> None:
    batch = a_batch(store)
    members = places(batch, "reserved", "waiting", "sample")
    with opens() as memory:
        memory.put_batch(batch)
        for member in members:
            memory.put_member(member)
    assert batch.version == 1
    with opens() as memory:
        assert memory.batches([batch.id, 0]) == {batch.id: batch}
        assert memory.members(batch.id, 0, 10) == members
        assert memory.members(batch.id, 1, 1) == members[1:2]
        assert memory.members(batch.id, 0, 10, "sample") == members[2:]
    with opens("another") as memory:
        assert memory.batches([batch.id]) == {}


def test_places_are_found_by_the_key_they_are_kept_for(store: Store, opens: Opens) -> None:
    batch = a_batch(store)
    with opens() as memory:
        memory.put_batch(batch)
        assert memory.reserved(["M|O0"]) == []
        for member in places(batch, "reserved", "waiting"):
            memory.put_member(member)
        assert [row.key for row in memory.reserved(["M|O0", "M|O1"])] == ["M|O0"]
    with opens() as memory:
        (result,) = memory.reserved(["M|O0", "M|O1", "M|O2"])
        result.state = "waiting"
        memory.put_member(result)
        assert memory.reserved(["M|O0"]) == []
    with opens() as memory:
        assert memory.reserved(["M|O0"]) == []


def test_places_of_lists_are_found_in_every_batch(store: Store, opens: Opens) -> None:
    first, other = a_batch(store), a_batch(store, "B2")
    with opens() as memory:
        for batch, state in ((first, "removed"), (other, "waiting")):
            memory.put_batch(batch)
            memory.put_member(BatchMember(batch.id, 0, 7_000_001, "M|O", "E", state))
    with opens() as memory:
        assert sorted(member.state for member in memory.members_of([7_000_001, 5])) == ["removed", "waiting"]


def test_one_batch_at_most_is_open_under_an_opening(store: Store, opens: Opens) -> None:
    batch = a_batch(store, opening="arrival|E|1")
    with opens() as memory:
        memory.put_batch(batch)
    with opens() as memory:
        assert memory.open_batches(["arrival|E|1", "arrival|E|2", ""]) == {"arrival|E|1": batch}
    with pytest.raises(IntegrityError), opens() as memory:
        memory.put_batch(a_batch(store, "B2", opening="arrival|E|1"))
    with opens() as memory:
        full, second = memory.batches([batch.id])[batch.id], a_batch(store, "B2", opening="arrival|E|1")
        full.state = "declared"
        memory.put_batch(second)
        memory.put_batch(full)
    with opens() as memory:
        assert memory.open_batches(["arrival|E|1"]) == {"arrival|E|1": second}


def test_a_batch_that_somebody_else_has_changed_is_not_overwritten(store: Store, opens: Opens) -> None:
    batch = a_batch(store)
    with opens() as memory:
        memory.put_batch(batch)
    stale = a_batch(store, id=batch.id, version=1)
    with opens() as memory:
        memory.put_batch(memory.batches([batch.id])[batch.id])
    with pytest.raises(Conflict), opens() as memory:
        memory.put_batch(stale)


def test_numbers_name_office_day_and_direction(store: Store, opens: Opens) -> None:
    with opens() as memory:
        first, second = (memory.batch_no("4240", flow, NOON) for flow in "EI")
    assert (first[:13], second[:13], first[13:]) == ("424020261120E", "424020261120I", "000001")


def test_two_who_count_on_one_batch_count_both(store: Store, opens: Opens) -> None:
    new_batch = a_batch(store, members=0)
    with opens() as memory:
        memory.put_batch(new_batch)

    def counts() -> None:
        for _ in range(10):
            with opens() as memory:
                batch = memory.batches([new_batch.id])[new_batch.id]
                batch.members += 1
                memory.put_batch(batch)

    both = [Thread(target=counts) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(PATIENCE)
    with opens() as memory:
        assert memory.batches([new_batch.id])[new_batch.id].members == 20
