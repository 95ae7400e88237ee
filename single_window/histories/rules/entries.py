"""The changes of an account by documents and receipts: amounts that surely are taken, and amounts that surely are not.

A list takes its amount at some time between its sending and the receipt that says so; it gives it back at some time
between the request or the receipt before, and the receipt that ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from single_window.histories import statuses
from single_window.histories.grouping import AccountSeen, DocumentName, Grouped, ReceiptReply, Sending
from single_window.histories.observations import Draw, NumberedObservation

CANCELLATIONS = frozenset({"cancellation", "export_cancellation"})
NEVER = 1 << 62
"""An instant after all others, in milliseconds."""


class AccountEntry(NamedTuple):
    """An amount that holds after `since` and before `until` (milliseconds), proved by observations."""

    amount: Decimal
    since: int
    until: int
    proof: tuple[NumberedObservation, ...]


class Entries(NamedTuple):
    """All that is said of an account. `taken`: amounts that surely are; `most`: all that may ever be taken; `given`:
    amounts of it that surely are not, because they were given back, or were not taken so far."""

    taken: Sequence[AccountEntry]
    most: Decimal
    given: Sequence[AccountEntry]


class _Drawn(NamedTuple):
    """A document that draws: the least and the most of its amounts, and its instants."""

    least: Decimal
    most: Decimal
    sent: int
    sendings: tuple[NumberedObservation, ...]
    taken: ReceiptReply | None
    ended: ReceiptReply | None
    doubtful: int
    """The instant from which it may be given back."""
    partly: bool
    """Whether goods of it may come back in part."""
    unseen: bool
    """Whether a receipt of it is hidden."""
    again: bool
    """Whether it was sent again after it had ended."""


def entries_of(account: AccountSeen, grouped: Grouped, settled: bool) -> Entries:
    """The entries of an account for reads that are `settled`, or for others."""
    taken: list[AccountEntry] = []
    given: list[AccountEntry] = []
    most = Decimal(0)
    for name, draws in account.draws.items():
        drawn = _drawn(name, draws, grouped)
        most += drawn.most
        taken += _surely(drawn, settled)
        given += _surely_not(drawn, settled, grouped, name)
    for reply, move in account.moves:
        if move.amount > 0:
            most += move.amount
            taken += [] if reply.by.hidden else [AccountEntry(move.amount, reply.at, NEVER, (reply.by,))]
            given += [] if reply.by.hidden else [AccountEntry(move.amount, -1, reply.at, (reply.by,))]
        elif not reply.by.hidden:
            given.append(AccountEntry(-move.amount, reply.at, NEVER, (reply.by,)))
    return Entries(taken, most, given)


def back_by_receipts(account: AccountSeen, before: int) -> Decimal:
    """The sum that receipts may have given back until an instant: those that are hidden count, too."""
    moves = (-move.amount for reply, move in account.moves if move.amount < 0 and reply.at <= before)
    return sum(moves, Decimal(0))


def _surely(drawn: _Drawn, settled: bool) -> Iterator[AccountEntry]:
    if drawn.taken is None or (drawn.partly and settled):
        return
    until = (drawn.ended.at if drawn.ended else NEVER) if settled else drawn.doubtful
    if drawn.taken.at < until:
        yield AccountEntry(drawn.least, drawn.taken.at, until, (drawn.taken.by,))


def _surely_not(drawn: _Drawn, settled: bool, grouped: Grouped, name: DocumentName) -> Iterator[AccountEntry]:
    if drawn.ended is not None:
        yield AccountEntry(drawn.most, drawn.ended.at, NEVER, (drawn.ended.by,))
    if not settled:
        if drawn.sent:
            yield AccountEntry(drawn.most, -1, drawn.sent, drawn.sendings)
        return
    if drawn.unseen or drawn.again:
        return
    replies = [reply for each in grouped.documents[name].replies.values() for reply in each]
    until = drawn.taken.at if drawn.taken else drawn.ended.at if drawn.ended else NEVER
    if until > 0:
        yield AccountEntry(drawn.most, -1, until, tuple(reply.by for reply in replies))


def _drawn(name: DocumentName, draws: Sequence[tuple[Sending, Draw]], grouped: Grouped) -> _Drawn:
    document = grouped.documents[name]
    replies = sorted((reply for each in document.replies.values() for reply in each), key=lambda reply: reply.at)
    shown = [reply for reply in replies if not reply.by.hidden]
    by_sending = dict.fromkeys((sending.by.number for sending in document.sendings), Decimal(0))
    for sending, draw in draws:
        by_sending[sending.by.number] += draw.amount
    amounts = by_sending.values()  # another version may draw less, or from another account
    again = _may_take_again(name, replies, document.sendings)
    taken = None if again else next((reply for reply in shown if reply.seen.status == draws[0][1].by), None)
    requests = [request for request in document.requests if not request.by.hidden]
    ended = None if again else _ended(name, shown, grouped)
    doubtful = min((request.at for request in requests), default=NEVER)
    if ended is not None or _ever_ended(name, shown):
        doubtful = min(doubtful, _last_before_end(name, shown, ended))
    return _Drawn(
        least=min(amounts),
        most=max(amounts),
        sent=min(sending.at for sending in document.sendings),
        sendings=tuple(dict.fromkeys(sending.by for sending in document.sendings)),
        taken=taken,
        ended=ended,
        doubtful=doubtful,
        partly=any(request.document.kind not in CANCELLATIONS for request in document.requests),
        unseen=len(shown) < len(replies),
        again=again,
    )


def _may_take_again(name: DocumentName, replies: Sequence[ReceiptReply], sendings: Sequence[Sending]) -> bool:
    """True if a document may have been declared again after it had ended: what it took then, and when, is not
    followed. The same content sent again is not taken in again."""
    ending = statuses.ending(name[0])
    versions = {sending.document.version for sending in sendings}
    several = len(versions) > 1 or (len(sendings) > 1 and "" in versions)
    return several and any(reply.by.hidden or reply.seen.status in ending for reply in replies)


def _ended(name: DocumentName, shown: Sequence[ReceiptReply], grouped: Grouped) -> ReceiptReply | None:
    """The receipt by which a document surely has given back what it took; None if there is none."""
    ending = statuses.ending(name[0])
    ends = [reply for reply in shown if reply.seen.status in ending]
    for request in grouped.documents[name].requests:
        if request.document.kind in CANCELLATIONS:
            ends += _approvals(grouped, request)
    return min(ends, key=lambda reply: reply.at, default=None)


def _approvals(grouped: Grouped, request: Sending) -> list[ReceiptReply]:
    document = grouped.documents[request.document.kind, request.document.key]
    approving = statuses.approving(request.document.kind)
    replies = (reply for each in document.replies.values() for reply in each)
    return [reply for reply in replies if not reply.by.hidden and reply.seen.status in approving]


def _ever_ended(name: DocumentName, shown: Sequence[ReceiptReply]) -> bool:
    return any(reply.seen.status in statuses.ending(name[0]) for reply in shown)


def _last_before_end(name: DocumentName, shown: Sequence[ReceiptReply], ended: ReceiptReply | None) -> int:
    """The instant of the last receipt before the one that ended a document: from then on it may have ended."""
    ending = statuses.ending(name[0])
    last = 0
    for reply in shown:
        if reply.seen.status in ending or (ended is not None and reply.at >= ended.at):
            return last
        last = reply.at
    return NEVER
