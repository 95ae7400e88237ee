"""Makes the dictionaries of `schemas/packing.py`: `python -m tests.dictionaries FOLDER`, from synthetic traffic.

Worlds of seeds that no demo, bench or test plays are sampled: what is measured must not have been learned by heart. One
that has been released is never made anew: give the next number.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import zstandard
from sqlalchemy import select

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import encode, extract
from schemas import catalogue
from schemas.message_types import EDITION
from schemas.reading import open_message, read
from simulators.entry import Settings, open_sandbox
from simulators.exports.traffic import export_trades
from simulators.imports.traffic import trades
from simulators.messages import pack_messages
from simulators.world import World
from single_window.store import receipt_contents
from single_window.store.bulk import chunks
from single_window.store.tables import receipt_group, tax_bill
from tests.databases import fetch

WORLDS = range(7_001, 7_025)
PLAYED = 6
"""Worlds of which receipts are sampled."""
TRADES = 24
"""Trades of each world, imports and exports."""
DAY = date(2026, 11, 20)
SIZES = {"messages": 64 * 1_024, "facts": 32 * 1_024, "bills": 4 * 1_024, "receipts": 8 * 1_024}
"""Bytes of each dictionary: twice as many gain a twentieth more."""


def bodies() -> Iterator[bytes]:
    """Messages of one document and of a few."""
    for seed in WORLDS:
        world = World(seed)
        imports = list(trades(world, TRADES, seed=seed, day=DAY))
        exports = list(export_trades(world, TRADES, seed=seed, day=DAY))
        for some in (imports, exports):
            yield from (message.body for message in pack_messages(some, 1))
            yield from (message.body for message in islice(pack_messages(some, 4), 6))


def facts(body: bytes) -> Iterator[bytes]:
    """The facts of a message's documents."""
    open_sandbox = open_message(body)
    message = read(open_sandbox, EDITION)
    for block in message.blocks:
        layout = catalogue.names(open_sandbox.entry.code, message.edition)
        yield encode(extract(DOCUMENTS[open_sandbox.entry.kind], layout, block.head, block.lines))


class Stored(NamedTuple):
    """Samples of what a window stores: contents of receipts in groups of one and of a few; texts of tax bills."""

    receipts: list[bytes]
    bills: list[bytes]


def stored() -> Stored:
    """Samples from windows that play the worlds."""
    samples = Stored([], [])
    for seed in islice(WORLDS, PLAYED):
        world = World(seed)
        played = [*trades(world, TRADES, seed=seed, day=DAY), *export_trades(world, TRADES, seed=seed, day=DAY)]
        with TemporaryDirectory() as folder, open_sandbox(Settings(data=Path(folder)), "played", world, {}) as session:
            for _ in session.send(message.body for message in pack_messages(played, 4)):
                pass
            groups = fetch(session.window.engine, select(receipt_group.c.contents)).scalars().all()
            bills = fetch(session.window.engine, select(tax_bill.c.assessment, tax_bill.c.fields)).all()
        samples.bills.extend(text.encode() for bill in bills for text in bill)
        for group in map(receipt_contents.unpack, groups):
            for size in (1, 4, 16):
                samples.receipts.extend(map(receipt_contents.encode, chunks(group, size)))
    return samples


def main(folder: Path) -> None:
    """Write the dictionaries."""
    came = list(bodies())
    samples: dict[str, Sequence[bytes]] = {
        "messages": came,
        "facts": [fact for body in came for fact in facts(body)],
        **stored()._asdict(),
    }
    for name, some in samples.items():
        trained = zstandard.train_dictionary(SIZES[name], list(some), level=1)
        (folder / f"{name}-1.zdict").write_bytes(trained.as_bytes())
        print(f"{name}: {len(some)} samples, {len(trained)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
