"""The auditor: compares what was sent, what was acknowledged and what came out, and names what does not fit.

An outsider: it knows messages, answers and receipts only. What must come out is told by a reference, the same traffic
in a quiet window, and, apart from that, by what the generator promises for each trade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from simulators.entry.reports import DOUBLED, LOST, WRONG, ReportedFinding
from simulators.entry.sending import ACCEPTED, LIMITED
from simulators.imports.judging import judge
from simulators.imports.trade import ImportTrade
from simulators.verdicts.comparing import check_receipts
from simulators.verdicts.statements import JournalEntry
from tests.audit.bringing import check_brought, check_confirmed
from tests.audit.evidence import Evidence
from tests.audit.journal import Fetched, Journal

NOT_NOW = frozenset({LIMITED, 503})
"""Statuses of what was not taken for now: the sender's own limit, and a window that cannot."""


class Audit(NamedTuple):
    """What an audit came to."""

    messages: int
    acknowledged: int
    trades: int
    receipts: int
    findings: tuple[ReportedFinding, ...]

    @property
    def clean(self) -> bool:
        """True if nothing was lost, doubled or wrong."""
        return not self.findings

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        counter = Counter(finding.kind for finding in self.findings)
        return {kind: counter[kind] for kind in (LOST, DOUBLED, WRONG)}


def audit(trades: Sequence[ImportTrade], journal: Journal, reference: Evidence) -> Audit:
    """Audit the journal of a run of these trades; the reference is what was heard of them in the quiet window."""
    evidence = Evidence(trades)
    findings = [
        *check_answers(journal.sent.values()),
        *heard_in(journal, evidence),
        *check_places(journal.fetched, journal.again),
        *check_confirmed(journal),
        *check_brought(journal.fetched, journal.brought),
        *check_receipts(journal.sent.values(), evidence.statements(), reference.statements()),
        *check_numbers(evidence),
        *check_promises(trades, evidence),
    ]
    acknowledged = sum(bool(entry.ids) for entry in journal.sent.values())
    return Audit(
        len(journal.sent), acknowledged, len(trades), sum(evidence.counts.values()), tuple(dict.fromkeys(findings))
    )


def check_answers(sent: Iterable[JournalEntry]) -> Iterator[ReportedFinding]:
    """What was acknowledged is there, once and to its byte; what cannot be read was refused."""
    for entry in sent:
        about: dict[str, Any] = {
            "message": entry.transmission,
            "trade": entry.only_trade,
        }
        others = sorted({status for status, _ in entry.answers} - {0, ACCEPTED, *NOT_NOW})
        if entry.poison:
            if entry.ids or any(status >= 500 for status in others):
                yield ReportedFinding(
                    WRONG, f"{entry} should have been refused, and was answered {entry.answers}", **about
                )
            continue
        if others:
            yield ReportedFinding(WRONG, f"{entry} was answered with {others}", **about)
        if not entry.ids:
            limited = sum(status == LIMITED for status, _ in entry.answers)
            whose = f", {limited} of them beyond the sender's own limit (429)" if limited else ""
            yield ReportedFinding(LOST, f"{entry} was never taken, in {len(entry.answers)} attempts{whose}", **about)
        if len(entry.ids) > 1:
            yield ReportedFinding(DOUBLED, f"{entry} was taken under several ids", **about)
        if entry.kept is not None and entry.ids:
            yield from _check_keeping(entry, *entry.kept)


def _check_keeping(entry: JournalEntry, state: str, same: bool) -> Iterator[ReportedFinding]:
    if state in {"", "received"}:
        outcome = "is not known any more" if not state else "was never worked on"
        yield ReportedFinding(LOST, f"{entry} was acknowledged and {outcome}", entry.transmission)
    elif not same:
        yield ReportedFinding(WRONG, f"{entry} is kept with other bytes than were sent", entry.transmission)


def check_places(fetched: Sequence[Fetched], again: Sequence[Fetched]) -> Iterator[ReportedFinding]:
    """Every mailbox has its places from 1 on without a gap, and what was said at a place is said there again."""
    last: dict[str, int] = {}
    for served in fetched:
        if served.after != last.get(served.mailbox, 0):
            yield ReportedFinding(
                WRONG,
                f"{served.mailbox} was asked after {served.after}, not after {last.get(served.mailbox, 0)}",
                mailbox=served.mailbox,
                sequence=served.after,
            )
        last[served.mailbox] = served.next
    known = {(page.mailbox, page.after): page for page in again}
    for served in fetched if again else ():
        other = known.get((served.mailbox, served.after))
        if other is None or other != served:
            instead = "nothing" if other is None else f"something else, up to {other.next}"
            yield ReportedFinding(
                WRONG,
                f"{served.mailbox} said one thing at {served.after + 1} to {served.next} and later {instead}",
                mailbox=served.mailbox,
                sequence=served.after + 1,
            )


def heard_in(journal: Journal, evidence: Evidence) -> list[ReportedFinding]:
    """Hear all that was fetched; gives what is wrong with the count of receipts between two places."""
    findings = []
    for entry in journal.sent.values():
        evidence.note_transmission(entry.transmission, entry.trades)
    for mailbox, after, following, body in journal.fetched:
        count, room = evidence.hear_at(mailbox, after, body), following - after
        if count != room:
            kind, fault = (LOST, "a gap") if count < room else (DOUBLED, "a place twice")
            findings.append(
                ReportedFinding(
                    kind,
                    f"{mailbox} has {fault}: at {after + 1} to {following} stand {count} receipts",
                    mailbox=mailbox,
                    sequence=after + 1,
                )
            )
    return findings


def check_numbers(evidence: Evidence) -> Iterator[ReportedFinding]:
    """No number was given to two."""
    holders: dict[tuple[str, str], set[str]] = {}
    for name, number, to in evidence.numbers():
        holders.setdefault((name, number), set()).add(to)
    for (name, number), held in sorted(holders.items()):
        if len(held) > 1:
            yield ReportedFinding(
                DOUBLED, f"{name} {number} was given to {' and to '.join(sorted(held))}", trade=sorted(held)[0]
            )


def check_promises(trades: Iterable[ImportTrade], evidence: Evidence) -> Iterator[ReportedFinding]:
    """Each trade came to what its fault, or having none, must lead to; bills are the sum of their lines."""
    for mailbox, why in evidence.wrong:
        yield ReportedFinding(WRONG, f"in {mailbox}: {why}", mailbox=mailbox)
    for trade in trades:
        verdict = judge(trade, evidence)
        name = f"trade {trade.id} ({trade.fault or 'sound'})"
        for complaint in verdict.complaints:
            yield ReportedFinding(WRONG, f"{name}: {complaint}; its list went {verdict.got}", trade=trade.id)
