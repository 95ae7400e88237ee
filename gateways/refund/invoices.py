"""Puts purchase papers on file (120) or refuses them (100). An invoice number is on file once, for all companies.

If two companies file a number concurrently, a unique index refuses one; its batch is retried and finds the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from declarations import lifecycle
from declarations.documents import VatInvoice
from declarations.money import MAX_AMOUNT, SCALE, plain
from declarations.reasons import Reason
from declarations.refund.lines import SPECIAL
from gateways.records import FiledDocument, TimelineEvent
from gateways.refund import senders
from gateways.refund.outcome import conclude
from gateways.refund.repository import Invoice, InvoiceLineRow, RefundDesk
from gateways.replies import identify
from gateways.topics.shared import DocumentFiled

KIND = "vat_invoice"
ON_FILE = frozenset({"accepted", "used"})
KINDS, USAGES = ("1", "2", "3", "4"), ("1", "2")
NOT_NEGATIVE, ADDS_UP, TWICE, LINE_TWICE, NO_KIND, NO_USAGE, NO_DAY, FUTURE, RATE, TOO_LARGE = (
    "20600",
    "20601",
    "20602",
    "20603",
    "20604",
    "20605",
    "20606",
    "20607",
    "20608",
    "20609",
)
FULL_RATE = 100_000
"""100 %, scaled."""
TOLERANCE = 6_000
"""Maximum difference between a line's tax and amount × rate, scaled: six fen, since unit prices are rounded."""


def handle_invoices(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed purchase papers."""
    documents_filed = desk.repository.documents([document.document_id for document in documents])
    known = dict(desk.repository.invoices({filed.key for filed in documents_filed.values()}))
    on_file = dict(desk.repository.invoices_on_file({filed.facts.invoice_no for filed in documents_filed.values()}))
    senders.load(documents_filed.values(), desk.repository)
    for filed in documents_filed.values():
        old = known.get(filed.key)
        if filed.state == "deleted" and not senders.refusals(filed, desk.repository):
            _withdraw(old, filed, desk)
        elif filed.state == "declared" and (old is None or old.document_version < filed.version):
            known[filed.key] = _take(filed, old, on_file, desk)


def _withdraw(old: Invoice | None, filed: FiledDocument, desk: RefundDesk) -> None:
    if old is None or old.document_version >= filed.version:
        return
    if "delete" not in {step.action for step in lifecycle.allowed(old.state, lifecycle="vat_invoice")}:
        desk.note(
            TimelineEvent(
                order_no=filed.order_no,
                kind=KIND,
                key=filed.key,
                at=desk.now,
                actor="tax",
                event="action_refused",
                state=old.state,
            )
        )
        return
    old.document_version = filed.version
    old.state = lifecycle.move(old.state, "delete", "vat_invoice").to
    desk.repository.put_invoice(old)


def _take(filed: FiledDocument, old: Invoice | None, on_file: dict[str, Invoice], desk: RefundDesk) -> Invoice:
    """Put an invoice on file (and into `on_file`), or refuse it; return it."""
    facts: VatInvoice = filed.facts
    if old is not None and old.state in ON_FILE:  # put on file after the port had admitted this version
        return old
    invoice = _declared(filed, old, desk)
    reasons = [
        *senders.refusals(filed, desk.repository),
        *_head(facts, desk.day),
        *_lines(facts),
        *_number(facts, on_file),
    ]
    if max(invoice.amount, invoice.tax) > MAX_AMOUNT * SCALE:
        reasons.append(Reason(TOO_LARGE, {"amount": plain(invoice.amount)}))
        invoice.amount = invoice.tax = 0
    if not reasons:
        on_file[facts.invoice_no] = invoice
        desk.repository.put_invoice_lines(invoice.id, _rows(invoice.id, facts))
    action = "reject" if reasons else "accept"
    conclude(invoice, KIND, filed.order_no, identify(KIND, facts), action, desk, reasons)
    desk.repository.put_invoice(invoice)
    return invoice


def _declared(filed: FiledDocument, old: Invoice | None, desk: RefundDesk) -> Invoice:
    """The row of a filed invoice, under the id of its earlier version, if any."""
    facts: VatInvoice = filed.facts
    return Invoice(
        id=old.id if old else desk.repository.new_id(),
        key=filed.key,
        invoice_no=facts.invoice_no,
        state="declared",
        ebc_code=facts.ebc_code,
        kind=facts.invoice_kind,
        usage=facts.usage,
        issued_on=facts.invoice_date,
        seller_code=facts.seller_code,
        seller_name=facts.seller_name,
        contract_no=facts.contract_no,
        amount=sum(line.amount for line in facts.lines),
        tax=sum(line.tax for line in facts.lines),
        mailboxes=filed.mailboxes,
        document_id=filed.id,
        document_version=filed.version,
        version=old.version if old else 0,
        reasons=(),
        filed_at=desk.now,
        last_return=max(filed.last_return, old.last_return if old else 0),
    )


def _rows(invoice_id: int, facts: VatInvoice) -> list[InvoiceLineRow]:
    return [
        InvoiceLineRow(
            invoice_id=invoice_id,
            number=line.gnum,
            gcode=line.gcode,
            gname=line.gname,
            unit=line.unit,
            qty=line.qty,
            amount=line.amount,
            tax_rate=line.tax_rate,
            tax=line.tax,
        )
        for line in facts.lines
    ]


def _number(facts: VatInvoice, on_file: Mapping[str, Invoice]) -> Iterator[Reason]:
    if facts.invoice_no in on_file:
        yield Reason(TWICE, {"invoice": facts.invoice_no})


def _head(facts: VatInvoice, today: date) -> Iterator[Reason]:
    if facts.invoice_kind not in KINDS:
        yield Reason(NO_KIND, {"found": facts.invoice_kind, "expected": "/".join(KINDS)})
    if facts.usage not in USAGES:
        yield Reason(NO_USAGE, {"found": facts.usage, "expected": "/".join(USAGES)})
    issued = day_in(facts.invoice_date)
    if issued is None:
        yield Reason(NO_DAY, {"found": facts.invoice_date})
    elif issued > today:
        yield Reason(FUTURE, {"found": issued.isoformat(), "today": today.isoformat()})


def day_in(text: str) -> date | None:
    """Parse a day such as 20261130; None if invalid."""
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}") if text.isascii() and text.isdigit() else None
    except ValueError:
        return None


def _lines(facts: VatInvoice) -> Iterator[Reason]:
    seen = set[int]()
    for line in facts.lines:
        named = {"line": str(line.gnum)}
        if line.gnum in seen:
            yield Reason(LINE_TWICE, named)
        seen.add(line.gnum)
        if min(line.qty, line.amount) <= 0 or line.tax < 0:
            yield Reason(
                NOT_NEGATIVE, {**named, "qty": plain(line.qty), "amount": plain(line.amount), "tax": plain(line.tax)}
            )
        elif not 0 <= line.tax_rate < FULL_RATE:
            yield Reason(RATE, {**named, "found": plain(line.tax_rate)})
        elif facts.invoice_kind == SPECIAL and abs(line.amount * line.tax_rate // FULL_RATE - line.tax) > TOLERANCE:
            yield Reason(
                ADDS_UP, {**named, "amount": plain(line.amount), "rate": plain(line.tax_rate), "tax": plain(line.tax)}
            )
