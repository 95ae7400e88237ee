"""Messages are valid, the same for the same seed, hold what they should, and come in an order that can be drawn."""

from collections import Counter
from datetime import date
from hashlib import sha256

import pytest

from schemas.reading import open_message, read
from simulators.imports.trade import CODES
from simulators.imports.traffic import trades
from simulators.messages import mixed_messages, pack_messages
from simulators.world import World
from tests.tables import each

DAY = date(2026, 6, 1)


def blocks(message, edition="2022-05"):
    parsed = read(open_message(message.body), edition=edition)
    assert not parsed.findings, parsed.findings[:1]
    return parsed.blocks


def test_the_same_seed_gives_the_same_bytes():
    def digest(seed):
        made = pack_messages(trades(World(4), 300, seed=seed, day=DAY), 10, shuffle_seed=2)
        return sha256(b"".join(message.body for message in made)).hexdigest()

    assert digest(1) == digest(1) != digest(2)


@pytest.mark.long
@each("edition", ["2022-05", "2018"])
def test_every_message_of_a_demo_day_is_valid_but_those_that_must_not_be(demo_day, edition):
    refused = []
    for message in pack_messages(demo_day, edition=edition):
        parsed = read(open_message(message.body), edition=edition)
        if parsed.findings:
            refused += message.trades
        else:
            assert len(parsed.blocks) == len(message.trades) <= 100
            assert parsed.transfer.dxp_id == message.sender
    assert sorted(refused) == sorted(trade.id for trade in demo_day if trade.fault == "schema_invalid")


def test_a_malformed_message_goes_alone(demo_day):
    spoilt = {trade.id for trade in demo_day if trade.spoiling}
    alone = [message for message in pack_messages(demo_day) if message.code == "621" and spoilt & set(message.trades)]
    assert spoilt and {message.trades for message in alone} == {(row,) for row in spoilt}


@each("per_message", [1, 7, 100])
def test_every_document_is_sent_once_however_many_go_together(sound, per_message):
    sent = Counter()
    for message in pack_messages(sound, per_message):
        assert len(message.trades) <= per_message
        sent.update((message.code, trade) for trade in message.trades)
    assert sent == Counter((code, trade.id) for trade in sound for code in CODES.values())


def test_one_document_a_message_comes_trade_by_trade(sound):
    first = [message for message, _ in zip(pack_messages(sound, 1), range(8), strict=False)]
    assert [message.trades[0] for message in first] == [sound[0].id] * 4 + [sound[1].id] * 4
    assert [message.code for message in first] == ["311", "411", "511", "621"] * 2


@each("shuffle_seed", [None, 1])
def test_what_a_fault_sends_again_comes_after_all_else(demo_day, shuffle_seed):
    waves = [message.wave for message in pack_messages(demo_day, 20, shuffle_seed)]
    assert waves == sorted(waves) and set(waves) == {0, 1}
    again = [trade for message in pack_messages(demo_day, 20, shuffle_seed) if message.wave for trade in message.trades]
    assert sorted(again) == sorted(trade.id for trade in demo_day for _ in trade.afterwards)


def test_a_shuffle_changes_the_order_and_nothing_else(sound):
    plain = [message.body for message in pack_messages(sound, 5)]
    drawn = [message.body for message in pack_messages(sound, 5, shuffle_seed=9)]
    assert plain != drawn and sorted(plain) == sorted(drawn)


def test_message_guids_are_unique_even_for_the_same_order_sent_again(demo_day):
    guids = [open_message(message.body).guid for message in pack_messages(demo_day, 1) if message.code == "311"]
    assert len(set(guids)) == len(guids)


@each("per_message", [0, 101])
def test_a_message_holds_one_to_a_hundred_documents(sound, per_message):
    with pytest.raises(ValueError, match="1 to 100"):
        next(pack_messages(sound, per_message))


def test_lists_carry_a_dummy_signature_and_orders_none(sound):
    by_code = {message.code: message.body for message in pack_messages(sound)}
    assert b"DUMMY" in by_code["621"]
    assert b"Signature" not in by_code["311"]


@pytest.mark.long
def test_mixed_messages_hold_1_to_100_documents_and_every_document_once(demo_day):
    of_one_size, of_all = list(pack_messages(demo_day)), list(mixed_messages(demo_day, seed=3))
    sizes = Counter(len(message.trades) for message in of_all)
    assert sizes[1] > 60 and sizes[100] > 10 and len(sizes) > 20

    def held(result):
        return Counter((message.code, message.wave, trade) for message in result for trade in message.trades)

    assert held(of_all) == held(of_one_size)
    assert [message.wave for message in of_all] == sorted(message.wave for message in of_all)
    assert of_all == list(mixed_messages(demo_day, seed=3)) != list(mixed_messages(demo_day, seed=4))
