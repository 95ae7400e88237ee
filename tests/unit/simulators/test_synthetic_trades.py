"""Every sound trade is consistent: its four documents agree, their arithmetic holds, limits are kept."""

from collections import Counter
from datetime import date
from decimal import Decimal

from simulators.imports.trade import CODES
from simulators.imports.traffic import trades
from tests.tables import each

D = Decimal
DAY = date(2026, 6, 1)


def dutiable(trade):
    head = trade.inventory.head
    return D(head["freight"]) + D(head["insuredFee"]) + sum(D(line["totalPrice"]) for line in trade.inventory.lines)


def test_values_stay_inside_the_single_and_the_yearly_limit(world):
    used = Counter()
    for trade in trades(world, 5000, seed=3, day=DAY):
        if trade.fault in {"annual_limit", "single_limit"}:
            continue
        assert dutiable(trade) <= 5000 or trade.fault == "single_item_above_limit"
        used[trade.buyer.id_number] += dutiable(trade)
    assert max(used.values()) < 26_000
    assert len(used) < 5000 / 3, "buyers come back"


def test_business_keys_and_guids_are_unique(sound):
    keys = [trade.id for trade in sound]
    guids = [trade.document(kind).head["guid"] for trade in sound for kind in CODES]
    assert len(set(keys)) == len(keys)
    assert len(set(guids)) == len(guids)
    assert all(len(guid) == 36 and guid == guid.upper() for guid in guids)
    assert all(len(trade.inventory.head["copNo"]) <= 20 for trade in sound)


def test_other_seeds_days_and_worlds_give_other_keys(world, sound):
    other_seed = next(trades(world, 1, seed=8, day=DAY))
    other_day = next(trades(world, 1, seed=7, day=date(2026, 6, 2)))
    assert len({sound[0].id, other_seed.id, other_day.id}) == 3


def test_a_trade_is_the_same_however_many_are_made(world, sound):
    assert list(trades(world, 10, seed=7, day=DAY, fault_share=0)) == sound[:10]
    assert list(trades(world, 3, seed=7, day=DAY, fault_share=0, first=200)) == sound[200:203]


@each("modes", [{"9610": 1}, {"1210": 1, "1239": 1}])
def test_modes_are_those_asked_for(world, modes):
    result = {trade.mode for trade in trades(world, 200, seed=7, day=DAY, fault_share=0, modes=modes)}
    assert result == set(modes)


def test_freight_insurance_and_weight_agree_between_list_waybill_and_order(sound):
    for trade in sound:
        order, waybill, listed = trade.order.head, trade.waybill.head, trade.inventory.head
        assert (waybill["freight"], waybill["insuredFee"]) == (listed["freight"], listed["insuredFee"])
        assert D(order["freight"]) == D(listed["freight"]) + D(listed["insuredFee"])
        assert waybill["weight"] == listed["grossWeight"]
        assert 0 < D(listed["netWeight"]) <= D(listed["grossWeight"])
        assert waybill["packNo"] == listed["packNo"] == "1"
