"""HTTP calls by which companies send notices of stock abroad as JSON or as a ledger in CSV, and evidence of sales."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

from apiflask import Schema
from apiflask.fields import List, Nested, String
from apiflask.validators import Length, Regexp
from flask import Response, request
from msgspec import Meta

from declarations.documents.extraction import field_name, wire_name
from declarations.overseas.notices import StockNotice, StockNoticeLine
from schemas.findings import Finding
from single_window.cases.overseas.ledger_files import COUNTRIES, MIDNIGHT, LedgerTerms, read_ledger
from single_window.cases.overseas.sending import evidence_message, notice_message, notice_messages
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.documentation import answer, raw_body, refused
from single_window.frame.http.json_messages import company_sender, send_all, send_alone
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED
from single_window.master_data.csv_files import BadFile
from single_window.master_data.file_problems import problem_of_file

SEND = ("send_messages",)
blueprint = Calls("overseas", __name__, rights=READ_OFFICERS_PAPERS, tag="overseas")
"""All calls about stock abroad; those that read are added by `calls`."""


def _word(description: str = "", required: bool = False) -> String:
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return String(validate=Length(1 if required else 0, 100), metadata={"description": description}, **how)


def _part(description: str) -> String:
    metadata = {"description": f"{description}; empty: 1"}
    return String(load_default="", validate=Regexp(r"^[0-9]{0,5}$(?!\n)", re.ASCII), metadata=metadata)


_NEEDED = ("event", "event_time", "item_no", "qty", "unit")
StockLineIn: Any = Schema.from_dict(
    {
        wire_name(name): _word(
            f"as the element of OverseasStockNotice{' (required)' * (name in _NEEDED)}", name in _NEEDED
        )
        for name in StockNoticeLine._fields
        if name != "gnum"
    },
    name="StockLineIn",
)


class StockNoticeIn(Schema):
    """A notice of a warehouse abroad; its fields are the elements of the message OverseasStockNotice."""

    warehouseCode = _word("海外仓代码", True)
    country = _word("KOR, JPN, DEU", True)
    ebcCode = _word("货主企业代码", True)
    noticeNo = _word("unique with warehouseCode", True)
    timeZone = _word("IANA, as Europe/Berlin", True)
    asOf = _word("ISO 8601 with the offset", True)
    part, parts = _part("from 1"), _part("how many there are")
    operator, eprNo = _word(), _word("LUCID in Germany")
    function = _word("empty: a new notice; 1 cancels the notice of this number, 5 replaces it")
    lines = List(Nested(StockLineIn), load_default=list, validate=Length(0, 2_000))


class VoucherIn(Schema):
    """The voucher of a sale."""

    ref = _word("the order, as the notice has it", True)
    itemNo = _word("empty: all goods of the order")
    voucherNo = _word("销售凭证号", True)


class SaleEvidenceIn(Schema):
    """Vouchers of sales from a warehouse abroad; its fields are the elements of OverseasSaleEvidence."""

    ebcCode = _word("企业代码", True)
    copNo = _word("企业内部编号, unique with ebcCode", True)
    warehouseCode = _word("海外仓代码", True)
    appType = _word("empty or 1: sales have none yet; 2: it amends the document of this copNo, and corrects them")
    lines = List(Nested(VoucherIn), required=True, validate=Length(1, 2_000))


class LedgerIn(Schema):
    """The facts that a ledger in CSV does not tell."""

    ebcCode = _word("货主企业代码", True)
    timeZone = _word("COUNTRY=ZONE of each country of the file, by commas: DEU=Europe/Berlin,JP=Asia/Tokyo", True)
    dayTime = String(
        load_default="",
        validate=Regexp(r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$(?!\n)", re.ASCII),
        metadata={"description": "HH:MM there, of events of which only the day is told; empty: 00:00"},
    )
    unit = _word("the declared unit of rows without one, as 011")
    noticeNo = _word("empty: it follows from the content, so that the same file again changes nothing")
    eprNo = _word("LUCID in Germany")


class SentNoticesOut(Answer, frozen=True, kw_only=True):
    """The notices of a file, as messages."""

    messages: tuple[AcceptedOut, ...]
    notices: Annotated[tuple[str, ...], Meta(description="warehouseCode|noticeNo|part of each")]
    findings: Annotated[Findings, Meta(description="remarks on how it was read")]


_DOCUMENTED = {
    400: refused("it cannot be converted into a message, or the file has bad cells: every one is named"),
    403: refused("the company's DXP id is not one of the key's"),
    503: refused("overloaded; send again after Retry-After seconds"),
}


@blueprint.post("/overseas/notices", rights=SEND, makes_messages=True)
@blueprint.input(StockNoticeIn, arg_name="told")
@blueprint.doc(responses={202: answer("converted into a message, archived and filed", AcceptedOut), **_DOCUMENTED})
def send_notice(told: dict[str, Any]) -> Response:
    """Send a notice of stock abroad as JSON.

    It becomes the message OverseasStockNotice of the company, whose receipts report the outcome."""
    lines = tuple(
        StockNoticeLine(gnum=str(place), **{field_name(name): value for name, value in line.items()})
        for place, line in enumerate(told.pop("lines"), 1)
    )
    head = {field_name(name): value for name, value in told.items() if value}
    return send_alone(
        lambda sender, now: notice_message(StockNotice(lines=lines, **head), sender, now), told["ebcCode"]
    )


@blueprint.post("/overseas/evidence", rights=SEND, makes_messages=True)
@blueprint.input(SaleEvidenceIn, arg_name="told")
@blueprint.doc(responses={202: answer("converted into a message, archived and filed", AcceptedOut), **_DOCUMENTED})
def send_evidence(told: dict[str, Any]) -> Response:
    """Send vouchers of sales abroad as JSON.

    They become the message OverseasSaleEvidence of the company, whose receipts report the outcome."""
    lines = [{name: value for name, value in line.items() if value} for line in told.pop("lines")]
    told = {name: value for name, value in told.items() if value}
    return send_alone(lambda sender, now: evidence_message(told, lines, sender, now), told["ebcCode"])


@blueprint.post(
    "/overseas/ledgers", rights=SEND, reads=raw_body("a ledger in CSV, also gzip", "text/csv"), makes_messages=True
)
@blueprint.input(LedgerIn, location="query", arg_name="query")
@blueprint.doc(responses={202: answer("a message for each warehouse, filed", SentNoticesOut), **_DOCUMENTED})
def send_ledger(query: dict[str, Any]) -> Response:
    """Send the ledger of fulfilment centres abroad as CSV.

    The columns of an inventory ledger in detail (Date, MSKU, Event Type, Quantity, Fulfillment Center, Country …) as it
    is downloaded: by commas, semicolons or tabs, also gzip; times with their offsets, or days. A message
    OverseasStockNotice is made for each centre. A file with a bad cell is not taken; the answer names every bad cell by
    line and column, with what is allowed."""
    at, sandbox = ports(), guard.sandbox_name()
    now = at.window.now(sandbox)
    pairs = (text.split("=", 1) for text in query["timeZone"].split(",") if "=" in text)
    zones = {COUNTRIES.get(country, country): zone for country, zone in pairs}
    hour = query["dayTime"] or MIDNIGHT
    terms = LedgerTerms(query["ebcCode"], zones, query["unit"], now, query["noticeNo"], query["eprNo"], hour)
    try:
        notices, remarks = read_ledger(request.get_data(), terms)
    except BadFile as bad:
        raise problem_of_file(bad) from None
    accepted = admit_notices(notices, query["ebcCode"], now, remarks)
    if isinstance(accepted, Response):
        return accepted
    keys = tuple(notice.number for notice in notices)
    out = SentNoticesOut(messages=accepted, notices=keys, findings=findings_out(remarks))
    return json_response(out, ACCEPTED)


def admit_notices(
    notices: Sequence[StockNotice], code: str, now: int, told: Sequence[Finding]
) -> tuple[AcceptedOut, ...] | Response:
    """Admit the messages of a company's notices, and return what was accepted; the refusal of the first one that was
    not. `told`: what was found in their file, for a trial (`send_all`)."""
    sender = company_sender(code)
    return send_all(notice_messages(notices, sender, now), told)
