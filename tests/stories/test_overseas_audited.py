"""The audit weighs stock abroad: exported = on hand + sold + lost + destroyed + sent back + on the way; a row that
somebody changes is named."""

from __future__ import annotations

from random import Random

import pytest

from declarations.money import SCALE
from single_window.auditing import overseas as auditing
from single_window.store.agency_tables.overseas import overseas_move, overseas_notice, overseas_stock
from tests.databases import ON_BOTH, carry_out
from tests.stories.overseas import Overseas, told

pytestmark = ON_BOTH


def stirred(overseas, seed, size=30):
    """Moves of two exports in an order and of kinds that the seed draws, some of which are cancelled or replaced; what
    is refused is refused."""
    draw = Random(seed)
    overseas.exported("60")
    overseas.exported("40")
    answers = set()
    for number in range(size):
        event = draw.choice("IISSSRATXBC")
        at = f"2026-10-{draw.randint(1, 24):02d}T{draw.randint(0, 23):02d}:00:00+02:00"
        qty = str(draw.randint(1, 30))
        more = {"lot": draw.choice(["L1", "L2"]), "ref": draw.choice(["", f"R{draw.randint(1, 3)}"])}
        if event == "A":
            qty = draw.choice(["", "-"]) + str(draw.randint(1, 3))
        if event == "T":
            more["toWarehouse"] = draw.choice(["BER01", "HAM01"])
        warehouse = draw.choice(["HAM01", "HAM01", "BER01"])
        answers.add(overseas.tell(told(event, at, qty, **more), number=f"M{number}", warehouseCode=warehouse)[0])
        if function := draw.choice(["", "", "1", "5"]):
            undone, qty = f"M{draw.randint(0, number)}", str(draw.randint(1, 30))
            again = told(draw.choice("ISR"), at, qty, **{**more, "toWarehouse": ""})
            answers.add(overseas.tell(again, number=undone, warehouseCode=warehouse, function=function)[0])
    return answers


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 12))])
def test_whatever_is_told_the_goods_weigh_the_same(start_story, seed):
    overseas = Overseas(start_story())
    assert {"120", "300"} <= stirred(overseas, seed)
    audited = overseas.story.read(auditing.audit_ledger)
    assert audited.differences == ()
    assert audited.sums["exported"] == 100 * 100_000
    assert audited.rows > 1


CHANGES = {
    "stock on hand": (overseas_stock, {"on_hand": 1}, "on_hand"),
    "stock sold": (overseas_stock, {"sold": 1}, "sold"),
    "a move": (overseas_move, {"qty": 10_000_001}, auditing.TOO_MANY),
    "destroyed below zero": (overseas_stock, {"destroyed": -1}, auditing.BELOW_ZERO),
    "more on hand than came": (overseas_stock, {"on_hand": 1}, auditing.NOT_ITS_SUM),
    "a move's lot": (overseas_move, {"lot": "X"}, "on_hand"),
    "lines of a notice": (overseas_notice, {"lines": 9}, auditing.LOST_LINES),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_somebody_changes_is_named(start_story, name):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    assert overseas.story.read(auditing.audit_ledger).balanced
    table, values, what = CHANGES[name]
    carry_out(overseas.story.window.engine, table.update().values(**values))
    assert what in {difference.what for difference in overseas.story.read(auditing.audit_ledger).differences}


def test_what_is_short_in_a_warehouse_beyond_what_is_on_the_way_is_named(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    overseas.tell(told("S", "2026-10-02T08:00:00+02:00", "40"))
    assert overseas.story.read(auditing.audit_ledger).balanced
    elsewhere = overseas_move.update().where(overseas_move.c.event == "S").values(warehouse_code="BER01")
    carry_out(overseas.story.window.engine, elsewhere)
    named = {found.what: found for found in overseas.story.read(auditing.audit_ledger).differences}
    assert (named[auditing.SHORT].kept, named[auditing.SHORT].found) == (40 * SCALE, 0)


def test_a_move_of_no_notice_is_named(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"))
    carry_out(overseas.story.window.engine, overseas_notice.delete())
    assert {found.what for found in overseas.story.read(auditing.audit_ledger).differences} == {auditing.NOT_TOLD}
