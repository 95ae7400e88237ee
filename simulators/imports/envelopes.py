"""What messages may hold and whom their answers reach: a full one of a hundred orders, of which each is answered, and
lists to whose receipts and data another participant subscribes, who gets what their agent gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulators.imports.day import Day, Place
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES, INVENTORY, ORDER, Trade
from simulators.messages import SyntheticMessage, message, messages
from simulators.receipt_log import ReceiptLog
from simulators.verdict import Verdict

ENVELOPES = "envelopes"
"""What such trades are called among the faults."""
FULL, SUBSCRIBED = 100, 2
"""Documents that a message holds at most; lists to which another subscribes."""
FIRST = 990_000
"""The numbers of these trades are nobody else's."""
ANSWERS = ("622", "816", "818")
"""What comes to a subscriber of a list; of its data, the message."""


def orders(shop: Shop) -> list[Trade]:
    """As many trades as a message holds orders, all of one platform."""
    platform, number, found = shop.world.platforms[0], FIRST, list[Trade]()
    while len(found) < FULL:
        trade = shop.trade(number)
        if trade.parties.platform == platform:
            found.append(replace(trade, fault=ENVELOPES))
        number += 1
    return found


def full_message(outside: Place, shop: Shop) -> Iterator[Verdict]:
    """Send a full message; the orders of it wait for lists that never come."""
    made = orders(shop)
    platform = made[0].parties.platform
    documents = [trade.order for trade in made if trade.order is not None]
    sent = message(CODES[ORDER], documents, platform, tuple(trade.id for trade in made))
    receipt_log = ReceiptLog(made)
    for _ in outside.send([sent.body]):
        pass
    for posted in outside.fetch([platform.dxp_id]):
        receipt_log.read(posted.mailbox, posted.bodies)
    yield from about_orders(made, receipt_log)


def about_orders(made: Sequence[Trade], receipt_log: ReceiptLog) -> Iterator[Verdict]:
    """Each order of a message is answered, once."""
    for trade in made:
        path = " ".join(receipt_log.statuses_of(trade.id, "312"))
        wrong = () if path == "2" else (f"of {len(made)} orders in a message this one came to {path or 'nothing'}",)
        yield Verdict(trade.id, ENVELOPES, "2", path or "nothing", wrong)


def subscribed(shop: Shop) -> list[Trade]:
    """Lists to whose receipts another participant subscribes."""
    return [replace(shop.trade(FIRST + 9_000 + number), fault=ENVELOPES) for number in range(SUBSCRIBED)]


def packed(trades: Sequence[Trade], subscriber: str) -> Iterator[SyntheticMessage]:
    """Their messages; those of lists name the subscriber."""
    yield from (one for one in messages(trades) if one.code != CODES[INVENTORY])
    for trade in trades:
        if trade.inventory is not None:
            yield message(CODES[INVENTORY], [trade.inventory], trade.parties.agent, (trade.id,), subscriber=subscriber)


def about_subscriber(outside: Place, day: Day, receipt_log: ReceiptLog, subscriber: str) -> Iterator[Verdict]:
    """What came for the subscriber, against what came for the agent of each list."""
    theirs = ReceiptLog(day.trades)
    for posted in outside.fetch([subscriber]):
        theirs.read(posted.mailbox, posted.bodies)
    yield from about_copies(day.trades, receipt_log, theirs)


def about_copies(trades: Sequence[Trade], receipt_log: ReceiptLog, theirs: ReceiptLog) -> Iterator[Verdict]:
    """A subscriber's log against the agents': the same receipts of each list, and its message."""
    for trade in trades:
        wanted = Counter((one.code, one.status) for one in receipt_log.of(trade.id) if one.code in ANSWERS)
        wanted[CODES[INVENTORY], ""] = 1
        came = Counter((one.code, one.status) for one in theirs.of(trade.id))
        wrong = [f"{code} {status}".rstrip() for code, status in sorted((wanted - came) + (came - wanted))]
        complaints = (f"subscriber and agent differ in {', '.join(wrong)}",) if wrong else ()
        yield Verdict(trade.id, ENVELOPES, "as the agent", "as the agent" if not wrong else "otherwise", complaints)
