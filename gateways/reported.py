"""Links each line of the timeline to the receipt that reports it: both are answered in one batch.

A receipt is named by its business key, status and time, which no other has; a line keeps status and time of the receipt
that reports the same.
"""

from __future__ import annotations

from msgspec.structs import replace

from gateways.customs.outcome import LIST
from gateways.records import Answers, ReceiptDraft

_LISTS = frozenset(LIST.values())
_EVENTS = {
    "1": "staged",
    "120": "accepted",
    "100": "rejected",
    "300": "review",
    "399": "concluded",
    "500": "drawn",
    "700": "sent_back",
    "800": "released",
    "899": "closed",
}
_BILLS = {"1": "billed", "2": "collected", "3": "voided"}
_REPORTED_AS = {
    "refunded": ("voided",),
    "taken_in": ("accepted", "concluded"),
    "tallied": ("accepted", "concluded"),
    "return_accepted": ("accepted",),
    "return_approve": ("concluded",),
    "return_reject": ("rejected",),
    "return_take_back": ("released",),
    "request_refused": ("rejected",),
    "refund_accept": ("accepted",),
    "refund_review": ("review",),
    "refund_ask": ("review",),
    "refund_approve": ("concluded",),
    "refund_reduce": ("concluded",),
    "refund_reject": ("rejected",),
    "refund_pay": ("released",),
    "refund_restore": ("released",),
    "refund_recover": ("sent_back",),
    "refund_settle": ("closed",),
    "paper_accept": ("accepted",),
    "paper_reject": ("rejected",),
    "forex_booked": ("released",),
    "forex_in_review": ("review",),
    "forex_refused": ("rejected",),
}
"""Events that are noted in other words than that of their receipt: those that it may have."""


def event_of(kind: str, status: str) -> str:
    """The event that a receipt about a kind of document reports; a status that means none stands for itself."""
    if status.startswith("-"):
        return "refused"
    return (_BILLS if kind == "tax_bill" else _EVENTS).get(status, status)


def subject_kind(actor: str, kind: str) -> str:
    """The kind of document that a line is about: what the tax office notes of a list concerns its bill."""
    return "tax_bill" if actor == "tax" and kind in _LISTS else kind


def link(answers: Answers) -> None:
    """Let each line of a batch name the receipt of the batch that reports the same, the first that no other line
    names."""
    if not (answers.receipts and answers.timeline):
        return
    given: dict[tuple[str, str], list[ReceiptDraft]] = {}
    for draft in answers.receipts:
        given.setdefault((draft.kind, draft.key), []).append(draft)
    for place, event in enumerate(answers.timeline):
        if drafts := given.get((subject_kind(event.actor, event.kind), event.key)):
            reporting = _REPORTED_AS.get(event.event, (event.event,))
            for number, draft in enumerate(drafts):
                if event_of(draft.kind, draft.return_status) in reporting:
                    answers.timeline[place] = replace(
                        event, return_status=draft.return_status, return_time=draft.return_time
                    )
                    del drafts[number]
                    break
