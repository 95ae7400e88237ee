"""Keeps the ledger of events: what agencies tell of companies, and what they tell of it later."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.credit.considering import consider
from gateways.credit.repository import CreditDesk, RecordedEvent
from gateways.topics.facts import CreditEventHappened


def handle_events(happened: Sequence[CreditEventHappened], desk: CreditDesk) -> None:
    """Record events, then consider the companies concerned. The same event again changes nothing.

    An import has recorded its events already, and only has their companies considered.
    """
    companies = desk.repository.companies({event.company for event in happened})
    codes = {event.company: companies[event.company].code for event in happened if event.company in companies}
    wanted = sorted({codes.get(event.company, event.company) for event in happened})
    desk.repository.files(wanted)
    known = {event.key: event for events in desk.repository.events(wanted).values() for event in events}
    for event in happened:
        code, number = codes.get(event.company, event.company), number_of(event)
        before = known.get(number)
        row = recorded(event, code, before.id if before else desk.repository.new_id(), desk.now, before)
        if row != before:
            known[number] = row
            desk.repository.put_event(row)
    consider(wanted, desk)


def number_of(event: CreditEventHappened) -> str:
    """Return the number by which an event is known: agency|eventNo."""
    return f"{event.agency}|{event.event_no}"


def recorded(
    event: CreditEventHappened, code: str, row_id: int, now: int, before: RecordedEvent | None = None
) -> RecordedEvent:
    """Return the row of an event of the company with a customs code; `before`: the row as it is, if there is one."""
    return RecordedEvent(
        id=row_id,
        key=number_of(event),
        ebc_code=code,
        kind=event.kind,
        degree=event.degree,
        agency=event.agency,
        occurred=event.occurred,
        decided=event.decided,
        final=event.final,
        amount=event.amount,
        documents=event.documents,
        doc_no=event.doc_no,
        evidence=event.evidence,
        cured=event.cured,
        withdrawn=event.withdrawn,
        recorded_at=before.recorded_at if before else now,
    )
