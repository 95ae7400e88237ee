"""Registers trace batches and issues their codes: one for the lot, and one for each item where the merchant wants it.

A batch is of a lot of an account book, or else of an item number of its company. A document is taken in (120) with its
code, or refused (100) with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from declarations.money import SCALE, AmountTooLarge, amount_text, scaled_from_text
from declarations.reasons import Reason
from declarations.traceability.codes import ITEM, LOT, trace_codes
from declarations.traceability.goods import LOT as BY_LOT
from declarations.traceability.goods import SKU_AND_DAYS, is_food, lacks_agent, precision_words
from gateways.choices import YES, check_choices
from gateways.records import CaseReference, FiledDocument
from gateways.senders import check_own_mailbox
from gateways.taking_in import make_document_receipt
from gateways.topics.shared import DocumentFiled
from gateways.traceability import AGENCY
from gateways.traceability.repository import NO_LOT, BookKey, BookLot, TraceabilityDesk, TraceBatch, TraceCode
from schemas.identifiers import is_gs1_text, is_valid_date, is_valid_gtin

KIND = "trace_batch"
REGISTERED = "registered"
CODES_PLAN = "codes"
"""The name of the secret that mixes the numbers of codes."""
MOST_CODES = 10_000
"""Codes of items of one batch."""
TAKEN, BAD_GTIN, TOO_MANY, OTHER_DATES, NO_AGENT = "24001", "24101", "24102", "24103", "24104"
UNKNOWN_VALUE = "24118"
"""Code of a value that is none of those which the message names."""
CHOICES = {"goods_kind": ("F", "G"), "serials": YES}
BAD_LOT = "24119"
ODD_NUMBER, NO_SUCH_ITEM, NO_NUMBER, KNOWN, BAD_DAYS, NOT_ITS_OWN = "24105", "24106", "24107", "24108", "24109", "24117"


def handle_batches(documents: Sequence[DocumentFiled], desk: TraceabilityDesk) -> None:
    """Handle trace batches: register them and issue codes, or refuse them."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    boxes = desk.repository.mailboxes(sorted({paper.facts.ebc_code for paper in papers.values()}))
    registering = Registering(list(papers.values()), desk)
    for paper in papers.values():
        code = paper.facts.ebc_code
        refusal = (
            check_own_mailbox(paper, code, boxes.get(code, ""), NOT_ITS_OWN)
            or check_choices(paper.facts, CHOICES, UNKNOWN_VALUE)
            or registering.objection(paper)
        )
        receipt = make_document_receipt(paper, desk.now, refusal)
        if refusal is None:
            batch = registering.register(paper)
            told = {"traceCode": batch.batch_no, "codes": str(batch.codes), "precision": batch.precision}
            words = {"code": batch.batch_no, "codes": str(batch.codes), **precision_words(batch.precision)}
            receipt = replace(receipt, reason=Reason(TAKEN, words), fields={**receipt.fields, **told})
        desk.send_receipt(receipt)


def quantity_of(text: str) -> int:
    """Return a quantity, scaled; -1 for one that is larger than any that there can be."""
    try:
        return scaled_from_text(text)
    except AmountTooLarge:
        return -1


def book_key_of(facts: Any) -> BookKey:
    """Return the lot of an account book that a document names; `NO_LOT` unless it names book and item."""
    return (facts.ems_no, facts.item_record_no) if facts.ems_no and facts.item_record_no else NO_LOT


