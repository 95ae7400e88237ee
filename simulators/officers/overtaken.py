"""Checks that a decision is refused if another officer's decision changed its subject first, both in the same step of
the window's work and in different steps.

Uses a separate window with small steps, because with larger ones the second case depends on chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulators.entry import SandboxSession, open_sandbox, settings_for
from simulators.entry.folders import temporary_folder
from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault
from simulators.officers.acts import ACTS, DONE, REASON, REFUSED, REVIEWER
from simulators.receipt_log import ReceiptLog
from simulators.verdict import TradeVerdict
from simulators.world import World

SANDBOX = "overtaken"
LISTS = 8
"""Number of lists; more decisions than the window carries out in one step."""
FIRST_NUMBER = 985_000
"""First number of these trades; no other trades use this range."""
PATH = "2 120 300 600"


def play_overtaken(world: World, seed: int, options: Mapping[str, Any]) -> Iterator[TradeVerdict]:
    """One officer suspends all lists; another's simultaneous decisions must be refused. Returns a verdict for each
    list."""
    chosen = {**options, "signatures": "off", "inspection": False, "automatic_officer": False}
    with temporary_folder("overtaken-") as folder:
        settings = settings_for(folder / "data", synchronous="NORMAL", readers=0, batch=1)
        with open_sandbox(settings, SANDBOX, world, chosen) as session:
            trades = _waiting_lists(session, world, seed)
            receipt_log = ReceiptLog(trades)
            ImportDay(session, world, trades, LISTS).play_day(receipt_log)
            acts = [(trade, action) for action in ("suspend", "reject") for trade in trades]
            filed = [_file_decision(session, trade, action) for trade, action in acts]
            session.settle()
            for posted in session.fetch(world.mailboxes()):
                receipt_log.read(posted.mailbox, posted.bodies)
            outcomes = [
                session.state_of(trade.id, number) if number else "not filed"
                for (trade, _), number in zip(acts, filed, strict=True)
            ]
            for trade, first, second in zip(trades, outcomes, outcomes[LISTS:], strict=False):
                yield _verdict(trade, (first, second), " ".join(receipt_log.statuses_of(trade.id)))


def _waiting_lists(session: SandboxSession, world: World, seed: int) -> Sequence[ImportTrade]:
    """Lists that wait for an officer."""
    shop = Shop(world, seed, session.day)
    doubtful = known_fault("import", "content_missing")
    return [replace(faulty_trade(shop, FIRST_NUMBER + number, doubtful), fault=ACTS) for number in range(LISTS)]


def _file_decision(session: SandboxSession, trade: ImportTrade, action: str) -> int:
    officer = "甲" if action == "suspend" else "乙"
    return session.decide_list(trade.id, action, REASON, REVIEWER, officer, "")


def _verdict(trade: ImportTrade, outcomes: tuple[str, str], path: str) -> TradeVerdict:
    complaints = []
    if outcomes != (DONE, REFUSED):
        complaints.append(f"of two acts in one moment the first came to {outcomes[0]}, the second to {outcomes[1]}")
    if path != PATH:
        complaints.append(f"it should have gone through {PATH}, and went through {path or 'nothing'}")
    return TradeVerdict(trade.id, ACTS, PATH, path, tuple(complaints))
