"""Applies triggers to new receipts: other texts or status, delayed, lost, duplicated, out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.circumstances import Circumstances
from gateways.records import Answers, DeadlineDraft, ReceiptDraft
from schemas import receipt_texts
from single_window.messaging.topology import HELD_RECEIPT
from single_window.outcomes.delays import held_back
from single_window.outcomes.forcing import About, Forcing, of_draft
from single_window.outcomes.triggers import CODE, NO_RETURNS, STATUS, TO_RECEIPTS, Do, Trigger
from single_window.receipts.rows import COPY, ENGLISH, INFO, INJECTED, placeholders_of
from single_window.store import triggers as rows
from single_window.store.numbering import ROWS, Numbering

OF_STATUS = {"100": "1300", "120": "1800", "300": "1200", "500": "14500", "800": "2600"}
"""Status → default customs code of a forced receipt."""
HeldReceipts = dict[int, ReceiptDraft]
"""Id → a receipt that is written when its delay has passed."""


class _Values(dict[str, str]):
    """Values for placeholders; a missing one leaves the placeholder."""

    def __missing__(self, name: str) -> str:
        return "…"


def apply_triggers(answers: Answers, circumstances: Circumstances, numbering: Numbering) -> HeldReceipts:
    """Apply triggers to a batch's receipts and log them in the timeline; returns the delayed receipts by id."""
    forcing = circumstances.forced
    if not isinstance(forcing, Forcing):
        return {}
    forcing.call((draft.kind, draft.key) for draft in answers.receipts)
    shaper = _Shaper(forcing, numbering)
    answers.receipts[:] = [
        shaped for draft in answers.receipts for shaped in shaper.shape(_with_forced_texts(draft, forcing))
    ]
    answers.deadlines += shaper.deadlines
    answers.timeline[:0] = forcing.events
    forcing.events = []
    return shaper.held


def store_effects(connection: Connection, circumstances: Circumstances, held: HeldReceipts) -> None:
    """Count down used triggers and store delayed receipts, in the commit of the outcome."""
    if isinstance(circumstances.forced, Forcing):
        circumstances.forced.settle(connection)
        rows.hold(connection, circumstances.sandbox, held)


def take_held(connection: Connection, ids: Sequence[int]) -> list[ReceiptDraft]:
    """Delayed receipts that are due; deletes them."""
    return [msgspec.json.decode(draft, type=ReceiptDraft) for draft in rows.release(connection, ids)]


class _Shaper:
    """Applies the triggers of a batch to its receipts, one by one; collects those that it delays."""

    def __init__(self, forcing: Forcing, numbering: Numbering) -> None:
        self._forcing, self._numbering = forcing, numbering
        self.held: HeldReceipts = {}
        self.deadlines: list[DeadlineDraft] = []

    def shape(self, draft: ReceiptDraft) -> Iterator[ReceiptDraft]:
        """The receipts that are sent now in place of a receipt."""
        about = of_draft(draft)
        trigger = self._forcing.take(_actions_on(draft), about)
        if trigger is None:
            yield draft
            return
        action, delay = trigger.action, self._delay_by(trigger, about)
        if action.do is Do.REPEAT:
            yield draft
            yield from [replace(draft, fields={**draft.fields, COPY: True})] * (action.copies - 1)
        elif action.do is Do.RECEIPT:
            if action.place != "instead":
                yield draft
            time = draft.return_time + delay + (action.place != "instead")
            other = replace(_with_texts(draft, action.status, trigger), return_time=time)
            yield from self._send_after(delay, other)
        elif action.do is not Do.LOSE:
            yield from self._send_after(delay, draft)

    def _delay_by(self, trigger: Trigger, about: About) -> int:
        """The delay of a receipt in milliseconds; logs the forced outcome."""
        forcing, action = self._forcing, trigger.action
        key = (forcing.seed, trigger.spec, *about.key.split("|"), about.code, about.status)
        delay = held_back(trigger, forcing.now, max(0, forcing.used(trigger) - 1), *key)
        forcing.note(trigger, about, seconds=f"{delay / 1_000:g}", copies=str(action.copies), status=action.status)
        return delay

    def _send_after(self, delay: int, draft: ReceiptDraft) -> Iterator[ReceiptDraft]:
        if not delay:
            yield draft
            return
        number = self._numbering.next_number(ROWS, "row")
        self.held[number] = draft
        self.deadlines.append(DeadlineDraft(self._forcing.now + delay, HELD_RECEIPT, [number]))


def _actions_on(draft: ReceiptDraft) -> Set[Do]:
    """The actions that a receipt allows: one without return information is not replaced by another."""
    has_no_info = draft.kind in {"message", INJECTED} or draft.code in NO_RETURNS
    return TO_RECEIPTS - {Do.RECEIPT} if has_no_info else TO_RECEIPTS


def _with_forced_texts(draft: ReceiptDraft, forcing: Forcing) -> ReceiptDraft:
    """A receipt; if a trigger forced its outcome, with the trigger's status and texts."""
    trigger = forcing.named(draft.reason)
    if trigger is None:
        return draft
    do = trigger.action.do
    return _with_texts(draft, STATUS.get(do) or trigger.action.code, trigger)


def _with_texts(draft: ReceiptDraft, status: str, trigger: Trigger) -> ReceiptDraft:
    fields = {**draft.fields, **_return_info(draft, trigger)}
    return replace(draft, return_status=status, reason=Reason("", {}), fields=fields)


def _return_info(draft: ReceiptDraft, trigger: Trigger) -> Mapping[str, str]:
    """The texts of `returnInfo` in both languages."""
    action = trigger.action
    code, words = action.code or CODE.get(action.do, "") or OF_STATUS.get(action.status, ""), action.words
    if words:
        framed = f"[Code:{code};Desc:{words}]" if code and not code.startswith("-") else words
        return {INFO: framed, ENGLISH: framed}
    values = _Values({**placeholders_of(draft.order_no, draft.fields), **draft.reason.values})
    return {
        INFO: receipt_texts.words(code, values) if code else "",
        ENGLISH: receipt_texts.words(code, values, "en") if code else "",
    }
