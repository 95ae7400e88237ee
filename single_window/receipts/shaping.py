"""Applies triggers to new receipts: other texts or status, delayed, lost, duplicated, out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.records import Answers, Circumstances, DeadlineDraft, ReceiptDraft
from schemas import receipt_texts
from single_window.messaging.topology import HELD_RECEIPT
from single_window.outcomes.delays import held_back
from single_window.outcomes.forcing import Forcing, of_draft
from single_window.outcomes.triggers import CODE, NO_RETURNS, STATUS, TO_RECEIPTS, Do, Trigger
from single_window.receipts.rows import COPY, ENGLISH, INFO, INJECTED, named
from single_window.store import triggers as rows
from single_window.store.numbering import ROWS, Numbering

OF_STATUS = {"100": "1300", "120": "1800", "300": "1200", "500": "14500", "800": "2600"}
"""Status → default customs code of a forced receipt."""
Held = dict[int, ReceiptDraft]


class _Values(dict[str, str]):
    """Values for placeholders; a missing one leaves the placeholder."""

    def __missing__(self, name: str) -> str:
        return "…"


def shape(answers: Answers, circumstances: Circumstances, numbering: Numbering) -> Held:
    """Apply triggers to a batch's receipts and log them in the timeline; returns the delayed receipts by id."""
    forcing = circumstances.forced
    held: Held = {}
    if not isinstance(forcing, Forcing):
        return held
    forcing.call((draft.kind, draft.key) for draft in answers.receipts)
    answers.receipts[:] = [
        shaped
        for draft in answers.receipts
        for shaped in _shaped(_worded(draft, forcing), forcing, numbering, answers, held)
    ]
    answers.timeline[:0] = forcing.events
    forcing.events = []
    return held


def settle(connection: Connection, circumstances: Circumstances, held: Held) -> None:
    """Count down used triggers and store delayed receipts, in the commit of the outcome."""
    if isinstance(circumstances.forced, Forcing):
        circumstances.forced.settle(connection)
        rows.hold(connection, circumstances.sandbox, held)


def released(connection: Connection, ids: Sequence[int]) -> list[ReceiptDraft]:
    """Delayed receipts that are due; deletes them."""
    return [msgspec.json.decode(draft, type=ReceiptDraft) for draft in rows.release(connection, ids)]


def _worded(draft: ReceiptDraft, forcing: Forcing) -> ReceiptDraft:
    """A receipt of a forced outcome, with the trigger's status and text."""
    trigger = forcing.named(draft.reason)
    if trigger is None:
        return draft
    do = trigger.action.do
    return _with_words(draft, STATUS.get(do) or trigger.action.code, trigger)


def _with_words(draft: ReceiptDraft, status: str, trigger: Trigger) -> ReceiptDraft:
    fields = _return_info(draft, trigger)
    return replace(draft, return_status=status, reason=Reason("", {}), fields={**draft.fields, **fields})


def _return_info(draft: ReceiptDraft, trigger: Trigger) -> Mapping[str, str]:
    """The texts of `returnInfo` in both languages."""
    action = trigger.action
    code, words = action.code or CODE.get(action.do, "") or OF_STATUS.get(action.status, ""), action.words
    if words:
        framed = f"[Code:{code};Desc:{words}]" if code and not code.startswith("-") else words
        return {INFO: framed, ENGLISH: framed}
    values = _Values({**named(draft.order_no, draft.fields), **draft.reason.values})
    return {
        INFO: receipt_texts.words(code, values) if code else "",
        ENGLISH: receipt_texts.words(code, values, "en") if code else "",
    }


def _shaped(
    draft: ReceiptDraft, forcing: Forcing, numbering: Numbering, answers: Answers, held: Held
) -> Iterator[ReceiptDraft]:
    about = of_draft(draft)
    copied = draft.kind in {"message", INJECTED}
    trigger = forcing.take(TO_RECEIPTS - {Do.RECEIPT} if copied or draft.code in NO_RETURNS else TO_RECEIPTS, about)
    if trigger is None:
        yield draft
        return
    action = trigger.action
    before = max(0, forcing.used(trigger) - 1)
    key = (forcing.seed, trigger.spec, *about.key.split("|"), about.code, about.status)
    late = held_back(trigger, forcing.now, before, *key)
    forcing.note(trigger, about, seconds=f"{late / 1_000:g}", copies=str(action.copies), status=action.status)
    if action.do is Do.REPEAT:
        yield draft
        yield from [replace(draft, fields={**draft.fields, COPY: True})] * (action.copies - 1)
    elif action.do is Do.RECEIPT:
        if action.place != "instead":
            yield draft
        time = draft.return_time + late + (action.place != "instead")
        yield from _later(
            replace(_with_words(draft, action.status, trigger), return_time=time),
            late,
            forcing,
            numbering,
            answers,
            held,
        )
    elif action.do is not Do.LOSE:
        yield from _later(draft, late, forcing, numbering, answers, held)


def _later(
    draft: ReceiptDraft, late: int, forcing: Forcing, numbering: Numbering, answers: Answers, held: Held
) -> Iterator[ReceiptDraft]:
    if not late:
        yield draft
        return
    number = numbering.next_number(ROWS, "row")
    held[number] = draft
    answers.deadlines.append(DeadlineDraft(forcing.now + late, HELD_RECEIPT, [number]))
