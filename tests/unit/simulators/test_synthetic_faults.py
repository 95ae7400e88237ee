"""Faults come in the promised share, and each changes exactly what its table says."""

from collections import Counter
from datetime import date

import pytest

from simulators.imports.shop import Shop
from simulators.imports.trade import CODES
from simulators.imports.traffic import faulty_trade, shares, trades
from simulators.known_faults import SOURCES, known_faults
from tests.tables import each

DAY = date(2026, 6, 1)
KINDS = tuple(CODES)


@pytest.fixture(scope="module")
def shop(world):
    return Shop(world, 7, DAY)


def differences(kind, sound, faulty):
    """(kind, line or None, element) wherever two documents differ; the whole document as (kind, None, None)."""
    if faulty is None:
        return {(kind, None, None)}
    names = {*sound.head, *faulty.head}
    result = {(kind, None, name) for name in names if sound.head.get(name) != faulty.head.get(name)}
    for number, line in enumerate(sound.lines, 1):
        if number > len(faulty.lines):
            result.add((kind, number, None))
            continue
        other = faulty.lines[number - 1]
        result |= {(kind, number, name) for name in {*line, *other} if line.get(name) != other.get(name)}
    return result


def promised(fault, sound):
    """What the table of a fault says it changes in the trade's own documents; what was so before is no change."""
    results = set()
    for change in fault.changes:
        line, field = change.get("remove_line") or change.get("line"), change.get("field")
        document = sound.document(change["document"])
        elements = document.lines[line - 1] if line else document.head
        if not {"again", "spoil"} & set(change) and ("set" not in change or elements.get(field) != change["set"]):
            results.add((change["document"], line, field))
    return results


@each("fault", known_faults("import"), ids=lambda fault: fault.name)
def test_a_fault_changes_what_its_table_says_and_nothing_else(fault, shop):
    for number in range(30):
        sound, faulty = shop.trade(number, fault.shape), faulty_trade(shop, number, fault)
        changed = set()
        for kind in KINDS:
            changed |= differences(kind, sound.document(kind), faulty.document(kind))
        assert changed == promised(fault, sound)
        assert (faulty.fault, faulty.expected, faulty.story) == (fault.name, fault.expected, fault.story)


@each(
    "fault",
    [fault for fault in known_faults("import") if any("again" in change for change in fault.changes)],
    ids=lambda fault: fault.name,
)
def test_what_comes_again_differs_only_as_the_table_says(fault, shop):
    sound, faulty = shop.trade(5, fault.shape), faulty_trade(shop, 5, fault)
    (change,) = [row for row in fault.changes if "again" in row]
    (afterwards,) = faulty.afterwards
    first = sound.document(change["document"])
    assert afterwards.kind == change["document"]
    assert {name for _, _, name in differences("", first, afterwards.document)} == {
        name for name, value in change["again"].items() if first.head[name] != value
    }


def test_every_fault_comes_exactly_as_often_as_its_table_says_in_each_thousand(world):
    planned = {fault.name: fault.often for fault in known_faults("import")}
    for first in (0, 3000):
        counts = Counter(trade.fault for trade in trades(world, 1000, seed=11, day=DAY, first=first))
        del counts[""]
        assert counts == planned


@each("share", [0, 0.001, 0.02, 0.25, 1])
def test_a_given_share_is_kept_exactly(world, share):
    matching = [trade for trade in trades(world, 1000, seed=5, day=DAY, fault_share=share) if trade.fault]
    assert len(matching) == round(share * 1000) == sum(shares(share).values())


def test_only_the_faults_asked_for_come(world):
    result = {trade.fault for trade in trades(world, 1000, seed=5, day=DAY, fault_share=0.05, only=["line_missing"])}
    assert result == {"", "line_missing"}


def test_an_unknown_fault_is_refused_by_name(world):
    with pytest.raises(KeyError, match=r"no fault 'line_mising'.*line_missing"):
        next(trades(world, 1, seed=5, day=DAY, only=["line_mising"]))


def test_the_demo_day_is_mostly_sound():
    assert sum(shares().values()) <= 150


def test_every_source_of_a_value_is_used_and_known():
    used = {change["from"] for fault in known_faults("import") for change in fault.changes if "from" in change}
    assert used == set(SOURCES)


def test_a_fault_that_is_expected_to_be_refused_names_its_outcome():
    for fault in known_faults("import"):
        assert fault.zh and fault.en
        assert fault.expected.outcome in {"100", "300", "800", "-621001", ""}
