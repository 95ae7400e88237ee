"""Audits what went over AMQP and webhooks: whatever RabbitMQ took for the window is answered, and what is brought to
participants is all of the mailbox, in its order, as polling tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from simulators.audit.evidence import Evidence
from simulators.audit.journal import Brought, Fetched, Journal
from simulators.entry.reports import DOUBLED, LOST, WRONG, Finding


def about_confirmed(journal: Journal) -> Iterator[Finding]:
    """What RabbitMQ has confirmed counts as acknowledged: the window must have answered it."""
    for attempt, one in journal.confirmed.items():
        if attempt not in journal.replied:
            yield Finding(
                LOST,
                f"{one} was confirmed by RabbitMQ and not answered (attempt {attempt!r})",
                one.transmission,
                mailbox=one.sender,
            )


def about_brought(fetched: Sequence[Fetched], brought: Sequence[Brought]) -> Iterator[Finding]:
    """What came again under the same id is no fault; everything else must follow what came before it."""
    by_channel: dict[tuple[str, str], list[Brought]] = {}
    for one in brought:
        by_channel.setdefault((one.way, one.mailbox), []).append(one)
    last = {one.mailbox: one.next for one in fetched}
    polled = _receipts(
        (one.mailbox, one.after, one.body)
        for one in fetched
        if any(one.mailbox == mailbox for _, mailbox in by_channel)
    )
    for (way, mailbox), came in sorted(by_channel.items()):
        name, once = f"the {way} of {mailbox}", list({one.key: one for one in came}.values())
        yield from _about_repeats(name, came)
        yield from _about_order(name, once, last.get(mailbox, 0))
        mine = _receipts((mailbox, one.first - 1, one.body) for one in once)
        for place, said in mine.items():
            if said != polled.get(place):
                yield Finding(
                    WRONG,
                    f"{name} says at {place[1]} something else than who asks is told",
                    mailbox=mailbox,
                    sequence=place[1],
                )


def _about_repeats(name: str, came: Sequence[Brought]) -> Iterator[Finding]:
    first = {one.key: one for one in reversed(came)}
    for one in came:
        if one != first[one.key]:
            yield Finding(
                WRONG,
                f"{name} brought {one.first} to {one.last} again with other bytes (id {one.key})",
                mailbox=one.mailbox,
                sequence=one.first,
            )


def _about_order(name: str, once: Sequence[Brought], last: int) -> Iterator[Finding]:
    reached = 0
    for one in once:
        if one.first > reached + 1:
            yield Finding(
                LOST, f"{name} brought {one.first} after {reached}", mailbox=one.mailbox, sequence=reached + 1
            )
        elif one.first <= reached:
            yield Finding(
                DOUBLED,
                f"{name} brought {one.first} to {one.last} after {reached}, under another id",
                mailbox=one.mailbox,
                sequence=one.first,
            )
        reached = max(reached, one.last)
    if reached != last:
        yield Finding(
            LOST, f"{name} ends at {reached}, the mailbox at {last}", mailbox=once[0].mailbox, sequence=reached + 1
        )


def _receipts(messages: Iterable[tuple[str, int, bytes]]) -> dict[tuple[str, int], object]:
    """What each place of the mailboxes says."""
    evidence = Evidence(())
    for mailbox, after, body in messages:
        evidence.hear_at(mailbox, after, body)
    return evidence.by_place()
