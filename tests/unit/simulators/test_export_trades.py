"""Synthetic exports: the same for the same seed, valid, of all modes, on master waybills that many share, in parts."""

from collections import Counter
from datetime import date
from hashlib import sha256

import pytest

from declarations.goods import load as load_goods
from schemas import catalogue
from schemas.reading import open_message, read
from simulators.exports import notes
from simulators.exports.documents import DIGITS
from simulators.exports.goods import export_goods
from simulators.exports.shop import ExportShop
from simulators.exports.traffic import export_trades, good_exports, is_inspected
from simulators.messages import pack_messages
from simulators.world import World
from tests.tables import each

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def shop(world):
    return ExportShop(world, 7, DAY)


@pytest.fixture(scope="module")
def exports(shop):
    """Six hundred exports without a fault."""
    return [shop.trade(number) for number in range(600)]


def valid(result, edition="2022-05"):
    """The blocks of a message, which has no finding."""
    message = read(open_message(result.body), edition=edition)
    assert not message.findings, (result.code, message.findings[:1])
    return message.blocks


def test_the_same_seed_gives_the_same_bytes_and_another_others():
    def digest(seed):
        made = pack_messages(export_trades(World(4), 120, seed=seed, day=DAY), 10)
        return sha256(b"".join(message.body for message in made)).hexdigest()

    assert digest(1) == digest(1) != digest(2)


@each("good", export_goods(), ids=lambda good: good.item_no)
def test_a_good_has_the_statutory_units_of_the_register_or_is_marked_as_illustrative(good):
    registered = load_goods().find(good.hs10, DAY)
    assert good.source == ("illustrative" if registered is None else "register")
    assert len(good.hs10) == 10 and good.per1 > 0 and bool(good.unit2) is (good.per2 > 0)
    assert registered is None or (good.unit1, good.unit2) == (registered.unit1, registered.unit2)


def test_no_message_names_a_buyer(world, exports):
    names = {world.buyer(number).name for number in range(200)}
    for message in pack_messages(exports[:100], 100):
        assert not any(name.encode() in message.body for name in names)


def test_many_parcels_share_a_master_waybill_and_a_note_of_it_comes_in_parts_without_a_gap(world, exports):
    shared = Counter(export.flight.bill_no for export in exports)
    assert min(shared.values()) > 10
    parcels = Counter()
    for made in (
        notes.consolidations(world, exports, per_part=8),
        notes.arrivals(world, exports),
        notes.departures(exports),
    ):
        parts = {}
        for message in made:
            (document,) = valid(message)
            head = dict(zip(catalogue.names(message.code)[0], document.head, strict=True))
            parts.setdefault(head["copNo"], []).append((int(head["msgSeqNo"]), int(head["msgCount"])))
            parcels.update((message.code, trade) for trade in message.trades)
        assert any(len(of_note) > 1 for of_note in parts.values())
        assert all(
            sorted(of_note) == [(number, len(of_note)) for number in range(1, len(of_note) + 1)]
            for of_note in parts.values()
        )
    assert parcels == Counter((code, export.id) for code in ("607", "507", "509") for export in exports)


def test_a_faulty_trade_for_inspectors_has_a_number_that_is_drawn(world):
    made = {trade.fault: trade for trade in export_trades(world, 400, seed=3, day=DAY, sandbox="here")}
    for name, result in (("drawn", "passed"), ("bad_goods", "failed")):
        assert is_inspected("here", made[name].parties.merchant.code, made[name].id, result)


def test_goods_that_shall_be_good_pass_every_inspection(shop):
    for export in good_exports(shop, range(300), "here"):
        assert not is_inspected("here", export.parties.merchant.code, export.id, "failed")


def test_lists_are_simplified_and_full_and_simplified_codes_are_shortened(exports):
    flags = {
        mode: Counter(row.inventory.head["statisticsFlag"] for row in exports if row.mode == mode)
        for mode in ("9610", "9710", "9810", "1210")
    }
    assert set(flags["1210"]) == {"B"} and all(set(flags[mode]) == {"A", "B"} for mode in DIGITS)
    for export in exports:
        if export.inventory.head["statisticsFlag"] == "A":
            assert all(set(line["gcode"][DIGITS[export.mode] :]) == {"0"} for line in export.inventory.lines)


def test_all_four_modes_are_there(exports):
    modes = Counter(row.mode for row in exports)
    assert set(modes) == {"9610", "9710", "9810", "1210"} and min(modes.values()) > 30
