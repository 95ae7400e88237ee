"""Puts purchase papers on file (120) or refuses them (100). An invoice number is on file once, for all companies.

If two companies file a number concurrently, a unique index refuses one; its batch is retried and finds the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from declarations import lifecycle
from declarations.documents import VatInvoice
from declarations.goods.tariff import has_ten_digits, is_in_tariff
from declarations.money import MAX_AMOUNT, SCALE, amount_text
from declarations.reasons import Reason
from declarations.refund.lines import SPECIAL
from gateways.records import CaseReference, FiledDocument
from gateways.refund import senders
from gateways.refund.outcome import conclude_paper
from gateways.refund.repository import Invoice, InvoiceLineRow, RefundDesk
from gateways.replies import identifying_fields
from gateways.topics.shared import DocumentFiled

INVOICE_KIND = "vat_invoice"
STATES_ON_FILE = frozenset({"accepted", "used"})
INVOICE_KINDS, USAGES = ("1", "2", "3", "4"), ("1", "2")
NOT_POSITIVE, WRONG_TAX, NUMBER_TWICE, LINE_TWICE, NO_KIND, NO_USAGE, NO_DAY, DAY_IN_FUTURE, WRONG_RATE, TOO_LARGE = (
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
NO_SUCH_GOODS = "20610"
FULL_RATE = 100_000
"""100 %, scaled."""
TOLERANCE = 6_000
"""Maximum difference between a line's tax and amount × rate, scaled: six fen, since unit prices are rounded."""


def handle_invoices(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed purchase papers."""
    filed_documents = desk.repository.documents([document.document_id for document in documents])
    invoices_by_key = dict(desk.repository.invoices({filed.key for filed in filed_documents.values()}))
    invoices_on_file = dict(
        desk.repository.invoices_on_file({filed.facts.invoice_no for filed in filed_documents.values()})
    )
    senders.prefetch_companies(filed_documents.values(), desk.repository)
    for filed in filed_documents.values():
        old_invoice = invoices_by_key.get(filed.key)
        if filed.state == "deleted" and not senders.check_sender(filed, desk.repository):
            _withdraw(old_invoice, filed, desk)
        elif filed.state == "declared" and (old_invoice is None or old_invoice.document_version < filed.version):
            invoices_by_key[filed.key] = _put_on_file(filed, old_invoice, invoices_on_file, desk)


def _withdraw(old_invoice: Invoice | None, document: FiledDocument, desk: RefundDesk) -> None:
    if old_invoice is None or old_invoice.document_version >= document.version:
        return
    if "delete" not in {
        step.action for step in lifecycle.allowed_transitions(old_invoice.state, lifecycle="vat_invoice")
    }:
        desk.add_event(
            CaseReference(INVOICE_KIND, document.key, document.order_no).event(
                "action_refused", old_invoice.state, desk.now, actor="tax"
            )
        )
        return
    old_invoice.document_version = document.version
    old_invoice.state = lifecycle.transition_of(old_invoice.state, "delete", "vat_invoice").to
    desk.repository.put_invoice(old_invoice)


def _put_on_file(
    document: FiledDocument, old_invoice: Invoice | None, invoices_on_file: dict[str, Invoice], desk: RefundDesk
) -> Invoice:
    """Put an invoice on file (and into `invoices_on_file`), or refuse it; return it."""
    facts: VatInvoice = document.facts
    if (
        old_invoice is not None and old_invoice.state in STATES_ON_FILE
    ):  # put on file after the port had admitted this version
        return old_invoice
    invoice = _new_invoice(document, old_invoice, desk)
    reasons = [
        *senders.check_sender(document, desk.repository),
        *_check_head(facts, desk.day),
        *_check_lines(facts, desk.day),
        *_check_number(facts, invoices_on_file),
    ]
    if max(invoice.amount, invoice.tax) > MAX_AMOUNT * SCALE:
        reasons.append(Reason(TOO_LARGE, {"amount": amount_text(invoice.amount)}))
        invoice.amount = invoice.tax = 0
    if not reasons:
        invoices_on_file[facts.invoice_no] = invoice
        desk.repository.put_invoice_lines(invoice.id, _line_rows(invoice.id, facts))
    action = "reject" if reasons else "accept"
    conclude_paper(
        invoice, INVOICE_KIND, document.order_no, identifying_fields(INVOICE_KIND, facts), action, desk, reasons
    )
    desk.repository.put_invoice(invoice)
    return invoice


def _new_invoice(document: FiledDocument, old_invoice: Invoice | None, desk: RefundDesk) -> Invoice:
    """The row of a filed invoice, under the id of its earlier version, if any."""
    facts: VatInvoice = document.facts
    return Invoice(
        id=old_invoice.id if old_invoice else desk.repository.new_id(),
        key=document.key,
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
        mailboxes=document.mailboxes,
        document_id=document.id,
        document_version=document.version,
        version=old_invoice.version if old_invoice else 0,
        reasons=(),
        filed_at=desk.now,
        last_return=max(document.last_return, old_invoice.last_return if old_invoice else 0),
    )


def _line_rows(invoice_id: int, facts: VatInvoice) -> list[InvoiceLineRow]:
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


def _check_number(facts: VatInvoice, invoices_on_file: Mapping[str, Invoice]) -> Iterator[Reason]:
    if facts.invoice_no in invoices_on_file:
        yield Reason(NUMBER_TWICE, {"invoice": facts.invoice_no})


def _check_head(facts: VatInvoice, today: date) -> Iterator[Reason]:
    if facts.invoice_kind not in INVOICE_KINDS:
        yield Reason(NO_KIND, {"found": facts.invoice_kind, "expected": "/".join(INVOICE_KINDS)})
    if facts.usage not in USAGES:
        yield Reason(NO_USAGE, {"found": facts.usage, "expected": "/".join(USAGES)})
    issued = parse_day(facts.invoice_date)
    if issued is None:
        yield Reason(NO_DAY, {"found": facts.invoice_date})
    elif issued > today:
        yield Reason(DAY_IN_FUTURE, {"found": issued.isoformat(), "today": today.isoformat()})


def parse_day(text: str) -> date | None:
    """Parse a day such as 20261130; None if invalid."""
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}") if text.isascii() and text.isdigit() else None
    except ValueError:
        return None


def _check_lines(facts: VatInvoice, today: date) -> Iterator[Reason]:
    seen, bought_on = set[int](), parse_day(facts.invoice_date) or today
    for line in facts.lines:
        values = {"line": str(line.gnum)}
        if line.gnum in seen:
            yield Reason(LINE_TWICE, values)
        seen.add(line.gnum)
        if not (has_ten_digits(line.gcode) and is_in_tariff(line.gcode, bought_on)):
            yield Reason(NO_SUCH_GOODS, {**values, "gcode": line.gcode})
        if min(line.qty, line.amount) <= 0 or line.tax < 0:
            yield Reason(
                NOT_POSITIVE,
                {
                    **values,
                    "qty": amount_text(line.qty),
                    "amount": amount_text(line.amount),
                    "tax": amount_text(line.tax),
                },
            )
        elif not 0 <= line.tax_rate < FULL_RATE:
            yield Reason(WRONG_RATE, {**values, "found": amount_text(line.tax_rate)})
        elif facts.invoice_kind == SPECIAL and abs(line.amount * line.tax_rate // FULL_RATE - line.tax) > TOLERANCE:
            yield Reason(
                WRONG_TAX,
                {
                    **values,
                    "amount": amount_text(line.amount),
                    "rate": amount_text(line.tax_rate),
                    "tax": amount_text(line.tax),
                },
            )
