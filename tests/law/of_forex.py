"""Runner of reports of foreign exchange, and the reports and facts that its cases speak of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.forex.checking import CheckedReport, ReportFacts, check
from declarations.forex.directory import DirectoryEntry
from declarations.forex.findings import Weight
from declarations.forex.returns import FirstCollection
from declarations.forex.trades import EarlierLeg, ReportedTrade
from declarations.money import amount_text, scaled_from_text
from tests.law.comparing import Comparisons, codes
from tests.law.imported import law
from tests.law.wholes import whole

TODAY = date(2026, 11, 20)
CODES = {"1": "122030", "2": "222014", "9": ""}


def stamped(text: str) -> datetime:
    """Return the time that a stamp of fourteen digits names."""
    return datetime.strptime(text, "%Y%m%d%H%M%S")


def line(number: int, given: Mapping[str, Any], case: Mapping[str, Any]) -> ForexReportLine:
    """Return a leg of a report."""
    kind = given.get("kind", "1")
    return ForexReportLine(
        gnum=given.get("gnum", number),
        leg_kind=kind,
        trans_code=given.get("code", CODES.get(kind, "")),
        order_no=given.get("order", f"O{number}" if kind == "1" else ""),
        entry_no=given.get("entry", ""),
        counterparty=given.get("payer", "Buyer"),
        country=given.get("country", "USA"),
        currency=given.get("currency", case.get("currency", "502")),
        amount=scaled_from_text(given["amount"]),
        leg_time=given.get("time", f"{case.get('day', TODAY):%Y%m%d}090000"),
    )


def report(case: Mapping[str, Any]) -> ForexReport:
    """Return a report of the `legs` of a case, `repeat` times, on its `day`."""
    lines = tuple(line(number, given, case) for number, given in enumerate(case["legs"] * case.get("repeat", 1), 1))
    amount = scaled_from_text(case["amount"]) if "amount" in case else sum(leg.amount for leg in lines)
    return ForexReport(
        guid="",
        app_type="1",
        app_time="20261120100000",
        reporter_code="P",
        reporter_name="P",
        cop_no="F1",
        ebc_code="C",
        ebc_name="C",
        direction=case.get("direction", "1"),
        settlement=case.get("settlement", "1"),
        currency=case.get("currency", "502"),
        amount=amount,
        value_time=f"{case.get('day', TODAY):%Y%m%d}100000",
        lines=lines,
    )


def facts(case: Mapping[str, Any], of: ForexReport) -> ReportFacts:
    """Return what the data know of a case: orders and entries as large as its legs, unless it says otherwise."""
    enterprise = DirectoryEntry(
        "C",
        case.get("class", "A"),
        case.get("registered", date(2012, 8, 1)),
        scaled_from_text(case["quota"]) if "quota" in case else None,
    )
    return ReportFacts(
        enterprise if enterprise.forex_class else None,
        {direction: scaled_from_text(text) for direction, text in case.get("totals", {}).items()},
        _trades(case, "orders", {leg.order_no: leg for leg in of.lines}),
        _trades(case, "entries", {leg.entry_no: leg for leg in of.lines}),
        tuple(
            EarlierLeg(row["order"], "502", scaled_from_text(row["amount"]), "Buyer", stamped(row["time"]), "F0")
            for row in case.get("earlier", [])
        ),
        {
            number: FirstCollection(date.fromisoformat(text[:10]), text[11:])
            for number, text in case.get(
                "received",
                {
                    entry.order_no: f"{TODAY - timedelta(9)} {entry.counterparty}"
                    for entry in of.lines
                    if case.get("day", TODAY) == TODAY
                },
            ).items()
        },
    )


def judge(case: Mapping[str, Any]) -> CheckedReport:
    """Return the report of a case, checked at the end of today."""
    new_report = report(case)
    return check(new_report, facts(case, new_report), datetime(2026, 11, 20, 23, 0), law())


def _trades(case: Mapping[str, Any], name: str, legs: Mapping[str, ForexReportLine]) -> dict[str, ReportedTrade]:
    given = case.get(name)
    if given is None:
        given = {number: f"{amount_text(leg.amount)} {leg.currency}" for number, leg in legs.items() if number}
    trades = {}
    for number, text in given.items():
        amount, _, currency = text.partition(" ")
        trades[number] = ReportedTrade(
            number,
            currency or "502",
            scaled_from_text(amount),
            scaled_from_text(case.get("moved", {}).get(number, "0")),
            case.get("exported"),
        )
    return trades


def reports(case: Mapping[str, Any]) -> Comparisons:
    """The findings about a report, and its amounts."""
    result = judge(case)
    for weight in Weight:
        yield weight.value, case.get(weight.value, []), codes(result.reasons(weight))
    yield whole("report", result)
    if "yuan" in case:
        yield "yuan", case["yuan"], amount_text(result.yuan)
    if "dollars" in case:
        yield "dollars", case["dollars"], {way: amount_text(amount) for way, amount in result.dollars.items()}
    if "parameters" in case:
        used = sorted({used for finding in result.findings for used in finding.reason.parameter_ids})
        yield "parameters", case["parameters"], used
