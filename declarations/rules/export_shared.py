"""Checks common to several kinds of export document."""

from __future__ import annotations

import re
from typing import Any

from declarations.money import amount_text
from declarations.rules.rule import CheckFacts, FailureValues, Rule, make_rule, rule

CHINA = "142"
NO_PLATFORM = "无"
"""Used instead of a code for a foreign platform without one."""
_LIST_NUMBER = re.compile(r"\d{8}E\d{9,11}", re.ASCII)
_POST = "6"


@rule("15101")
def is_export(document: Any, facts: CheckFacts) -> FailureValues:
    """ieFlag is E, export; notes of arriving imports are not taken here. (S22 603 and 507, ieFlag)"""
    return None if document.ie_flag == "E" else {"found": document.ie_flag}


@rule("15106")
def parcels_are_counted(document: Any, facts: CheckFacts) -> FailureValues:
    """packNo counts parcels from 1; exports may have several. (S22 505 and 603, packNo)"""
    return None if document.pack_no >= 1 else {"found": str(document.pack_no)}


@rule("15107")
def part_is_one_of_its_whole(document: Any, facts: CheckFacts) -> FailureValues:
    """msgSeqNo counts the parts of a split note from 1 to msgCount. (S22 507, 509, 607 and 701, msgSeqNo)"""
    if 1 <= document.msg_seq_no <= document.msg_count:
        return None
    return {"found": str(document.msg_seq_no), "count": str(document.msg_count)}


@rule("15119")
def no_parcel_twice(document: Any, facts: CheckFacts) -> FailureValues:
    """One part of a note names no waybill twice. (S22 507, 509 and 607, logisticsNo; check ours)"""
    seen: set[str] = set()
    for line in document.lines:  # possibly a hundred thousand, hence the set
        if line.logistics_no in seen:
            return {"found": line.logistics_no}
        seen.add(line.logistics_no)
    return None


@rule("15125")
def note_names_its_master_waybill(document: Any, facts: CheckFacts) -> FailureValues:
    """billNo may be empty for post only. (S22 507, billNo)"""
    return None if document.bill_no or document.traf_mode == _POST else {}


def currency_fields(*, each_line: bool = False, **fields: str) -> Rule:
    """Make the check that currencies are known."""

    def currency_is_known(part: Any, facts: CheckFacts) -> FailureValues:
        """A currency is named by its three-digit customs code. (codes/currencies.csv)"""
        known = facts.codes.currencies
        for name, wire in fields.items():
            if (currency := getattr(part, name)) not in known:
                values = {"field": wire, "found": currency}
                return {**values, "gnum": str(part.gnum)} if hasattr(part, "gnum") else values
        return None

    return make_rule("15102", currency_is_known, each_line=each_line)


def list_number(*, each_line: bool = False) -> Rule:
    """Make the check that a list number, if present, is that of an export list."""

    def number_is_of_an_export_list(part: Any, facts: CheckFacts) -> FailureValues:
        """An export list is numbered office, year, E and nine to eleven digits. (S22 603, invtNo)"""
        return None if not part.invt_no or _LIST_NUMBER.fullmatch(part.invt_no) else {"found": part.invt_no}

    return make_rule("15117", number_is_of_an_export_list, each_line=each_line)


def foreign_country(*, each_line: bool = False) -> Rule:
    """Make the check that goods go to, or come back from, another country."""

    def country_is_not_china(part: Any, facts: CheckFacts) -> FailureValues:
        """The other country of an export or of its return is not China. (S22 213, country; for 603 ours)"""
        if part.country != CHINA:
            return None
        return {"found": part.country, "gnum": str(part.gnum)} if each_line else {"found": part.country}

    return make_rule("15115", country_is_not_china, each_line=each_line)


@rule("15103")
def goods_value_is_the_sum(order: Any, facts: CheckFacts) -> FailureValues:
    """goodsValue is the sum of the lines of its currency, give or take a fen a line; with lines of other currencies
    it is not compared. (S22 303, goodsValue; tolerance ours)"""
    lines = order.lines
    if any([line.currency != order.currency for line in lines]):
        return None
    total = sum([line.total_price for line in lines])
    if abs(total - order.goods_value) <= 1_000 * len(lines):
        return None
    return {"found": amount_text(order.goods_value), "expected": amount_text(total)}
