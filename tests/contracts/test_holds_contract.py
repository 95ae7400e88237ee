"""Holds in a database: placed, read by key, lifted, and gone by themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from declarations.reasons import Reason
from gateways.circumstances import Options
from gateways.holds import Held, Hold, LiftedHold
from single_window.clock import Clock
from single_window.store import holds, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.sandboxes import Sandbox
from single_window.store.tables import hold
from tests.contracts.storing import Store
from tests.databases import ON_BOTH

pytestmark = ON_BOTH
NOON = 1_800_000_000_000
WHY = Reason("16002", {"reason": "甲醛超标"})
OF_LOT = Hold(Held.LOT, "L1", "laboratory", WHY, NOON)


@pytest.fixture(autouse=True)
def made(store: Store, sandbox: str) -> None:
    with writing(store.engine) as connection:
        sandboxes.create(connection, Sandbox(sandbox, "seed", Options(), Clock()))


def placed(store: Store, sandbox: str, *held: Hold) -> None:
    with writing(store.engine) as connection:
        holds.place(connection, sandbox, held)


def of_lots(store: Store, sandbox: str, *keys: str, now: int = NOON) -> dict[str, list[Hold]]:
    with reading(store.engine) as connection:
        found = holds.of_keys(connection, sandbox, Held.LOT, keys, now)
        return {key: sorted(of_key, key=lambda each: each.by) for key, of_key in found.items()}


def test_what_several_hold_is_held_until_each_has_lifted_it(store: Store, sandbox: str) -> None:
    recalled = OF_LOT._replace(by="recall", reason=Reason("16002", {"reason": "召回"}))
    placed(store, sandbox, OF_LOT, recalled)
    assert of_lots(store, sandbox, "L1", "L2") == {"L1": [OF_LOT, recalled]}
    with writing(store.engine) as connection:
        holds.lift(connection, sandbox, [LiftedHold(Held.LOT, "L1", "laboratory"), LiftedHold(Held.LOT, "L9", "x")])
    assert of_lots(store, sandbox, "L1") == {"L1": [recalled]}


def test_the_same_hold_placed_again_stands_once_with_its_new_reason(store: Store, sandbox: str) -> None:
    again = OF_LOT._replace(reason=Reason("16002", {"reason": "复检"}))
    placed(store, sandbox, OF_LOT)
    placed(store, sandbox, again)
    assert of_lots(store, sandbox, "L1") == {"L1": [again]}


@pytest.mark.parametrize(("later", "in_force"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_hold_begins_and_ends_at_its_instants(store: Store, sandbox: str, later: int, in_force: bool) -> None:
    placed(store, sandbox, OF_LOT._replace(until=NOON + 10))
    assert bool(of_lots(store, sandbox, "L1", now=NOON + later)) is in_force


def test_a_hold_is_of_its_kind_and_sandbox(store: Store, sandbox: str) -> None:
    placed(store, sandbox, OF_LOT)
    with reading(store.engine) as connection:
        assert not holds.of_keys(connection, sandbox, Held.GOODS, ["L1"], NOON)
        assert not holds.of_keys(connection, "another", Held.LOT, ["L1"], NOON)
        assert holds.keys_held(connection, sandbox, Held.LOT, NOON, lasting=True) == {"L1"}
        assert holds.is_held(connection, sandbox, Held.LOT, "L1")


def test_a_sandbox_knows_whether_anything_was_ever_held_in_it(store: Store, sandbox: str) -> None:
    with writing(store.engine) as connection:
        assert not sandboxes.find(connection, sandbox).has_holds
        holds.place(connection, sandbox, [OF_LOT])
        assert holds.placed_now(connection, sandbox)
    with writing(store.engine) as connection:
        assert sandboxes.find(connection, sandbox).has_holds and not holds.placed_now(connection, sandbox)
        holds.lift(connection, sandbox, [LiftedHold(*OF_LOT[:3])])
        assert connection.execute(select(hold.c.key).where(hold.c.sandbox == sandbox)).all() == []
