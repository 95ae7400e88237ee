"""Questions about market supervision and commerce: licences as of a day, filings of traders, months of pilot zones.
Texts in and out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from declarations.commerce import licences, trader_filing, zone_reports
from declarations.commerce.zone_reports import CountedList, ZoneMonth
from declarations.money import Scaled, amount_text, scaled_from_text
from tests.law.comparing import codes
from tests.law.imported import law
from tests.law.rows import day

CODE = "91370200MA00000001"


def licence_on(records: str, on: str) -> str:
    """Return the state of a licence on a day; `records`: since:revision:state."""
    told = (record.split(":") for record in records.split())
    kept = [licences.LicenceRecord(CODE, since, int(revision), 0, state, "A") for since, revision, state in told]
    found = licences.record_on(kept, day(on))
    return found.state if found else "none"


def licence_shown(legal_person: str) -> str:
    """Return how an answer of the register names a legal person."""
    record = licences.LicenceRecord(CODE, "2020-01-01", 0, 0, "1", "A", legal_person)
    return licences.answer_of(record, CODE, day("2026-11-20"), 0).legal_person


def licence_judged(answers: str, name: str, trades: str, filing: str, on: str) -> str:
    """Return what follows for a registration: refused or held, by which codes. `answers` of the register:
    state:name:flags, of these a for abnormal, s for severely unlawful, z for in a free-trade zone."""
    told = [_answer(text, on) for text in answers.split()]
    found = licences.judge(told, licences.AppliedCompany(name, trades == "yes", filing), law())
    said = (("refused", found.refused), ("held", found.held))
    return " ".join(f"{what} {' '.join(codes(reasons))}" for what, reasons in said if reasons) or "registered"


def _answer(text: str, on: str) -> licences.LicenceAnswer:
    state, name, flags = text.split(":")
    flag = {letter: "1" if letter in flags else "0" for letter in "asz"}
    return licences.LicenceAnswer(
        CODE, on, state, name, abnormal=flag["a"], severe=flag["s"], free_trade_zone=flag["z"]
    )


def trader_filed(on: str, in_zone: str) -> str:
    """Return whether a trader of goods needs his filing on a day."""
    return "yes" if trader_filing.is_demanded(day(on), in_zone == "yes", law()).demanded else "no"


def zone_month(lists: str) -> str:
    """Return a month of a zone as customs counts it: rows with lists and value, firms, parcels."""
    found = _month(lists)
    rows = [f"{' '.join(key)} {cell.lists} {amount_text(cell.value)}" for key, cell in sorted(found.cells.items())]
    return ", ".join([*rows, f"firms {found.firms}", f"parcels {found.parcels}"])


def zone_months_differ(told: str, counted: str) -> str:
    """Return the code and the row, or the element, of the first difference between a month that was told and one
    that was counted."""
    found = zone_reports.first_difference(_month(told), _month(counted))
    return f"{found.rule} {found.values.get('row') or found.values['element']}" if found else "none"


def _month(text: str) -> ZoneMonth:
    """A month of lists as mode:direction:company:partner/chapter=value[+partner/chapter=value]; `<` before one whose
    goods came back."""
    return zone_reports.count_month(_list(told) for told in text.split())


def _list(told: str) -> CountedList:
    mode, direction, company, cells = told.lstrip("<").split(":")
    pairs = [cell.partition("=")[::2] for cell in cells.split("+")]
    values: Mapping[tuple[str, str], Scaled] = {
        (place.partition("/")[0], place.partition("/")[2]): sum(scaled_from_text(value) for _, value in of_place)
        for place, of_place in groupby(sorted(pairs), lambda pair: pair[0])
    }
    return CountedList(mode, direction, company, values, told.startswith("<"))
