"""Warehouses tell events of stock by four messages; each line says what it means, when, and where it stands."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from edifact_samples import interchange, message, samples

import schemas.edifact
from schemas.edifact.dates import instant
from schemas.edifact.reading import read_interchange
from schemas.edifact.tables import guide_rules
from schemas.edifact.warehouse import MESSAGES, StockLine, lines_of, stock_lines
from tests.tables import each

ITEM = "LIN+1++9521141010013:EN'PIA+1+SKU-1:SA'"
HEADS = {
    "DESADV": "BGM+351+D1+9'DTM+137:20261120:102'",
    "RECADV": "BGM+632+D1+9'DTM+137:20261120:102'",
    "INVRPT": "BGM+35+D1+9'DTM+137:20261120:102'",
    "SLSRPT": "BGM+73+D1+9'DTM+137:20261120:102'",
}


def lines(kind: str, item: str, parties: str = "NAD+WH+W1::92'", head: str = "") -> list[StockLine]:
    """The events of a message with these parties and lines."""
    between = {"DESADV": "CPS+1'", "RECADV": "CPS+1'", "INVRPT": "", "SLSRPT": "LOC+162+L1::92'"}[kind]
    body = f"{HEADS[kind]}{head}{parties}{between}{item}"
    read = read_interchange(interchange(message(body, kind=f"{kind}:D:96A:UN")))
    assert [fault.finding.en for fault in read.faults if not fault.finding.warning] == []
    return stock_lines(read)


def told(found: list[StockLine]) -> list[Any]:
    return [(line.event.value, str(line.quantity), line.sign, line.condition) for line in found]


@each(
    "kind, quantity, expected",
    [
        ("RECADV", "QTY+194:12'", ("I", "12", 1, "S")),
        ("RECADV", "QTY+48:12'", ("I", "12", 1, "S")),
        ("RECADV", "QTY+195:2'", ("I", "2", 1, "D")),
        ("RECADV", "QTY+21:12'", None),
        ("DESADV", "QTY+12:12.5'", ("T", "12.5", -1, "S")),
        ("DESADV", "QTY+21:12'", None),
        ("SLSRPT", "QTY+153:3'", ("S", "3", -1, "S")),
        ("SLSRPT", "QTY+61:1'", ("R", "1", 1, "S")),
        ("INVRPT", "QTY+12:3'", ("S", "3", -1, "S")),
        ("INVRPT", "QTY+25:3'", ("S", "3", -1, "S")),
        ("INVRPT", "QTY+61:3'", ("R", "3", 1, "S")),
        ("INVRPT", "QTY+17:30'", ("C", "30", 0, "S")),
        ("INVRPT", "QTY+145:30'", ("C", "30", 0, "S")),
        ("INVRPT", "QTY+145:30'INV++2++1'", ("C", "30", 0, "D")),
        ("INVRPT", "QTY+20:3'", ("C", "3", 0, "D")),
        ("INVRPT", "QTY+124:3'", ("C", "3", 0, "D")),
        ("INVRPT", "QTY+18:3'", None),
        ("INVRPT", "QTY+1:3'INV+2++1'", ("I", "3", 1, "S")),
        ("INVRPT", "QTY+1:3'INV+1++2'", ("S", "3", -1, "S")),
        ("INVRPT", "QTY+1:3'INV+1++3'", ("X", "3", -1, "D")),
        ("INVRPT", "QTY+1:3'INV+2++4'", ("A", "3", 1, "S")),
        ("INVRPT", "QTY+1:3'INV+1++4'", ("A", "-3", -1, "S")),
        ("INVRPT", "QTY+1:3'INV+1++8'", ("A", "-3", -1, "D")),
        ("INVRPT", "QTY+1:3'INV+2++6'", ("A", "3", 1, "D")),
        ("INVRPT", "QTY+1:3'INV+2++9'", ("R", "3", 1, "S")),
        ("INVRPT", "QTY+1:3'INV+2+2+9'", ("R", "3", 1, "D")),
        ("INVRPT", "QTY+1:3'INV+2'", ("I", "3", 1, "S")),
        ("INVRPT", "QTY+1:3'INV+1'", ("S", "3", -1, "S")),
        ("INVRPT", "QTY+1:3'INV+1++7'", ("S", "3", -1, "S")),
    ],
)
def test_a_quantity_means_an_event(kind: str, quantity: str, expected: tuple[Any, ...] | None) -> None:
    assert told(lines(kind, ITEM + quantity)) == ([expected] if expected else [])


@each(
    "kind, item, expected",
    [
        ("RECADV", "QTY+48:12'QTY+194:10'QTY+195:2'", [("I", "10", 1, "S"), ("I", "2", 1, "D")]),
        ("RECADV", "QTY+46:12'QTY+48:12'", [("I", "12", 1, "S")]),
        ("SLSRPT", "QTY+25:3'QTY+153:3'", [("S", "3", -1, "S")]),
        ("SLSRPT", "QTY+153:3'QTY+153:2'", [("S", "3", -1, "S"), ("S", "2", -1, "S")]),
        ("INVRPT", "QTY+12:3'QTY+25:3'", [("S", "3", -1, "S")]),
        ("INVRPT", "QTY+17:30'QTY+145:30'", [("C", "30", 0, "S")]),
        ("INVRPT", "QTY+12:3'QTY+25:3'INV+2++1'", [("S", "3", -1, "S"), ("I", "3", 1, "S")]),
    ],
)
def test_what_a_line_tells_in_two_ways_counts_once(kind: str, item: str, expected: list[Any]) -> None:
    assert told(lines(kind, ITEM + item)) == expected


ABROAD, AT_HOME = "NAD+ST+P1::92++N+S+C++1+JP'", "NAD+ST+P1::92++N+S+C++1+CN'"


@each(
    "kind, quantity, parties, event, warehouse, partner",
    [
        ("DESADV", "QTY+12:1'", "NAD+SF+W1::92'" + ABROAD, "T", "W1", "P1"),
        ("DESADV", "QTY+12:1'", "NAD+SF+W1::92'" + AT_HOME, "B", "W1", "P1"),
        ("DESADV", "QTY+12:1'", "NAD+SF+W1::92'", "T", "W1", ""),
        ("RECADV", "QTY+194:1'", "NAD+WH+W1::92'" + ABROAD.replace("+ST+", "+SF+"), "T", "W1", "P1"),
        ("RECADV", "QTY+194:1'", "NAD+WH+W1::92'" + AT_HOME.replace("+ST+", "+SF+"), "I", "W1", "P1"),
        ("RECADV", "QTY+194:1'", "NAD+ST+W1::92'", "I", "W1", ""),
        ("SLSRPT", "QTY+153:1'", "NAD+SE+S1::92'", "S", "L1", ""),
    ],
)
def test_parties_say_where_the_stock_is_and_whether_it_goes_home(
    kind: str, quantity: str, parties: str, event: str, warehouse: str, partner: str
) -> None:
    (line,) = lines(kind, ITEM + quantity, parties)
    assert (line.event.value, line.warehouse, line.partner) == (event, warehouse, partner)


UNNAMED = "NAD+WH+W1::92'NAD+{role}+P1::92'"


@each(
    "kind, role, quantity, country, event",
    [
        ("DESADV", "ST", "QTY+12:1'", "CN", "B"),
        ("DESADV", "ST", "QTY+12:1'", "JP", "T"),
        ("DESADV", "ST", "QTY+12:1'", "", "T"),
        ("RECADV", "SF", "QTY+194:1'", "JP", "T"),
        ("RECADV", "SF", "QTY+194:1'", "CN", "I"),
    ],
)
def test_the_country_of_a_party_may_be_told_beside(
    kind: str, role: str, quantity: str, country: str, event: str
) -> None:
    body = f"{HEADS[kind]}{UNNAMED.format(role=role)}CPS+1'{ITEM}{quantity}"
    read = read_interchange(interchange(message(body, kind=f"{kind}:D:96A:UN")))
    (line,) = stock_lines(read, {"P1": country})
    assert (line.event.value, line.partner, line.country) == (event, "P1", country)


@each(
    "references, expected",
    [("RFF+ON:O1'RFF+AAK:DN1'", "DN1"), ("RFF+ON:O1'RFF+DQ:DN2'", "DN2"), ("RFF+ON:O1'", "O1"), ("", "D1")],
)
def test_a_receipt_of_goods_refers_to_the_advice_of_their_despatch(references: str, expected: str) -> None:
    (line,) = lines("RECADV", ITEM + "QTY+194:1'", head=references)
    assert line.ref == expected


@each(
    "item, head, expected",
    [
        (ITEM + "QTY+145:1'", "", ("2026-11-20", None)),
        (ITEM + "QTY+145:1'", "DTM+7:202611200830:203'", ("2026-11-20T08:30", None)),
        (ITEM + "QTY+145:1'", "DTM+7:202611200830?+09:303'", ("2026-11-20T08:30", "+09:00")),
        (ITEM + "QTY+145:1'", "DTM+7:202611200830JST:303'", ("2026-11-20T08:30", "+09:00")),
        (ITEM + "QTY+145:1'", "DTM+7:202611200830CST:303'", ("2026-11-20T08:30", "CST")),
        (ITEM + "QTY+145:1'", "DTM+7:20261120083015UTC:304'", ("2026-11-20T08:30:15", "+00:00")),
        (ITEM + "DTM+179:20261118:102'QTY+145:1'", "DTM+7:202611200830:203'", ("2026-11-18", None)),
        (ITEM + "QTY+145:1'DTM+179:202611171200?+0100:205'", "", ("2026-11-17T12:00", "+01:00")),
        (ITEM + "QTY+145:1'DTM+94:202611171200?+0100:205'", "", ("2026-11-20", None)),
        (ITEM + "QTY+145:1'DTM+179:202611:610'", "", ("2026-11-20", None)),
    ],
)
def test_the_nearest_time_counts_and_an_offset_is_never_guessed(
    item: str, head: str, expected: tuple[str, str | None]
) -> None:
    (line,) = lines("INVRPT", item, head=head)
    assert (line.at, line.offset) == expected


@each(
    "item, expected",
    [
        (ITEM, ("SKU-1", "9521141010013", "", "D1")),
        ("LIN+1'PIA+5+SKU-1:SA'", ("SKU-1", "", "", "D1")),
        ("LIN+1++9521141010013:EN'", ("", "9521141010013", "", "D1")),
        ("LIN+1++9521141010013:EN'PIA+1+B:IN+V:VP+L1:NB'", ("V", "9521141010013", "L1", "D1")),
        ("LIN+1++9521141010013:SRV'PIA+1+SKU-1:SA+OLD:SA'", ("SKU-1", "9521141010013", "", "D1")),
        (ITEM + "RFF+ON:O1'", ("SKU-1", "9521141010013", "", "O1")),
        (ITEM + "RFF+BT:L2'RFF+ON:O1'", ("SKU-1", "9521141010013", "L2", "O1")),
        ("LIN+1++9521141010013'", ("", "", "", "D1")),
    ],
)
def test_items_lots_and_references_are_taken_from_where_they_stand(item: str, expected: tuple[str, ...]) -> None:
    (line,) = lines("INVRPT", item + "QTY+145:1:PCE'")
    assert (line.item, line.gtin, line.lot, line.ref) == expected and line.unit == "PCE"


@each(
    "head, item, expected",
    [
        ("CUX+2:EUR:4'", "PRI+AAA:23.8'", ("23.8", "EUR")),
        ("CUX+2:EUR:4'", "PRI+AAE:28'PRI+AAF:23.8'", ("23.8", "EUR")),
        ("CUX+2:EUR:4'", "PRI+AAA:23.8:::1'", ("23.8", "EUR")),
        ("CUX+2:EUR:4'", "PRI+AAA:238:::10'", ("None", "EUR")),
        ("CUX+2:EUR:4'", "PRI+AAE:28'", ("None", "EUR")),
        ("", "PRI+AAA:23.8'", ("23.8", "")),
        ("", "", ("None", "")),
    ],
)
def test_a_price_without_tax_is_told_with_its_currency(head: str, item: str, expected: tuple[str, str]) -> None:
    body = f"{HEADS['SLSRPT']}NAD+SE+S1::92'{head}LOC+162+L1::92'{ITEM}{item}QTY+153:1'"
    read = read_interchange(interchange(message(body, kind="SLSRPT:D:96A:UN")))
    assert [fault.finding.en for fault in read.faults] == []
    (line,) = stock_lines(read)
    assert (str(line.price), line.currency) == expected


def test_a_line_says_where_its_quantity_stands() -> None:
    data = samples()["RECADV_D96A"]
    first, second, third = stock_lines(read_interchange(data))
    assert data[second.place.offset :].startswith(b"QTY+194:30")
    assert [(line.number, line.place.segment, line.place.line) for line in (first, second, third)] == [
        ("1", 11, 12),
        ("2", 15, 16),
        ("2", 16, 17),
    ]
    assert second.place.path == f"RECADV:1/15/QTY/1.2@{second.place.offset}"
    assert (second.message, second.reference) == ("RECADV", "1")


@each("kind", MESSAGES)
def test_both_releases_say_the_same(kind: str) -> None:
    old, new = (stock_lines(read_interchange(samples()[f"{kind}_{release}"])) for release in ("D96A", "D01B"))
    assert old and [line[:13] for line in old] == [line[:13] for line in new]


@each("told, expected", [("9", ("D1", "9")), ("1", ("D1", "1")), ("", ("D1", ""))])
def test_a_line_says_in_which_document_it_stands_and_whether_that_cancels(told: str, expected: tuple[str, str]) -> None:
    body = f"BGM+35+D1+{told}'DTM+137:20261120:102'{ITEM}QTY+145:1'"
    (line,) = stock_lines(read_interchange(interchange(message(body, kind="INVRPT:D:96A:UN"))))
    assert (line.document, line.function) == expected


def test_refused_and_other_messages_tell_nothing() -> None:
    bad = read_interchange(samples()["RECADV_D96A"].replace(b"QTY+194:480", b"QTY+194:x"))
    assert bad.messages[0].refused and stock_lines(bad) == [] and list(lines_of(bad.messages[0], bad)) == []
    assert stock_lines(read_interchange(samples()["CODECO_D95B"])) == []


def test_quantities_of_packages_are_not_counted_again() -> None:
    packed = "QTY+145:12'CPS+1'PAC+1'QTY+12:6'"
    assert told(lines("INVRPT", ITEM + packed)) == [("C", "12", 0, "S")]


def test_every_quantity_that_means_something_is_one_that_the_guide_lists() -> None:
    with (Path(schemas.edifact.__file__).parent / "warehouse.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["message"], row["quantity"]) for row in csv.DictReader(file) if row["quantity"] != "*"]
    listed = {rule.messages: rule.codes for rule in guide_rules() if (rule.segment, rule.component) == ("QTY", 1)}
    assert [(kind, code) for kind, code in rows if code not in listed[(kind,)]] == []


@each(
    "value, form, expected",
    [
        ("20261120", "102", ("2026-11-20", None)),
        ("261120", "101", ("2026-11-20", None)),
        ("991120", "101", ("1999-11-20", None)),
        ("20261120-20261130", "718", ("2026-11-30", None)),
        ("202611200000202611302359", "719", ("2026-11-30T23:59", None)),
        ("202647", "616", None),
        ("202611", "610", None),
        ("0830", "401", None),
        ("20261131", "102", None),
        ("x", "102", None),
        ("20261120", "", None),
        ("30", "804", None),
    ],
)
def test_an_instant_is_told_as_far_as_it_goes(value: str, form: str, expected: tuple[str, None] | None) -> None:
    assert instant(value, form) == expected
