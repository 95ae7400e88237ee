"""Checks common to several kinds of document, and functions that make checks for given fields."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from declarations.goods.tariff import has_ten_digits, is_in_tariff
from declarations.money import amount_text
from declarations.rules.rule import CheckFacts, FailureValues, Rule, is_day, is_time, make_rule, rule
from schemas.identifiers import is_valid_company_code

# price and quantity are scaled by 10⁵, their product by 10¹⁰, so that 0.01 is 10⁸
_ONE_FEN = 100_000_000
_HALF_FEN_EACH = 500

known_company = lru_cache(65536)(is_valid_company_code)


@rule("15001")
def sender_is_transmitter(document: Any, facts: CheckFacts) -> FailureValues:
    """The envelope's SenderId is the dxpId of BaseTransfer. (S22 DXP; observed with -301008)"""
    if facts.envelope_sender_id is None or facts.envelope_sender_id == facts.sender_dxp_id:
        return None
    return {"found": facts.envelope_sender_id, "expected": facts.sender_dxp_id}


@rule("15002")
def app_time_is_a_time(document: Any, facts: CheckFacts) -> FailureValues:
    """appTime is a moment written yyyyMMddHHmmss. (S22, appTime)"""
    return None if is_time(document.app_time) else {"found": document.app_time}


@rule("15003")
def app_type_is_known(document: Any, facts: CheckFacts) -> FailureValues:
    """appType is 1 (add), 2 (modify) or 3 (delete). (S22, appType)"""
    return None if document.app_type in ("1", "2", "3") else {"found": document.app_type}


@rule("15004")
def app_status_is_known(document: Any, facts: CheckFacts) -> FailureValues:
    """appStatus is 1 (stage) or 2 (declare). (S22, appStatus)"""
    return None if document.app_status in ("1", "2") else {"found": document.app_status}


HEADER = (sender_is_transmitter, app_time_is_a_time, app_type_is_known, app_status_is_known)


@rule("15013")
def one_parcel(document: Any, facts: CheckFacts) -> FailureValues:
    """One waybill or list covers one parcel: packNo is 1. (S22 511 and 621, packNo)"""
    return None if document.pack_no == 1 else {"found": str(document.pack_no)}


@rule("15020")
def is_import(document: Any, facts: CheckFacts) -> FailureValues:
    """ieFlag is I, import. (S22 621, 711, 213 and 215, ieFlag)"""
    return None if document.ie_flag == "I" else {"found": document.ie_flag}


@rule("15012")
def transport_mode_is_known(document: Any, facts: CheckFacts) -> FailureValues:
    """trafMode is a transport mode; a single capital letter that our table lacks is let through, new ones
    appear before tables do. (receipts-and-codes section 6)"""
    mode = document.traf_mode
    if mode in facts.codes.transport_modes or (len(mode) == 1 and "A" <= mode <= "Z"):
        return None
    return {"found": mode}


@rule("15007", each_line=True)
def lines_count_from_one(line: Any, facts: CheckFacts) -> FailureValues:
    """gnum counts the lines from 1. (S22, gnum)"""
    return None if line.gnum >= 1 else {"gnum": str(line.gnum)}


