"""The foreign-exchange gateway's state in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from declarations.reasons import Reason
from gateways.forex.repository import FiledReport, Leg, ListedEnterprise, Total
from gateways.records import FiledDocument
from single_window.store import epochs, work_cases
from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of, upsert_rows
from single_window.store.gateways.filed import filed_by_id
from single_window.store.gateways.forex.trades import Trades
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Records, decoder
from single_window.store.tables import document, forex_enterprise, forex_leg, forex_report, forex_total

REPORTS = Records(FiledReport, forex_report, {"reasons": decoder(tuple[Reason, ...], tuple)})
LEGS = Records(Leg, forex_leg)
ENTERPRISES = Records(ListedEnterprise, forex_enterprise)
TOTALS = Records(Total, forex_total)
_TRADE_COLUMNS = ("order_no", "entry_no")
"""Columns by which a leg names its trade."""


def list_enterprises(connection: Connection, sandbox: str, rows: Sequence[Sequence[Any]], source: str) -> None:
    """Upsert rows of the directory, from imports or officers; each is (code, class, registered, since, quota)."""
    upsert_rows(
        connection,
        forex_enterprise,
        ("sandbox", "code", "forex_class", "registered", "since", "quota", "source"),
        [(sandbox, *row, source) for row in rows],
        replace=("forex_class", "registered", "since", "quota", "source"),
    )
    epochs.bump(connection, "forex")


class StoredForexRepository(Trades):
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        Trades.__init__(self, connection, sandbox)
        self._numbering = numbering
        self._locked_codes: set[str] = set()
        self._enterprises: dict[str, ListedEnterprise] = {}
        self._reports: dict[int, FiledReport] = {}
        self._legs_by_trade: dict[tuple[str, str], set[tuple[int, int]]] = {}
        self._totals: dict[tuple[str, int, str], Total] = {}
        self._changed_reports: dict[int, FiledReport] = {}
        self._changed_totals: dict[tuple[str, int, str], Total] = {}

    # report documents

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        return filed_by_id(self._connection, ids, document.c.state == "declared")

    def companies_of(self, report_ids: Collection[int]) -> Collection[str]:
        if not report_ids:
            return set()
        return set(
            self._connection.execute(
                select(forex_report.c.ebc_code).where(
                    of_sandbox(on_sqlite(self._connection), forex_report, self._sandbox),
                    one_of(self._connection, forex_report.c.id, list(report_ids)),
                )
            ).scalars()
        )

    # enterprises and their totals

    def lock_enterprises(self, codes: Sequence[str]) -> None:
        new = sorted(set(codes) - self._locked_codes)
        self._locked_codes.update(new)
        if not new:
            return
        if not on_sqlite(self._connection):  # create missing rows, so that they can be locked
            upsert_rows(
                self._connection,
                forex_enterprise,
                ("sandbox", "code", "forex_class"),
                [(self._sandbox, code, "") for code in new],
            )
        for enterprise in ENTERPRISES.load(self._connection, self._sandbox, "code", new, lock=True):
            self._enterprises[enterprise.code] = enterprise

    def enterprises(self, codes: Collection[str]) -> Mapping[str, ListedEnterprise]:
        self.lock_enterprises(sorted(codes))
        return {code: self._enterprises[code] for code in codes if code in self._enterprises}

    def totals(self, codes: Collection[str]) -> Mapping[tuple[str, int, str], Total]:
        for total in TOTALS.load(self._connection, self._sandbox, "code", self._missing("totals", codes)):
            self._totals.setdefault((total.code, total.year, total.direction), total)
        return {key: total for key, total in self._totals.items() if key[0] in codes}

    def put_total(self, total: Total) -> None:
        key = (total.code, total.year, total.direction)
        self._totals[key] = self._changed_totals[key] = total

    # reports and legs

    def reports(self, ids: Collection[int]) -> Mapping[int, FiledReport]:
        for report in REPORTS.load(self._connection, self._sandbox, "id", self._missing("report", ids)):
            self._reports.setdefault(report.id, report)
        return {number: self._reports[number] for number in ids if number in self._reports}

    def reports_by_key(self, keys: Collection[str]) -> Mapping[str, FiledReport]:
        for report in REPORTS.load(self._connection, self._sandbox, "key", self._missing("key", keys)):
            self._reports.setdefault(report.id, report)
        wanted = set(keys)
        return {report.key: report for report in self._reports.values() if report.key in wanted}

    def put_report(self, report: FiledReport) -> None:
        self._reports[report.id] = self._changed_reports[report.id] = report

    def legs_of(self, report_ids: Collection[int]) -> Sequence[Leg]:
        self._keep_legs("report_id", self._missing("legs", report_ids))
        return [leg for number in sorted(set(report_ids)) for _, leg in sorted(self._legs.get(number, {}).items())]

    def legs_naming(self, column: str, numbers: Collection[str]) -> Sequence[Leg]:
        self._keep_legs(column, self._missing(column, numbers))
        leg_keys = {
            leg_key for number in numbers if number for leg_key in self._legs_by_trade.get((column, number), ())
        }
        return [self._legs[report_id][number] for report_id, number in sorted(leg_keys)]

    def _keep_legs(self, column: str, values: Sequence[Any]) -> None:
        for leg in LEGS.load(self._connection, self._sandbox, column, values):
            if leg.report_id not in self._changed_legs:  # rows put by this batch are newer
                self._keep_leg(leg)

    def _keep_leg(self, leg: Leg) -> None:
        self._legs.setdefault(leg.report_id, {}).setdefault(leg.number, leg)
        for column in _TRADE_COLUMNS:
            self._legs_by_trade.setdefault((column, getattr(leg, column)), set()).add((leg.report_id, leg.number))

    def put_legs(self, report_id: int, legs: Sequence[Leg]) -> None:
        for old in self._legs.pop(report_id, {}).values():
            for column in _TRADE_COLUMNS:
                self._legs_by_trade[column, getattr(old, column)].discard((report_id, old.number))
        self._legs[report_id] = {}
        self._changed_legs.add(report_id)
        for leg in legs:
            self._keep_leg(leg)

    # writing

    def new_id(self) -> int:
        return self._numbering.next_number(ROWS, "row")

    def touched(self) -> Collection[int]:
        """Ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Changed reports."""
        return {"forex_report": self._changed_reports.values()}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        REPORTS.save(connection, self._sandbox, self._changed_reports.values())
        TOTALS.save(connection, self._sandbox, self._changed_totals.values())
        changed = sorted(self._changed_legs)
        old = [number for number in changed if self._reports[number].version > 1]
        if old:  # replace the legs of the earlier version
            connection.execute(delete(forex_leg).where(one_of(connection, forex_leg.c.report_id, old)))
        insert_rows(
            connection,
            forex_leg,
            ("sandbox", *LEGS.names),
            [(self._sandbox, *LEGS.values(leg)) for number in changed for leg in self._legs[number].values()],
        )
