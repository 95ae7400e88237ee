"""Keeps the ledger of events: what agencies tell of companies, and what they tell of it later."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.credit.considering import consider
from gateways.credit.repository import CreditDesk, RecordedEvent
from gateways.topics.facts import CreditEventHappened


def handle_events(happened: Sequence[CreditEventHappened], desk: CreditDesk) -> None:
    """Record events, then consider the companies concerned. The same event again changes nothing."""
    companies = desk.repository.companies({event.company for event in happened})
    codes = {event.company: companies[event.company].code for event in happened if event.company in companies}
    wanted = sorted({codes.get(event.company, event.company) for event in happened})
    desk.repository.files(wanted)
    recorded = {event.key: event for events in desk.repository.events(wanted).values() for event in events}
    changed: set[str] = set()
    for event in happened:
        code = codes.get(event.company, event.company)
        number = f"{event.agency}|{event.event_no}"
        known = recorded.get(number)
        row = _row(event, number, code, known, desk)
        if known is None or row != known:
            recorded[number] = row
            desk.repository.put_event(row)
            changed.add(code)
    consider(sorted(changed), desk)


def _row(
    event: CreditEventHappened, number: str, code: str, known: RecordedEvent | None, desk: CreditDesk
) -> RecordedEvent:
    return RecordedEvent(
        id=known.id if known else desk.repository.new_id(),
        key=number,
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
        recorded_at=known.recorded_at if known else desk.now,
    )
