"""Balances that were read are explained by some order of the takings and givings back between.

Every read lies between what surely was taken before it, and what may have been taken until it. Sums are kept by
instant, so that a history is judged in n log n, not by a search over all orders.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import AccountSeen, Grouped
from single_window.histories.observations import RECEIVED, SENT, BalanceOpened, BalanceRead, NumberedObservation
from single_window.histories.rules.entries import NEVER, AccountEntry, Entries, back_by_receipts, entries_of
from single_window.language.words import Words

MAX_PROVED = 50
"""Reads of an account whose proofs are looked for: more are counted, not shown."""


class _Sums:
    """Sums of entries that hold at a read, by bisection."""

    def __init__(self, entries: Sequence[AccountEntry]) -> None:
        begins = sorted((entry.since, entry.amount) for entry in entries)
        ends = sorted((entry.until, entry.amount) for entry in entries if entry.until < NEVER)
        self._begins, self._ends = [since for since, _ in begins], [until for until, _ in ends]
        self._begun = [Decimal(0), *accumulate(amount for _, amount in begins)]
        self._ended = [Decimal(0), *accumulate(amount for _, amount in ends)]

    def at(self, asked: int, answered: int) -> Decimal:
        """The sum of the entries that surely hold from the question to the answer of a read."""
        begun = self._begun[bisect_left(self._begins, asked)]
        return begun - self._ended[bisect_right(self._ends, answered)]


def unexplained_balances(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Reads below what surely was taken, or above what may have been taken."""
    all_sent, all_received = grouped.wholes.get((SENT, "")), grouped.wholes.get((RECEIVED, ""))
    if all_sent is None:
        return
    for account in grouped.accounts.values():
        opened = next((one for one in account.opened if not one.hidden), None)
        if opened is None:
            continue
        for settled in (False, True):
            reads = [one for one in account.reads if not one.hidden and _read(one).settled is settled]
            if reads and (all_received or not settled) and (settled or not account.moves):
                known = [opened, all_sent, *([all_received] if settled and all_received else [])]
                yield from _judge(account, reads, entries_of(account, grouped, settled), known)


def _read(one: NumberedObservation) -> BalanceRead:
    assert isinstance(one.seen, BalanceRead)
    return one.seen


def _judge(
    account: AccountSeen, reads: Sequence[NumberedObservation], entries: Entries, known: Sequence[NumberedObservation]
) -> Iterator[ContradictingSet]:
    taken, given = _Sums(entries.taken), _Sums(entries.given)
    opened = known[0].seen
    assert isinstance(opened, BalanceOpened)
    proved = 0
    for one in reads:
        read, back = _read(one), back_by_receipts(account, _read(one).at)
        asked = read.at + 1 if read.settled else read.asked or read.at
        amount = read.amount - opened.amount
        if taken.at(asked, read.at) - back > amount:
            side, exceeded = entries.taken, amount + back
        elif entries.most - given.at(asked, read.at) < amount:
            side, exceeded = entries.given, entries.most - amount
        else:
            continue
        proved += 1
        proof = _proof(side, asked, read.at, exceeded) if proved <= MAX_PROVED else []
        yield ContradictingSet(list(dict.fromkeys([*known, one, *proof])))


def _proof(entries: Sequence[AccountEntry], asked: int, answered: int, exceeded: Decimal) -> list[NumberedObservation]:
    """The observations of the fewest entries whose sum exceeds an amount."""
    holding = [entry for entry in entries if entry.since < asked and entry.until > answered]
    proof: list[NumberedObservation] = []
    total = Decimal(0)
    for entry in sorted(holding, key=lambda entry: (bool(entry.proof), -entry.amount)):
        if total > exceeded:
            break
        total += entry.amount
        proof += entry.proof
    return proof


RULES = (
    HistoryRule(
        "balance-unexplained",
        Words(
            "读到的余额须能由其间的放行、撤销和退单按某种先后顺序得出",
            "a balance that was read is explained by some order of the releases, cancellations and rejections between",
        ),
        unexplained_balances,
    ),
)
