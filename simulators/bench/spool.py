"""Traffic files for measures: direct purchases in the green lane, exports of all modes with arrivals and departures, or
a batch of retail exports on one master waybill.

A file holds each message as its length in eight bytes and its body, so that it can be read message by message.
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
from simulators.messages import SyntheticMessage, pack_messages
from simulators.traded import Shape
from simulators.world import World

SEED = 1
WARM_UP_SEED = 2


IMPORT, EXPORT, BATCHED, LISTS, SOLD = "import", "export", "batched", "lists", "sold"
"""Kinds of traffic: batched exports arrive but do not depart; the last two are only lists, for summaries and claims."""
SANDBOX = "bench"
"""The seed of the sandbox's random decisions, under which the goods of a batch pass any inspection."""
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


def bench_world() -> World:
    """The world whose companies send the traffic."""
    return World(SEED)


def traffic_file(folder: Path, traffic: Traffic, day: date = FIRST_DAY) -> Path:
    """The file with this traffic in a folder; written if it does not exist."""
    file = folder / traffic.name
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        with unfinished.open("wb") as out:
            for message in MESSAGE_SOURCES[traffic.kind](traffic, day):
                out.write(len(message.body).to_bytes(8, "big") + message.body)
        unfinished.rename(file)
    return file


def _imports(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    imports = trades(
        bench_world(),
        traffic.trades,
        seed=traffic.seed,
        day=day,
        fault_share=0,
        modes={"9610": 100},
        first=traffic.first,
    )
    return pack_messages(imports, traffic.per_message)


def _exports(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Exports with their arrival and departure notes, in groups that share a master waybill."""
    shop = ExportShop(bench_world(), traffic.seed, day)
    for first in range(0, traffic.trades, ABOARD):
        exports = [shop.trade(number) for number in range(first, min(first + ABOARD, traffic.trades))]
        yield from pack_messages(exports, traffic.per_message)
        yield from notes.arrivals(bench_world(), exports, per_part=traffic.per_message)
        yield from notes.departures(exports, per_part=traffic.per_message)


def _batched_messages(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Retail exports on one master waybill: first all documents, then the notes."""
    shop = ExportShop(bench_world(), traffic.seed, day, {"9610": 100}, aboard=traffic.trades, together=True)
    parcels: list[ExportTrade] = []
    yield from pack_messages(
        _keep_light(good_exports(shop, range(traffic.trades), SANDBOX), parcels), traffic.per_message
    )
    yield from notes.consolidations(bench_world(), parcels, per_part=PER_NOTE)
    yield from notes.arrivals(bench_world(), parcels, per_part=PER_NOTE)


def _lists(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Fully declared lists (B) of retail exports, without other documents."""
    shop = ExportShop(bench_world(), traffic.seed, day, {"9610": 100})
    exports = (shop.trade(number, flag="B") for number in range(min(traffic.trades, PATTERNS)))
    yield from (message for message in pack_messages(exports, traffic.per_message) if message.code == "603")


def _claimed_lists(traffic: Traffic, day: date) -> Iterator[SyntheticMessage]:
    """Lists of exports to companies (9710), with five lines each, for refund claims."""
    shop = ExportShop(bench_world(), traffic.seed, day, {"9710": 100})
    exports = (shop.trade(number, Shape(lines=LINES), flag="B") for number in range(min(traffic.trades, PATTERNS)))
    yield from (message for message in pack_messages(exports, traffic.per_message) if message.code == "603")


def _keep_light(exports: Iterator[ExportTrade], parcels: list[ExportTrade]) -> Iterator[ExportTrade]:
    for trade in exports:
        parcels.append(trade.reduced_to_heads())
        yield trade


MESSAGE_SOURCES = {IMPORT: _imports, EXPORT: _exports, BATCHED: _batched_messages, LISTS: _lists, SOLD: _claimed_lists}


def read_bodies(file: Path) -> Iterator[bytes]:
    """The messages of a file, one after the other."""
    with file.open("rb") as source:
        while head := source.read(8):
            yield source.read(int.from_bytes(head, "big"))