class Registering:
    """The batches of one chunk of documents, with the lots and the other batches that they concern, read together."""

    def __init__(self, papers: Sequence[FiledDocument], desk: TraceabilityDesk) -> None:
        self._desk = desk
        facts = [paper.facts for paper in papers]
        keys = sorted({book_key_of(told) for told in facts} - {NO_LOT})
        self._lots = desk.repository.book_lots(keys)
        known = desk.repository.batches(
            [paper.key for paper in papers], sorted({told.lot for told in facts}), [key for key in keys if key]
        )
        self._batches = {batch.key: batch for batch in known}

    def objection(self, paper: FiledDocument) -> Reason | None:
        """Return the first reason against a batch; None if there is none."""
        if known := self._batches.get(paper.key):
            return Reason(KNOWN, {"code": known.batch_no})
        checks: tuple[Callable[[Any], Reason | None], ...] = (
            self._number,
            self._days,
            self._book,
            self._codes,
            self._other_dates,
            self._agent,
        )
        return next((reason for check in checks if (reason := check(paper.facts))), None)

    def register(self, paper: FiledDocument) -> TraceBatch:
        """Register a batch to which nothing is objected, and issue its codes."""
        facts, desk = paper.facts, self._desk
        items = quantity_of(facts.qty) // SCALE if facts.serials == "Y" else 0
        codes = self._new_codes(items)
        batch = self._new_batch(paper, codes[0], items)
        self._share_lot(batch)
        self._batches[batch.key] = batch
        desk.repository.put_batch(batch)
        desk.repository.put_codes([TraceCode(code, batch.id, serial, desk.now) for serial, code in enumerate(codes)])
        about = CaseReference(KIND, batch.batch_no, batch.batch_no)
        words = {"code": batch.batch_no, "codes": str(items), **precision_words(batch.precision)}
        desk.add_event(
            about.event("trace_batch_registered", REGISTERED, desk.now, [Reason(TAKEN, words)], actor=AGENCY.name)
        )
        return batch

    def _new_codes(self, items: int) -> Sequence[str]:
        """The code of a lot, and one of each item."""
        desk = self._desk
        secret, numbers = desk.plan_secret(AGENCY.name, CODES_PLAN), desk.repository.code_numbers(1 + items)
        return (
            *trace_codes(secret, desk.day.year, LOT, numbers[:1]),
            *trace_codes(secret, desk.day.year, ITEM, numbers[1:]),
        )

    def _new_batch(self, paper: FiledDocument, lot_code: str, items: int) -> TraceBatch:
        facts, lot = paper.facts, self._lots.get(book_key_of(paper.facts))
        return TraceBatch(
            id=self._desk.repository.new_id(),
            batch_no=lot_code,
            key=paper.key,
            state=REGISTERED,
            ebc_code=facts.ebc_code,
            cop_no=facts.cop_no,
            goods_kind=facts.goods_kind,
            lot=facts.lot,
            origin=facts.origin,
            produced_day=facts.produced_day,
            expiry_day=facts.expiry_day,
            qty=quantity_of(facts.qty),
            unit=facts.unit,
            precision=BY_LOT if lot else SKU_AND_DAYS,
            registered_at=self._desk.now,
            gtin=facts.gtin,
            item_no=facts.item_no,
            gname=lot.gname if lot else facts.gname,
            gcode=lot.gcode if lot else "",
            ems_no=lot.ems_no if lot else "",
            item_record_no=lot.item_record_no if lot else "",
            codes=items,
            recall_agent=facts.recall_agent,
        )

    def _share_lot(self, batch: TraceBatch) -> None:
        """Lower the precision of batches whose lots share an item of a book: lists do not say which lot they draw."""
        sharing = self._of_book(batch.book_key) if batch.ems_no else []
        if any(other.lot != batch.lot for other in sharing):
            batch.precision = SKU_AND_DAYS
            for other in sharing:
                if other.precision != SKU_AND_DAYS:
                    other.precision = SKU_AND_DAYS
                    self._desk.repository.put_batch(other)

    def _of_book(self, key: BookKey) -> Sequence[TraceBatch]:
        return [batch for batch in self._batches.values() if batch.book_key == key]

    def _number(self, facts: Any) -> Reason | None:
        if facts.gtin and not is_valid_gtin(facts.gtin):
            return Reason(BAD_GTIN, {"gtin": facts.gtin})
        if not (is_gs1_text(facts.lot) if facts.gtin else facts.lot.isprintable() and " " not in facts.lot):
            lot = facts.lot if facts.lot.isprintable() else facts.lot.encode("unicode_escape").decode("ascii")
            return Reason(BAD_LOT, {"lot": lot})
        return None if facts.item_no or book_key_of(facts) != NO_LOT else Reason(NO_NUMBER, {})

    def _days(self, facts: Any) -> Reason | None:
        produced, expiry = is_valid_date(facts.produced_day), not facts.expiry_day or is_valid_date(facts.expiry_day)
        ordered = not facts.expiry_day or facts.produced_day <= facts.expiry_day
        come = facts.produced_day <= f"{self._desk.day:%Y%m%d}"
        return None if produced and expiry and ordered and come else Reason(BAD_DAYS, {})

    def _book(self, facts: Any) -> Reason | None:
        key, quantity = book_key_of(facts), quantity_of(facts.qty)
        if key == NO_LOT:
            return None if quantity > 0 else Reason(TOO_MANY, {"qty": facts.qty, "left": "–"})
        lot = self._lots.get(key)
        if lot is None or lot.unit != facts.unit:
            return Reason(NO_SUCH_ITEM, {"lot": "|".join(key), "unit": facts.unit})
        left = lot.filed - sum(batch.qty for batch in self._of_book(key))
        if 0 < quantity <= left:
            return None
        return Reason(TOO_MANY, {"qty": facts.qty, "left": amount_text(max(0, left))})

    def _codes(self, facts: Any) -> Reason | None:
        quantity = quantity_of(facts.qty)
        if facts.serials != "Y" or (not quantity % SCALE and quantity <= MOST_CODES * SCALE):
            return None
        return Reason(ODD_NUMBER, {"most": str(MOST_CODES)})

    def _other_dates(self, facts: Any) -> Reason | None:
        for batch in self._batches.values():
            same = batch.lot == facts.lot and batch.ebc_code == facts.ebc_code and _same_goods(batch, facts)
            if same and (batch.produced_day, batch.expiry_day) != (facts.produced_day, facts.expiry_day):
                known = {"produced": batch.produced_day, "expiry": batch.expiry_day or "–"}
                return Reason(OTHER_DATES, {"lot": facts.lot, **known})
        return None

    def _agent(self, facts: Any) -> Reason | None:
        lot: BookLot | None = self._lots.get(book_key_of(facts))
        day, law = self._desk.day, self._desk.law
        food = is_food(facts.goods_kind, lot.gcode if lot else "", day, law)
        if food and lacks_agent(facts.recall_agent, day, law):
            return Reason(
                NO_AGENT, {"agent": facts.recall_agent or "–"}, (law.on("traceability.recall_agent", day).id,)
            )
        return None


def _same_goods(batch: TraceBatch, facts: Any) -> bool:
    """True if a batch and a document are of the same goods, by any number that both have."""
    numbers = ((batch.gtin, facts.gtin), (batch.item_no, facts.item_no))
    return batch.book_key == book_key_of(facts) != NO_LOT or any(one == other != "" for one, other in numbers)
