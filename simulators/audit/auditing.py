"""The auditor: compares what was sent, what was acknowledged and what came out, and names what does not fit.

An outsider: it knows messages, answers and receipts only. What must come out is told by a reference, the same traffic
in a quiet window, and, apart from that, by what the generator promises for each trade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from simulators.audit.bringing import about_brought, about_confirmed
from simulators.audit.comparing import about_receipts
from simulators.audit.evidence import Evidence
from simulators.audit.journal import ACCEPTED, Entry, Fetched, Journal
from simulators.entry.reports import DOUBLED, LOST, WRONG, Finding
from simulators.imports.judging import judge
from simulators.imports.trade import Trade

BUSY = 503


class Audit(NamedTuple):
    """What an audit came to."""

    messages: int
    acknowledged: int
    trades: int
    receipts: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return not self.findings

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        found = Counter(one.kind for one in self.findings)
        return {kind: found[kind] for kind in (LOST, DOUBLED, WRONG)}


def audit(trades: Sequence[Trade], journal: Journal, reference: Evidence) -> Audit:
    """Audit the journal of a run of these trades; the reference is what was heard of them in the quiet window."""
    heard = Evidence(trades)
    findings = [
        *about_answers(journal.sent.values()),
        *heard_in(journal, heard),
        *about_places(journal.fetched, journal.again),
        *about_confirmed(journal),
        *about_brought(journal.fetched, journal.brought),
        *about_receipts(journal.sent.values(), heard.statements(), reference.statements()),
        *about_numbers(heard),
        *about_promises(trades, heard),
    ]
    acknowledged = sum(bool(one.ids) for one in journal.sent.values())
    return Audit(
        len(journal.sent), acknowledged, len(trades), sum(heard.counts.values()), tuple(dict.fromkeys(findings))
    )


def about_answers(sent: Iterable[Entry]) -> Iterator[Finding]:
    """What was acknowledged is there, once and to its byte; what cannot be read was refused."""
    for one in sent:
        about: dict[str, Any] = {"message": one.transmission, "trade": one.trades[0] if len(one.trades) == 1 else ""}
        others = sorted({status for status, _ in one.answers} - {0, ACCEPTED, BUSY})
        if one.poison:
            if one.ids or any(status >= 500 for status in others):
                yield Finding(WRONG, f"{one} should have been refused, and was answered {one.answers}", **about)
            continue
        if others:
            yield Finding(WRONG, f"{one} was answered with {others}", **about)
        if not one.ids:
            yield Finding(LOST, f"{one} was never taken, in {len(one.answers)} attempts", **about)
        if len(one.ids) > 1:
            yield Finding(DOUBLED, f"{one} was taken under several ids", **about)
        if one.kept is not None and one.ids:
            yield from _about_keeping(one, *one.kept)


def _about_keeping(one: Entry, state: str, same: bool) -> Iterator[Finding]:
    if state in {"", "received"}:
        said = "is not known any more" if not state else "was never worked on"
        yield Finding(LOST, f"{one} was acknowledged and {said}", one.transmission)
    elif not same:
        yield Finding(WRONG, f"{one} is kept with other bytes than were sent", one.transmission)


def about_places(fetched: Sequence[Fetched], again: Sequence[Fetched]) -> Iterator[Finding]:
    """Every mailbox has its places from 1 on without a gap, and what was said at a place is said there again."""
    last: dict[str, int] = {}
    for one in fetched:
        if one.after != last.get(one.mailbox, 0):
            yield Finding(
                WRONG,
                f"{one.mailbox} was asked after {one.after}, not after {last.get(one.mailbox, 0)}",
                mailbox=one.mailbox,
                sequence=one.after,
            )
        last[one.mailbox] = one.next
    known = {(one.mailbox, one.after): one for one in again}
    for one in fetched if again else ():
        other = known.get((one.mailbox, one.after))
        if other is None or other != one:
            said = "nothing" if other is None else f"something else, up to {other.next}"
            yield Finding(
                WRONG,
                f"{one.mailbox} said one thing at {one.after + 1} to {one.next} and later {said}",
                mailbox=one.mailbox,
                sequence=one.after + 1,
            )


def heard_in(journal: Journal, evidence: Evidence) -> list[Finding]:
    """Hear all that was fetched; gives what is wrong with the count of receipts between two places."""
    findings = []
    for one in journal.sent.values():
        evidence.note_transmission(one.transmission, one.trades)
    for mailbox, after, following, body in journal.fetched:
        count, room = evidence.hear_at(mailbox, after, body), following - after
        if count != room:
            kind, said = (LOST, "a gap") if count < room else (DOUBLED, "a place twice")
            findings.append(
                Finding(
                    kind,
                    f"{mailbox} has {said}: at {after + 1} to {following} stand {count} receipts",
                    mailbox=mailbox,
                    sequence=after + 1,
                )
            )
    return findings


def about_numbers(heard: Evidence) -> Iterator[Finding]:
    """No number was given to two."""
    holders: dict[tuple[str, str], set[str]] = {}
    for name, number, to in heard.numbers():
        holders.setdefault((name, number), set()).add(to)
    for (name, number), held in sorted(holders.items()):
        if len(held) > 1:
            yield Finding(
                DOUBLED, f"{name} {number} was given to {' and to '.join(sorted(held))}", trade=sorted(held)[0]
            )


def about_promises(trades: Iterable[Trade], heard: Evidence) -> Iterator[Finding]:
    """Each trade came to what its fault, or having none, must lead to; bills are the sum of their lines."""
    for mailbox, why in heard.wrong:
        yield Finding(WRONG, f"in {mailbox}: {why}", mailbox=mailbox)
    for trade in trades:
        verdict = judge(trade, heard)
        name = f"trade {trade.id} ({trade.fault or 'sound'})"
        for complaint in verdict.complaints:
            yield Finding(WRONG, f"{name}: {complaint}; its list went {verdict.got}", trade=trade.id)
