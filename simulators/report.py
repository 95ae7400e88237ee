"""The report of a day: a row for each fault, totals, and all deviations; `day_shown` shows it to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from simulators.demo_stories import TOLD, story_names
from simulators.elsewhere import ELSEWHERE
from simulators.exports import summaries
from simulators.exports.samples import ACCEPTED_BATCH, BAD_BATCH, SAMPLED_BATCH
from simulators.exports.trade import ExportTrade
from simulators.imports.differences import DIFFERENCES
from simulators.imports.envelopes import ENVELOPES
from simulators.imports.judging import VOID
from simulators.imports.limits import LIMITS
from simulators.imports.trade import ImportTrade
from simulators.known_faults import known_faults
from simulators.note_times import NOTES
from simulators.officers.acts import ACTS
from simulators.receipt_log import ReceiptLog
from simulators.refunds.scenarios import refund_scenarios
from simulators.verdict import TradeVerdict

SOUND = "sound"
TOGETHER, DEPARTED, ROUNDED = "batch", "departure", "rounded_otherwise"
"""Names in the report of lists of a batch, parcels that leave together, and imports with the other rounding."""


class FaultRow(NamedTuple):
    """All trades of a direction with one fault: expected and actual outcomes, and number of deviations."""

    flow: str
    fault: str
    zh: str
    en: str
    trades: int
    expected: str
    got: Mapping[str, int]
    wrong: int


class DayReport(NamedTuple):
    """The report of a day. `digests`: sandbox → digests of outcomes and of the sequence, which are equal for runs with
    the same seed.
    """

    rows: tuple[FaultRow, ...]
    totals: Mapping[str, Any]
    complaints: tuple[str, ...]
    digests: Mapping[str, Mapping[str, Any]] = {}

    @property
    def ok(self) -> bool:
        """True if every outcome was as expected and no work or receipt was lost."""
        return not self.complaints


FAULT_NAMES = {
    ("import", ""): (SOUND, "单证齐全、相符", "four documents that agree"),
    **{("import", fault.name): (fault.name, fault.zh, fault.en) for fault in known_faults("import")},
    ("import", LIMITS): (
        LIMITS,
        "买到限额、退货、再买：年度额度、食糖限量、账册余量",
        "buyers come up to their limits, return goods and buy again: yearly allowance, sugar, stock",
    ),
    ("import", ROUNDED): (ROUNDED, "按另一种口径舍入税款", "taxes are rounded by the other policy"),
    ("import", DIFFERENCES): (
        DIFFERENCES,
        "一单一处不符；恰在限值；重复退货、分次退货、逾期退货",
        "one thing differs; exactly at the limit; goods returned twice, by parts, or too late",
    ),
    ("import", ENVELOPES): (
        ENVELOPES,
        "一个报文一百票订单；他人订阅的回执与数据",
        "a message of a hundred orders; lists whose receipts and data another participant subscribes",
    ),
    ("import", ELSEWHERE): (ELSEWHERE, "申请单所列清单属于另一沙箱", "requests that name lists of another sandbox"),
    ("import", ACTS): (
        ACTS,
        "关员能办的和不能办的：无理由、无权限、已变更、须复核",
        "what officers may do, and what they may not: without a reason, a right, a second person, or too late",
    ),
    ("import", NOTES): (NOTES, "入库明细单", "notes of intake that many parcels share"),
    ("export", ""): (SOUND, "单证齐全、相符，运抵、离境", "documents that agree, an arrival, a departure"),
    **{("export", fault.name): (fault.name, fault.zh, fault.en) for fault in known_faults("export")},
    ("export", TOGETHER): (
        TOGETHER,
        "同一总运单的清单成批申报、抽样、放行",
        "the lists of one master waybill, declared, drawn and released as a batch",
    ),
    ("export", SAMPLED_BATCH): (
        SAMPLED_BATCH,
        "2018年每批抽样，样本合格，整批放行",
        "every batch of 2018 was sampled: the samples are good, and all of it is released",
    ),
    ("export", BAD_BATCH): (
        BAD_BATCH,
        "2018年每批抽样，样本不合格，逐票查验",
        "every batch of 2018 was sampled: the samples are bad, and every list is inspected",
    ),
    ("export", ACCEPTED_BATCH): (
        ACCEPTED_BATCH,
        "2018年每批抽样，不合格数未超过接收数，其余放行",
        "every batch of 2018 was sampled: as many are bad as the samples bear, and the others are released",
    ),
    ("export", DEPARTED): (
        DEPARTED,
        "同一离境单的两个包裹，一个先查验",
        "two parcels on one departure note, of which one is inspected first",
    ),
    ("export", NOTES): (NOTES, "总分单、运抵单、离境单", "notes of transport that many parcels share"),
    ("export", summaries.BY_WINDOW): (
        summaries.BY_WINDOW,
        "按时间段汇总一个月的清单",
        "a month summarised by its window",
    ),
    ("export", summaries.BY_LIST_NUMBERS): (
        summaries.BY_LIST_NUMBERS,
        "按清单编号汇总，分两份报文",
        "a month summarised by list numbers, in two parts",
    ),
    ("export", summaries.REPEATED): (
        summaries.REPEATED,
        "同一时间段再次申请汇总",
        "the same window asked for a second time",
    ),
    ("export", summaries.ONLY_COUNTED): (
        summaries.ONLY_COUNTED,
        "汇总统计的清单申请汇总",
        "a list that is only counted is asked for",
    ),
    **{("refund", scenario.name): (scenario.name, scenario.zh, scenario.en) for scenario in refund_scenarios()},
}
"""(direction, fault) → name, in the order of the table."""


def fault_rows(verdicts: Sequence[TradeVerdict]) -> tuple[FaultRow, ...]:
    """Verdicts by direction and fault: the sound trades first, then faults by their table, then stories."""
    by_fault: dict[tuple[str, str], list[TradeVerdict]] = {}
    names = {**FAULT_NAMES, **(story_names() if any(verdict.flow == TOLD for verdict in verdicts) else {})}
    for verdict in verdicts:
        by_fault.setdefault((verdict.flow, verdict.fault), []).append(verdict)
    return tuple(
        FaultRow(
            key[0],
            *names[key],
            len(same_fault),
            same_fault[0].expected,
            dict(Counter(verdict.got for verdict in same_fault).most_common()),
            sum(not verdict.ok for verdict in same_fault),
        )
        for key, same_fault in ((key, by_fault[key]) for key in names if key in by_fault)
    )


def _is_rejected(statuses: set[str]) -> bool:
    """True if customs rejected a list, or the port refused it at once."""
    refused = any(status.startswith("-") for status in statuses) and "2" not in statuses
    return refused or ("100" in statuses and "800" not in statuses)


def export_totals(trades: Sequence[ExportTrade], receipt_log: ReceiptLog) -> dict[str, int]:
    """Counts of export lists by outcome."""
    statuses = [set(receipt_log.statuses_of(trade.id, "604")) for trade in trades]
    return {
        "trades": len(trades),
        "released": sum("800" in status for status in statuses),
        "left": sum("899" in status for status in statuses),
        "rejected": sum(map(_is_rejected, statuses)),
        "reviewed": sum("300" in status for status in statuses),
        "inspected": sum("500" in status for status in statuses),
        "cancelled": sum("399" in receipt_log.statuses_of(trade.id, "606") for trade in trades),
        "returned": sum("800" in receipt_log.statuses_of(trade.id, "214") for trade in trades),
    }


def refund_totals(receipt_log: ReceiptLog) -> dict[str, int]:
    """Counts of receipts of exporters and their bank."""
    return {
        name: receipt_log.counts[code]
        for name, code in (
            ("registrations", "RegistrationReturn"),
            ("invoices", "VatInvoiceReturn"),
            ("exchange", "ForexReportReturn"),
            ("claims", "RefundClaimReturn"),
            ("notices", "RefundNotice"),
        )
    }


def import_totals(trades: Sequence[ImportTrade], receipt_log: ReceiptLog) -> dict[str, Any]:
    """Counts of lists by outcome, tax in yuan, receipts by type."""
    statuses = [set(receipt_log.statuses_of(trade.id)) for trade in trades]
    bills = {receipt.head["taxNo"]: receipt.tax for trade in trades for receipt in receipt_log.of(trade.id, "816")}
    void = {
        receipt.head["taxNo"]
        for trade in trades
        for receipt in receipt_log.of(trade.id, "818")
        if receipt.status == VOID
    }
    billed = sum(bills.values(), Decimal(0))
    return {
        "trades": len(trades),
        "released": sum("800" in status for status in statuses),
        "rejected": sum(
            ("100" in status and "800" not in status) or any(status.startswith("-") for status in status)
            for status in statuses
        ),
        "reviewed": sum("300" in status for status in statuses),
        "inspected": sum("500" in status for status in statuses),
        "cancelled": sum("399" in receipt_log.statuses_of(trade.id, "624") for trade in trades),
        "returned": sum("800" in receipt_log.statuses_of(trade.id, "626") for trade in trades),
        "tax_bills": len(bills),
        "tax_billed": f"{billed:.2f}",
        "tax_voided": f"{sum((bills[number] for number in void if number in bills), Decimal(0)):.2f}",
        "receipts": sum(receipt_log.counts.values()),
        "receipts_by_type": dict(sorted(receipt_log.counts.items())),
    }


def refunded(verdicts: Iterable[TradeVerdict]) -> Decimal:
    """Return what the tax office paid less what it took back, in yuan."""
    return sum((verdict.refunded for verdict in verdicts), Decimal(0))


def make_report(
    trades: Sequence[ImportTrade],
    exports: Sequence[ExportTrade],
    verdicts: Sequence[TradeVerdict],
    receipt_log: ReceiptLog,
    unfinished: Mapping[str, int],
    audit: Iterable[str] = (),
    digests: Mapping[str, Mapping[str, Any]] = {},
    **figures: Any,
) -> DayReport:
    """The report of completed days; `stuck`: state → unfinished deliveries; `audit`: differences in ledgers; `digests`
    by sandbox.
    """
    complaints = [
        f"{verdict.trade} ({verdict.flow}, {verdict.fault or SOUND}): {complaint}"
        for verdict in verdicts
        for complaint in verdict.complaints
    ]
    complaints += [f"{count} deliveries are {state}" for state, count in unfinished.items()]
    complaints += [f"audit: {complaint}" for complaint in audit]
    complaints += [f"a receipt for {wrong.mailbox} cannot be read: {wrong.why}" for wrong in receipt_log.wrong]
    refund_counts = refund_totals(receipt_log)
    totals = {
        **import_totals(trades, receipt_log),
        **({"exports": export_totals(exports, receipt_log)} if exports else {}),
        **({"told_of_refunds": refund_counts} if any(refund_counts.values()) else {}),
        "refunded": f"{refunded(verdicts):.2f}",
        **figures,
    }
    return DayReport(fault_rows(verdicts), totals, tuple(complaints), digests)


def as_json(report: DayReport) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "ok": report.ok,
        "outcomes": [{**row._asdict(), "ok": not row.wrong} for row in report.rows],
        "totals": report.totals,
        "complaints": list(report.complaints),
        "digests": dict(report.digests),
    }
