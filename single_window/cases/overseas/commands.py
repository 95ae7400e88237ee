"""`single-window overseas`: what is on hand abroad, cases, drafts of reconciliations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from schemas.edifact.characters import CHARSETS
from schemas.findings import Finding
from single_window.cases.overseas.answers import (
    OVERSEAS_KIND,
    CorrectionOut,
    DraftLineOut,
    ExportChainOut,
    ExportChainsOut,
    ReconciliationDraftsOut,
    StockMoveOut,
    StockOut,
    StocksOut,
)
from single_window.frame.commands.call import FAILED, Call, Columns
from single_window.frame.commands.cases import show_evidence
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import CallRefused, part

overseas = CommandGroup("overseas")
overseas.cases(OVERSEAS_KIND, "List cases, newest first.", ("", "--state open"))

_CHAIN: Columns[ExportChainOut] = (
    ("item 出口项", lambda item: item.item_no),
    ("goods 货号", lambda item: item.sku),
    ("departed 离境", lambda item: local(item.departed_at)),
    ("exported 出口", lambda item: item.exported),
    ("received 到货", lambda item: item.received),
    ("sold 已售", lambda item: item.sold),
    ("lost 盘亏", lambda item: item.lost),
    ("destroyed 销毁", lambda item: item.destroyed),
    ("sent back 退运", lambda item: item.sent_back),
    ("left 结存", lambda item: item.left),
    ("claims 预退", lambda item: ", ".join(item.claims)),
)
_MOVE: Columns[StockMoveOut] = (
    ("time 时间", lambda move: move.told),
    ("event 事件", lambda move: move.event),
    ("goods 货号", lambda move: move.sku),
    ("lot 批次", lambda move: move.lot),
    ("quantity 数量", lambda move: move.qty),
    ("ref 参考号", lambda move: move.ref),
    ("voucher 凭证", lambda move: move.voucher_no),
    ("notice 通知", lambda move: f"{move.warehouse_code} {move.notice_no}" + ("" if move.booked else " ✗")),
)
_STOCK: Columns[StockOut] = (
    ("company 企业", lambda stock: stock.ebc_code),
    ("warehouse 海外仓", lambda stock: f"{stock.warehouse_code} {stock.country}"),
    ("goods 货号", lambda stock: stock.sku),
    ("lot 批次", lambda stock: stock.lot),
    ("in 入库", lambda stock: stock.received),
    ("sold 售出", lambda stock: stock.sold),
    ("back 退回", lambda stock: stock.returned),
    ("moved 调拨", lambda stock: stock.transferred),
    ("found, lost 盘盈亏", lambda stock: stock.adjusted),
    ("destroyed 销毁", lambda stock: stock.destroyed),
    ("sent back 退运", lambda stock: stock.sent_back),
    ("on hand 结存", lambda stock: stock.on_hand),
    ("damaged 残损", lambda stock: stock.damaged),
)
_DRAFT: Columns[DraftLineOut] = (
    ("link 关联号", lambda line: line.link_no),
    ("item 出口项", lambda line: line.item_no),
    ("sold 已售", lambda line: line.sold_qty),
    ("amount 金额", lambda line: f"{line.amount} {line.currency}" + (" ≈" if line.estimated else "")),
    ("outcome 结果", lambda line: line.outcome),
    ("lost 盘亏", lambda line: line.lost),
    ("destroyed 销毁", lambda line: line.destroyed),
    ("unsold 未售", lambda line: line.unsold),
    ("refunded 已退", lambda line: line.refund),
    ("right 应退", lambda line: line.correct),
    ("repay 缴回", lambda line: line.repay),
    ("offset 抵减", lambda line: line.offset),
)
_CORRECTION: Columns[CorrectionOut] = (
    ("claim 申报", lambda one: one.claim_no),
    ("item 出口项", lambda one: one.item_no),
    ("refunded 已退", lambda one: one.refunded),
    ("sold 已售", lambda one: one.sold),
    ("difference 差额", lambda one: one.difference),
)


def _show_drafts(call: Call, found: ReconciliationDraftsOut) -> None:
    for draft in found.drafts:
        call.records(f"{draft.claim_no}: until 至 {draft.until}, {draft.days_left} d", _DRAFT, draft.lines)
    if found.corrections:
        call.records("since then 其后", _CORRECTION, found.corrections)
    if not found.drafts:
        call.print_line("no claim waits for its reconciliation 没有待核算的预退")


_show = show_evidence(
    OVERSEAS_KIND,
    lambda case: f"{case.ebc_code} {case.warehouse_code} {case.sku}",
    ("chain", _CHAIN),
    ("moves", _MOVE),
)
overseas.case(OVERSEAS_KIND, "NUMBER", "Show a case by its caseNo or id.", _show, ("HW202701200123456789",))
overseas.row(
    "stock",
    "GET /overseas/stock",
    "List what is on hand abroad, by company, warehouse, goods and lot.",
    Listed(StocksOut, _STOCK, "There is no stock abroad."),
    options=(
        click.option("--merchant", default="", help="Only that of this company (ebcCode)."),
        limit(5_000, 500, "Maximum number of rows.", "--most"),
    ),
    examples=("--merchant 3702961003",),
)
overseas.row(
    "items",
    "GET /overseas/items/{code}",
    "List what a company (ebcCode) has sent to warehouses abroad, and what has become of it.",
    Listed(ExportChainsOut, _CHAIN, "It has sent nothing abroad under 9810."),
    examples=("3702961003",),
)
overseas.row(
    "drafts",
    "GET /overseas/drafts/{code}",
    "Draft the reconciliations of a company (ebcCode): sold, lost, destroyed, unsold, and what follows for the refund.",
    _show_drafts,
    examples=("3702961003",),
)


@overseas.client(
    examples=("ledger.csv --company 3702961003 --zone DEU=Europe/Berlin --unit 011 --epr DE1234567890123",)
)
def ledger(
    call: Call,
    sandbox: SandboxClient,
    file: Path = argument(type=EXISTING_FILE),
    company: str = option("The company whose goods they are (ebcCode)."),
    zone: str = option("COUNTRY=ZONE of each country of the file, by commas."),
    unit: str = option("The declared unit of rows without one.", default=""),
    notice: str = option("The number of the notice [default: it follows from the content].", default=""),
    epr: str = option("The number of the packaging register (LUCID in Germany).", default=""),
    day_time: str = option("HH:MM there, of events of which only the day is told [default: 00:00].", default=""),
) -> None:
    """Send the ledger of fulfilment centres abroad as CSV: a notice for each of them, or every bad cell."""
    query = {"ebcCode": company, "timeZone": zone, "unit": unit, "noticeNo": notice, "eprNo": epr}
    query["dayTime"] = day_time
    told = {"body": file.read_bytes(), "query": query, "headers": {"Content-Type": "text/csv"}}
    sent = call.answered(sandbox.call("POST", "/overseas/ledgers", **told))
    if not call.as_json:
        for key in sent["notices"]:
            call.print_line(key)
        show_findings(call, [Finding(**finding) for finding in sent["findings"]])


@overseas.client(
    examples=("desadv.edi --company 3702961003 --warehouse HAM01 --zone DEU=Europe/Berlin --unit PCE=011 --epr DE1",)
)
def edifact(
    call: Call,
    sandbox: SandboxClient,
    file: Path = argument(type=EXISTING_FILE),
    company: str = option("The company whose goods they are (ebcCode)."),
    warehouse: str = option("The code of the warehouse."),
    zone: str = option("COUNTRY=ZONE of the warehouse."),
    unit: str = option("Declared units of those of EDIFACT, by commas: PCE=011; 011 alone where none is told."),
    items: str = option("GTIN=SKU of lines without the seller's item number, by commas.", default=""),
    partners: str = option("PARTY=COUNTRY of parties whose segment names none, by commas.", default=""),
    party: str = option("How the interchange names the warehouse [default: by its code].", default=""),
    day_time: str = option("HH:MM there, of events of which only the day is told.", default=""),
    epr: str = option("The number of the packaging register (LUCID in Germany).", default=""),
    contrl: Path | None = option("Write the CONTRL that answers here."),
) -> None:
    """Send what a warehouse abroad tells by EDIFACT: a notice of each message, or all that is wrong with it."""
    query = {"ebcCode": company, "warehouseCode": warehouse, "timeZone": zone, "unit": unit, "items": items}
    query |= {"partners": partners, "party": party, "dayTime": day_time, "eprNo": epr}
    told = {"body": file.read_bytes(), "query": query, "headers": {"Content-Type": "application/edifact"}}
    try:
        sent = call.answered(sandbox.call("POST", "/overseas/edifact", **told))
    except CallRefused as refused:
        _write_control(contrl, refused.body or {})
        raise
    _write_control(contrl, sent)
    if not call.as_json:
        for key in sent["notices"]:
            call.print_line(key)
        show_findings(call, [Finding(**finding) for finding in sent.get("findings", ())])
    if sent["refused"]:
        raise click.exceptions.Exit(FAILED)


def _write_control(path: Path | None, answer: Mapping[str, Any]) -> None:
    """Write the CONTRL of an answer, in the characters that its `UNB` names."""
    if path is not None and (text := answer.get("control", "")):
        path.write_bytes(text.encode(CHARSETS.get(text[4:8], "latin-1")))


@overseas.client(examples=("3702961003 TS202612001 --out reconciliation.xml",))
def draft(
    call: Call,
    sandbox: SandboxClient,
    code: str,
    claim: str,
    out: Path | None = option("Write here instead of to the terminal."),
) -> None:
    """Draft the message that reconciles a claim (its copNo) of a company (ebcCode), to be sent by `submit`."""
    text = sandbox.call("GET", f"/overseas/drafts/{part(code)}/{part(claim)}/message")
    call.show_draft(text, out, claim=claim)
