"""Audits what went over AMQP and webhooks: whatever RabbitMQ took for the window is answered, and what is brought to
participants is all of the mailbox, in its order, as polling tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from simulators.entry.reports import DOUBLED, LOST, WRONG, ReportedFinding
from tests.audit.evidence import Evidence
from tests.audit.journal import Brought, Fetched, Journal


def check_confirmed(journal: Journal) -> Iterator[ReportedFinding]:
    """What RabbitMQ has confirmed counts as acknowledged: the window must have answered it."""
    for attempt, entry in journal.confirmed.items():
        if attempt not in journal.replied:
            yield ReportedFinding(
                LOST,
                f"{entry} was confirmed by RabbitMQ and not answered (attempt {attempt!r})",
                entry.transmission,
                mailbox=entry.sender,
            )


def check_brought(fetched: Sequence[Fetched], brought: Sequence[Brought]) -> Iterator[ReportedFinding]:
    """What came again under the same id is no fault; everything else must follow what came before it."""
    by_channel: dict[tuple[str, str], list[Brought]] = {}
    for delivered in brought:
        by_channel.setdefault((delivered.way, delivered.mailbox), []).append(delivered)
    last = {page.mailbox: page.next for page in fetched}
    polled = _receipts(
        (page.mailbox, page.after, page.body)
        for page in fetched
        if any(page.mailbox == mailbox for _, mailbox in by_channel)
    )
    for (way, mailbox), came in sorted(by_channel.items()):
        name, once = f"the {way} of {mailbox}", list({brought.key: brought for brought in came}.values())
        yield from _check_repeats(name, came)
        yield from _check_order(name, once, last.get(mailbox, 0))
        mine = _receipts((mailbox, brought.first - 1, brought.body) for brought in once)
        for place, text in mine.items():
            if text != polled.get(place):
                yield ReportedFinding(
                    WRONG,
                    f"{name} says at {place[1]} something else than who asks is told",
                    mailbox=mailbox,
                    sequence=place[1],
                )


def _check_repeats(name: str, came: Sequence[Brought]) -> Iterator[ReportedFinding]:
    first = {brought.key: brought for brought in reversed(came)}
    for brought in came:
        if brought != first[brought.key]:
            yield ReportedFinding(
                WRONG,
                f"{name} brought {brought.first} to {brought.last} again with other bytes (id {brought.key})",
                mailbox=brought.mailbox,
                sequence=brought.first,
            )


def _check_order(name: str, once: Sequence[Brought], last: int) -> Iterator[ReportedFinding]:
    reached = 0
    for brought in once:
        if brought.first > reached + 1:
            yield ReportedFinding(
                LOST, f"{name} brought {brought.first} after {reached}", mailbox=brought.mailbox, sequence=reached + 1
            )
        elif brought.first <= reached:
            yield ReportedFinding(
                DOUBLED,
                f"{name} brought {brought.first} to {brought.last} after {reached}, under another id",
                mailbox=brought.mailbox,
                sequence=brought.first,
            )
        reached = max(reached, brought.last)
    if reached != last:
        yield ReportedFinding(
            LOST, f"{name} ends at {reached}, the mailbox at {last}", mailbox=once[0].mailbox, sequence=reached + 1
        )


def _receipts(messages: Iterable[tuple[str, int, bytes]]) -> dict[tuple[str, int], object]:
    """What each place of the mailboxes says."""
    evidence = Evidence(())
    for mailbox, after, body in messages:
        evidence.hear_at(mailbox, after, body)
    return evidence.by_place()
