"""Links timeline events to the receipts of the same batch that report them.

A receipt is identified by business key, status and time; the event stores status and time of its receipt.

Events and receipts are linked here, where both are made: to take an event and a receipt of one meaning within a second
for the same, when they are read, hid some and moved others. The link is kept with the event, because `receipt` is the
table that grows fastest.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from gateways.customs.outcome import KIND_OF_LIST
from gateways.records import Answers, ReceiptDraft

_LISTS = frozenset(KIND_OF_LIST.values())
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
"""Timeline event → the differently named events (see `event_of_status`) of receipts that report it."""


def event_of_status(kind: str, status: str) -> str:
    """Return the event that a receipt about a kind of document reports; an unknown status is returned unchanged."""
    if status.startswith("-"):
        return "refused"
    return (_BILLS if kind == "tax_bill" else _EVENTS).get(status, status)


def subject_kind(actor: str, kind: str) -> str:
    """Return the kind of document that a timeline event is about; the tax office's events of a list are about its
    bill."""
    return "tax_bill" if actor == "tax" and kind in _LISTS else kind


def _group_by_document(drafts: Iterable[ReceiptDraft]) -> dict[tuple[str, str], list[ReceiptDraft]]:
    groups: dict[tuple[str, str], list[ReceiptDraft]] = {}
    for draft in drafts:
        groups.setdefault((draft.kind, draft.key), []).append(draft)
    return groups


def link_receipts(answers: Answers) -> None:
    """Link each timeline event of a batch to the first matching receipt that no other event is linked to."""
    if not (answers.receipts and answers.timeline):
        return
    drafts_by_document = _group_by_document(answers.receipts)
    for position, event in enumerate(answers.timeline):
        if drafts := drafts_by_document.get((subject_kind(event.actor, event.kind), event.key)):
            reporting_events = _REPORTED_AS.get(event.event, (event.event,))
            for index, draft in enumerate(drafts):
                if event_of_status(draft.kind, draft.return_status) in reporting_events:
                    answers.timeline[position] = replace(
                        event, return_status=draft.return_status, return_time=draft.return_time
                    )
                    del drafts[index]
                    break
