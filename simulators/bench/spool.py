"""Traffic for measuring, made beforehand and kept on disk as bytes: sound direct purchases in the green lane, exports
of all modes with their arrivals and departures, or retail exports on one master waybill that go as a batch.

A message is kept as its length in eight bytes and its body, so that two hundred thousand trades need no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from simulators.entry import FIRST_DAY
from simulators.exports import notes
from simulators.exports.shop import ABOARD, ExportShop
from simulators.exports.trade import ExportTrade
from simulators.exports.traffic import good_exports
from simulators.imports.traffic import trades
from simulators.messages import SyntheticMessage, messages
from simulators.traded import Shape
from simulators.world import World

SEED = 1
WARM_UP_SEED = 2


IMPORT, EXPORT, BATCHED, LISTS, SOLD = "import", "export", "batched", "lists", "sold"
"""Kinds of traffic: batched exports arrive but do not depart; the last two are only lists, for summaries and claims."""
SANDBOX = "bench"
"""The sandbox in whose draws the goods of a batch pass any inspection."""
PATTERNS = 5_000
"""Number of different lists to summarise; further lists are copies with other numbers."""
LINES = 5
"""Lines in a list to be claimed for."""
PER_NOTE = 500
"""Parcels in a part of a note about a batch."""


class Traffic(NamedTuple):
    """The traffic of a run: number of trades, documents per message, seed, kind, and the first number of imports."""

    trades: int
    per_message: int
    seed: int = SEED
    kind: str = IMPORT
    first: int = 0

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}-{self.trades}-{self.per_message}-{self.seed}-{self.first}.messages"


def world() -> World:
    """The world whose companies send it."""
    return World(SEED)


def made(folder: Path, traffic: Traffic, day: date = FIRST_DAY) -> Path:
    """The file with this traffic in a folder; written if it does not exist."""
    file = folder / traffic.name
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        with unfinished.open("wb") as out:
            for message in MAKERS[traffic.kind](traffic, day):
                out.write(len(message.body).to_bytes(8, "big") + message.body)
        unfinished.rename(file)
    return file


def _imports(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    made = trades(
        world(), traffic.trades, seed=traffic.seed, day=day, fault_share=0, modes={"9610": 100}, first=traffic.first
    )
    return messages(made, traffic.per_message)


def _exports(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Trades with the notes about their parcels, as many at a time as share master waybills."""
    shop = ExportShop(world(), traffic.seed, day)
    for first in range(0, traffic.trades, ABOARD):
        together = [shop.trade(number) for number in range(first, min(first + ABOARD, traffic.trades))]
        yield from messages(together, traffic.per_message)
        yield from notes.arrivals(world(), together, per_part=traffic.per_message)
        yield from notes.departures(together, per_part=traffic.per_message)


def _batched(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Retail exports on one master waybill: what comes first is all of their documents, then the notes."""
    shop = ExportShop(world(), traffic.seed, day, {"9610": 100}, aboard=traffic.trades, together=True)
    parcels: list[ExportTrade] = []
    yield from messages(_kept(good_exports(shop, range(traffic.trades), SANDBOX), parcels), traffic.per_message)
    yield from notes.consolidations(world(), parcels, per_part=PER_NOTE)
    yield from notes.arrivals(world(), parcels, per_part=PER_NOTE)


def _lists(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """The lists, in full (B), of retail exports; of all merchants and agents."""
    shop = ExportShop(world(), traffic.seed, day, {"9610": 100})
    made = (shop.trade(number, flag="B") for number in range(min(traffic.trades, PATTERNS)))
    yield from (message for message in messages(made, traffic.per_message) if message.code == "603")


def _sold(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Lists of exports to companies abroad (9710), with five lines each, that are claimed for line by line."""
    shop = ExportShop(world(), traffic.seed, day, {"9710": 100})
    made = (shop.trade(number, Shape(lines=LINES), flag="B") for number in range(min(traffic.trades, PATTERNS)))
    yield from (message for message in messages(made, traffic.per_message) if message.code == "603")


def _kept(made: Iterator[ExportTrade], parcels: list[ExportTrade]) -> Iterator[ExportTrade]:
    for trade in made:
        parcels.append(trade.light())
        yield trade


MAKERS = {IMPORT: _imports, EXPORT: _exports, BATCHED: _batched, LISTS: _lists, SOLD: _sold}


def bodies(file: Path) -> Iterator[bytes]:
    """The messages of a file, one after the other."""
    with file.open("rb") as source:
        while head := source.read(8):
            yield source.read(int.from_bytes(head, "big"))
