"""The clean documents of agencies, companies and warehouses abroad, and what the rules say about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from declarations.calendar import instant_of
from declarations.commerce.zone_reports import month_before, month_begins, read_report, span_of_month
from declarations.forex.checking import check as check_exchange
from declarations.overseas.notices import StockNotice, StockNoticeLine, moves_of
from declarations.port.notices import TerminalDocument, TerminalLine, events_of, faults_of
from declarations.refund.filing_papers import ClaimedExport, IndexedPaper, lacking
from declarations.refund.filing_papers import faults_of as faults_of_index
from declarations.registration import application, green_channel
from declarations.registration.application import RegisteredCompany, RelatedRegistrations
from declarations.spot_checks.judgement import ReportedItem, check_report
from declarations.summary.whole import compare_parts, period_of
from declarations.traceability.orders import BadOrder, read_order
from tests.law import of_forex
from tests.law.clean_documents import document
from tests.law.imported import law
from tests.law.of_registration import MERCHANT

_NOON = 12 * 60 * 60 * 1_000
_MODES = ("9610", "9710", "9810", "1210")
AGENT = RegisteredCompany("3702960AG1", "91370202MA3C00011L", frozenset({"agent"}))
EXPORT, OTHER = "422720260000000123", "422720260000000124"


class CleanZoneLine(NamedTuple):
    """A row of a month of a pilot zone, all texts."""

    gnum: str = "1"
    trade_mode: str = "9610"
    direction: str = "E"
    partner: str = "502"
    hs2: str = "61"
    lists: str = "3"
    value: str = "1005.50"


class CleanZoneMonth(NamedTuple):
    """A month of a pilot zone, all texts."""

    month: str = "202611"
    firms: str = "2"
    parcels: str = "3"
    lines: tuple[CleanZoneLine, ...] = (CleanZoneLine(), CleanZoneLine("2", "1210", "I", "133", "33", "1", "7"))


_PAPERS = (
    IndexedPaper(1, "C", "N1", EXPORT, "P"),
    IndexedPaper(2, "T", "N2", EXPORT, "P"),
    IndexedPaper(3, "C", "N3", OTHER, "P"),
    IndexedPaper(4, "T", "N4", "", "P"),
)


class CleanIndex(NamedTuple):
    """An index of filing documents, and whether its exports were sold from a warehouse abroad."""

    abroad: str = ""
    lines: tuple[IndexedPaper, ...] = _PAPERS


class RecallTerms(NamedTuple):
    """The terms of a recall, each of them a field."""

    ebc: str = "3702961003"
    kind: str = "F"
    recall_class: str = "1"
    ebp: str = "3702960AB1"
    gtin: str = "06901234567892"
    item: str = "SKU1"
    book: str = "T4258W000001"
    record: str = "000001"
    lots: str = "L1 L2"
    made_from: str = "20260101"
    made_until: str = "20260601"
    hazard: str = "微生物超标"


class CleanLabReport(NamedTuple):
    """A report of a laboratory as it is filed."""

    verdict: str = "P"
    laboratory: str = "QDLAB01"
    seal: str = "A"
    lines: tuple[ReportedItem, ...] = (
        ReportedItem("lead", "GB 2762", "≤10", "9", "mg/kg", "P"),
        ReportedItem("zinc", "GB 14880", "≥2", "3", "mg/kg", "P"),
    )


TERMINAL = TerminalDocument(
    *("QDTERM", "D1", "E", "COS", "9074729", "SHIP", "1E"),
    lines=(
        TerminalLine(
            *("1", "GIN", "20261120090000", "QDXU1000015", "22G1", "5"),
            booking_no="B1",
            bill_no="M1",
            seal_no="S1",
            load_port="CNQDG",
            discharge_port="KRINC",
        ),
        TerminalLine("2", "LBG", "20261120100000"),
    ),
)
NOTICE = StockNotice(
    *("TYO01", "JPN", "3702961003", "N1", "Asia/Tokyo", "2026-11-20T18:00:00"),
    lines=(
        StockNoticeLine(
            *("1", "S", "2026-11-20T09:00:00+09:00", "SKU1", "2", "011", "", "", "L1", "", "O1", "", EXPORT, "", "3"),
            *("100", "JPY", "1", "10", "S", "V1"),
        ),
        StockNoticeLine(
            *("2", "A", "2026-11-20T10:00:00+09:00", "SKU2", "-1", "011"), lot="L1", condition="D", ref="R1"
        ),
    ),
)
LEGS: Mapping[str, Any] = {
    "legs": [{"amount": "1000", "entry": EXPORT}, {"amount": "20", "kind": "2", "entry": ""}],
    "settlement": "1",
}
CLEAN: Mapping[str, Callable[[], Any]] = {
    "terminal's document": lambda: TERMINAL,
    "stock notice": lambda: NOTICE,
    "zone report": CleanZoneMonth,
    "filing index": CleanIndex,
    "recall order": RecallTerms,
    "laboratory report": CleanLabReport,
    "application": lambda: MERCHANT,
    "foreign application": lambda: MERCHANT._replace(agent_code=AGENT.code),
    "exchange report": lambda: of_forex.report(LEGS),
    "part of a summary": lambda: document("summary_request"),
}


def _terminal(told: TerminalDocument, on: date) -> Any:
    now = instant_of(on) + _NOON
    faults = faults_of(told, now)
    return faults or [events_of(told, now, 7), told.digest]


def _notice(told: StockNotice, on: date) -> Any:
    return [moves_of(told, 1, on, instant_of(on) + _NOON, law()), told.digest]


def _zone(told: CleanZoneMonth, on: date) -> Any:
    first = month_begins(told.month)
    return [first and [first, month_before(first), span_of_month(first)], read_report(told, _MODES)]


def _index(told: CleanIndex, on: date) -> Any:
    exports = [ClaimedExport(EXPORT, bool(told.abroad)), ClaimedExport(OTHER)]
    faults = faults_of_index(told.lines, {EXPORT, OTHER}, on, law())
    return [list(faults), lacking(told.lines, exports, on, law())]


def _order(told: RecallTerms, on: date) -> Any:
    names = {"recall_class": "class", "made_from": "from", "made_until": "until"}
    text = "; ".join(f"{names.get(name, name)}={value}" for name, value in told._asdict().items() if value)
    try:
        return read_order(text)
    except BadOrder as bad:
        return f"{bad.key}: {bad.text}"


def _laboratory(told: CleanLabReport, on: date) -> Any:
    return check_report(told.verdict, told.lines, (told.seal, "A"), told.laboratory, on, law())


def _application(told: application.CompanyApplication, on: date) -> Any:
    known = RelatedRegistrations(AGENT if told.agent_code == AGENT.code else None, (), None)
    reasons = application.check(told, known, on, law())
    return reasons or green_channel.choose_lane(told, known, green_channel.CompanyHistory(), on, law())


def _exchange(told: Any, on: date) -> Any:
    clean = of_forex.report(LEGS)
    return check_exchange(told, of_forex.facts(LEGS, clean), of_forex.stamped("20261120230000"), law())


def _summary(told: Any, on: date) -> Any:
    return [compare_parts(told, document("summary_request")), period_of(told)]


JUDGES: Mapping[str, Callable[[Any, date], Any]] = {
    "terminal's document": _terminal,
    "stock notice": _notice,
    "zone report": _zone,
    "filing index": _index,
    "recall order": _order,
    "laboratory report": _laboratory,
    "application": _application,
    "foreign application": _application,
    "exchange report": _exchange,
    "part of a summary": _summary,
}