@rule("15016", each_line=True)
def total_is_price_times_quantity(line: Any, facts: CheckFacts) -> FailureValues:
    """totalPrice is price times quantity; what rounding the price or the total to fen can hide is let through:
    0.01, or half a fen for each unit. (S22, totalPrice; tolerance ours)"""
    product = line.price * line.qty
    if abs(product - line.total_price * 100_000) <= max(_ONE_FEN, line.qty * _HALF_FEN_EACH):
        return None
    return {"found": amount_text(line.total_price), "expected": amount_text(product // 100_000), "gnum": str(line.gnum)}


@rule("15027", each_line=True)
def goods_code_has_ten_digits(line: Any, facts: CheckFacts) -> FailureValues:
    """gcode is a goods code of ten digits. (S22, gcode)"""
    return None if has_ten_digits(line.gcode) else _goods_code_of(line)


@rule("15033", each_line=True)
def goods_code_is_in_the_tariff(line: Any, facts: CheckFacts) -> FailureValues:
    """gcode begins with a heading of the tariff of the day. (goods/headings.csv)"""
    known = is_in_tariff(line.gcode, facts.day) or not has_ten_digits(line.gcode)  # the form has its own finding
    return None if known else _goods_code_of(line)


def _goods_code_of(line: Any) -> dict[str, str]:
    """The code found, and the number of its line, if lines of this kind have numbers."""
    number = getattr(line, "gnum", None)
    return {"found": line.gcode} if number is None else {"found": line.gcode, "gnum": str(number)}


def repeated_line(code: str) -> Rule:
    """Make the check that no line number occurs twice, with the code of a kind."""

    def line_numbers_differ(document: Any, facts: CheckFacts) -> FailureValues:
        """No two lines have the same gnum. (S22 7-2, duplicate gnum)"""
        lines = document.lines
        if len(lines) < 2 or len(numbers := [line.gnum for line in lines]) == len(set(numbers)):
            return None
        twice = str(next(number for number in numbers if numbers.count(number) > 1))
        return {"gnum": twice, "found": twice}

    return make_rule(code, line_numbers_differ)


def companies(*instead: str, **fields: str) -> Rule:
    """Make the check that companies have valid codes; `fields` maps our fields to wire names, `instead` are texts that
    the standard allows in place of a code."""
    names = tuple(fields)

    def companies_have_valid_codes(document: Any, facts: CheckFacts) -> FailureValues:
        """A company is named by its ten-character customs code or its eighteen-character credit code with right
        check digits, in capitals. (rules 6.2; 8, reading 51)"""
        for name in names:
            if not known_company(code := getattr(document, name)) and code and code not in instead:
                return {"field": fields[name], "found": code}
        return None

    return make_rule("-10102", companies_have_valid_codes)


def filled_fields(*, each_line: bool = False, or_absent: bool = False, **fields: str) -> Rule:
    """Make the check that identifying fields are filled in, which schemas do not ask of all of them; `or_absent`: they
    may be left out, but not be blank."""

    def names_are_filled_in(part: Any, facts: CheckFacts) -> FailureValues:
        """The names that identify a document, its order, parcel or list are not blank. (messages section 1,
        minLength)"""
        for name, wire in fields.items():
            value = getattr(part, name)
            if not value.strip() and (value or not or_absent):
                return {"field": wire, "gnum": str(part.gnum)} if hasattr(part, "gnum") else {"field": wire}
        return None

    return make_rule("15116", names_are_filled_in, each_line=each_line)


def offices(**fields: str) -> Rule:
    """Make the check that customs offices handle goods on the day."""

    def offices_are_at_work(document: Any, facts: CheckFacts) -> FailureValues:
        """A customs office is one of the table that handles goods on the day; the General Administration, its
        Guangdong branch and its departments do not. (codes/offices.csv, state of 2018; codes/administrations.csv)"""
        known = facts.codes.offices
        for name, wire in fields.items():
            if (office := getattr(document, name)) not in known:
                return {"field": wire, "found": office}
        return None

    return make_rule("15011", offices_are_at_work)


def positive(fields: dict[str, str], each_line: bool = False) -> Rule:
    """Make the check that amounts are positive; fields are mapped to wire names."""
    above = tuple(fields)

    def quantities_are_positive(part: Any, facts: CheckFacts) -> FailureValues:
        """Quantities and weights are above zero. (integrator-troubles section 3)"""
        for name in above:
            if (value := getattr(part, name)) <= 0:
                return _amount(fields[name], value, part)
        return None

    return make_rule("15015", quantities_are_positive, each_line=each_line)


def not_negative(fields: dict[str, str], each_line: bool = False) -> Rule:
    """Make the check that amounts are not negative; fields are mapped to wire names."""
    least = tuple(fields)

    def amounts_are_not_negative(part: Any, facts: CheckFacts) -> FailureValues:
        """Amounts are zero or more. (S22: 0 if none)"""
        for name in least:
            if (value := getattr(part, name)) is not None and value < 0:
                return _amount(fields[name], value, part)
        return None

    return make_rule("15014", amounts_are_not_negative, each_line=each_line)


def _amount(field: str, value: int, part: Any) -> dict[str, str]:
    values = {"field": field, "found": amount_text(value)}
    return {**values, "gnum": str(part.gnum)} if hasattr(part, "gnum") else values


def identity_type(field: str, wire: str) -> Rule:
    """Make the check that a person is identified by a resident identity card."""

    def identity_is_a_resident_card(document: Any, facts: CheckFacts) -> FailureValues:
        """The type of identity document is 1, resident identity card. (S22, buyerIdType and payerIdType)"""
        value = getattr(document, field)
        return None if value == "1" else {"field": wire, "found": value}

    return make_rule("15006", identity_is_a_resident_card)


def moment(field: str, wire: str) -> Rule:
    """Make the check that a field is a time."""

    def moment_is_a_time(document: Any, facts: CheckFacts) -> FailureValues:
        """A moment is written yyyyMMddHHmmss. (S22, payTime and logisticsTime)"""
        value = getattr(document, field)
        return None if is_time(value) else {"field": wire, "found": value}

    return make_rule("15017", moment_is_a_time)


def days(*, required: dict[str, str], optional: dict[str, str]) -> Rule:
    """Make the check that fields are calendar days; fields are mapped to wire names."""

    def days_are_days(document: Any, facts: CheckFacts) -> FailureValues:
        """A day is written yyyyMMdd. (S22 621, declTime and ieDate)"""
        for name, wire in required.items():
            if not is_day(value := getattr(document, name)):
                return {"field": wire, "found": value}
        for name, wire in optional.items():
            if (value := getattr(document, name)) and not is_day(value):
                return {"field": wire, "found": value}
        return None

    return make_rule("15018", days_are_days)


def country(*, each_line: bool = False) -> Rule:
    """Make the check that a country is known."""

    def country_is_known(part: Any, facts: CheckFacts) -> FailureValues:
        """A country is named by its three-digit customs code. (codes/countries.csv)"""
        if part.country in facts.codes.countries:
            return None
        values = {"field": "country", "found": part.country}
        return {**values, "gnum": str(part.gnum)} if each_line else values

    return make_rule("15009", country_is_known, each_line=each_line)


def units(*names: str) -> Rule:
    """Make the check that units of lines are known; they may be absent."""

    def units_are_known(line: Any, facts: CheckFacts) -> FailureValues:
        """A unit is named by its three-digit customs code. (codes/units.csv)"""
        known = facts.codes.units
        for name in names:
            if (unit := getattr(line, name)) not in known and unit:
                return {"field": name, "found": unit, "gnum": str(line.gnum)}
        return None

    return make_rule("15010", units_are_known, each_line=True)
