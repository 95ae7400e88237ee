"""Trades that test envelopes: a full message of a hundred orders, each of which is answered, and lists to whose
receipts and data another participant subscribes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES, INVENTORY, ORDER, ImportTrade
from simulators.messages import SyntheticMessage, make_message, pack_messages
from simulators.played_day import PlayedSandbox
from simulators.receipt_log import ReceiptLog
from simulators.verdict import TradeVerdict

ENVELOPES = "envelopes"
"""The fault name of such trades."""
FULL, SUBSCRIBED = 100, 2
"""The most documents in a message; number of lists with a subscriber."""
FIRST = 990_000
"""The first number of these trades; no others use this range."""
ANSWERS = ("622", "816", "818")
"""The receipts that a list's subscriber gets; for its data, the message."""


def orders(shop: Shop) -> list[ImportTrade]:
    """Trades for one full message of orders, all of one platform."""
    platform, number, found = shop.world.platforms[0], FIRST, list[ImportTrade]()
    while len(found) < FULL:
        trade = shop.trade(number)
        if trade.parties.platform == platform:
            found.append(replace(trade, fault=ENVELOPES))
        number += 1
    return found


def full_message(session: PlayedSandbox, shop: Shop) -> Iterator[TradeVerdict]:
    """Send a full message; its orders wait for lists that never come."""
    made = orders(shop)
    platform = made[0].parties.platform
    documents = [trade.order for trade in made if trade.order is not None]
    sent = make_message(CODES[ORDER], documents, platform, tuple(trade.id for trade in made))
    receipt_log = ReceiptLog(made)
    for _ in session.send([sent.body]):
        pass
    for posted in session.fetch([platform.dxp_id]):
        receipt_log.read(posted.mailbox, posted.bodies)
    yield from check_orders(made, receipt_log)


def check_orders(made: Sequence[ImportTrade], receipt_log: ReceiptLog) -> Iterator[TradeVerdict]:
    """Check that each order of a message is answered exactly once."""
    for trade in made:
        path = " ".join(receipt_log.statuses_of(trade.id, "312"))
        wrong = () if path == "2" else (f"of {len(made)} orders in a message this one came to {path or 'nothing'}",)
        yield TradeVerdict(trade.id, ENVELOPES, "2", path or "nothing", wrong)


def subscribed_lists(shop: Shop) -> list[ImportTrade]:
    """Lists to whose receipts another participant subscribes."""
    return [replace(shop.trade(FIRST + 9_000 + number), fault=ENVELOPES) for number in range(SUBSCRIBED)]


def messages_with_subscriber(trades: Sequence[ImportTrade], subscriber: str) -> Iterator[SyntheticMessage]:
    """Their messages; those of lists name the subscriber."""
    yield from (message for message in pack_messages(trades) if message.code != CODES[INVENTORY])
    for trade in trades:
        if trade.inventory is not None:
            yield make_message(
                CODES[INVENTORY], [trade.inventory], trade.parties.agent, (trade.id,), subscriber=subscriber
            )


def check_subscriber(
    session: PlayedSandbox, day: ImportDay, receipt_log: ReceiptLog, subscriber: str
) -> Iterator[TradeVerdict]:
    """Compare the subscriber's receipts with those of each list's agent."""
    theirs = ReceiptLog(day.trades)
    for posted in session.fetch([subscriber]):
        theirs.read(posted.mailbox, posted.bodies)
    yield from check_copies(day.trades, receipt_log, theirs)


def check_copies(trades: Sequence[ImportTrade], receipt_log: ReceiptLog, theirs: ReceiptLog) -> Iterator[TradeVerdict]:
    """A subscriber's log against the agents': the same receipts of each list, and its message."""
    for trade in trades:
        wanted = Counter(
            (receipt.code, receipt.status) for receipt in receipt_log.of(trade.id) if receipt.code in ANSWERS
        )
        wanted[CODES[INVENTORY], ""] = 1
        received = Counter((receipt.code, receipt.status) for receipt in theirs.of(trade.id))
        wrong = [f"{code} {status}".rstrip() for code, status in sorted((wanted - received) + (received - wanted))]
        complaints = (f"subscriber and agent differ in {', '.join(wrong)}",) if wrong else ()
        yield TradeVerdict(
            trade.id, ENVELOPES, "as the agent", "as the agent" if not wrong else "otherwise", complaints
        )
