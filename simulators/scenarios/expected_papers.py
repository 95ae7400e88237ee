"""The receipts that an expectation is about: of a document of a trade, of our own messages, or notices of agencies."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from simulators.exports.notes import note_no
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.scenarios import kinds
from simulators.scenarios.actors import Actor
from simulators.scenarios.form import ExpectStep


def mailboxes_of(step: ExpectStep, actors: Sequence[Actor]) -> Collection[str]:
    """The mailboxes to be read besides those of senders: an agency's notice comes to a company that need not have
    sent."""
    if step.expect not in kinds.further_receipts():
        return ()
    return {company.dxp_id for actor in actors for company in actor.companies()}


def receipts_of(step: ExpectStep, actor: Actor, log: ReceiptLog) -> list[LoggedReceipt]:
    """The receipts so far that a step is about, by their times, or as they came."""
    if further := kinds.further_receipts().get(step.expect):
        found = log.of_type(further, step.about)
        return found if step.as_they_came else sorted(found, key=lambda receipt: receipt.time)
    code = kinds.RECEIPT_TYPES[actor.flow][step.expect]
    find = log.as_they_came if step.as_they_came else log.of
    if step.expect in kinds.TRANSPORT_NOTES and actor.flow == "export" and not actor.trade.flight.alone:
        return find(note_no(actor.trade), code)
    return find(actor.trade.id, code)
