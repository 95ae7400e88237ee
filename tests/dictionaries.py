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

import zstandard

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import encode, extract
from schemas import catalogue
from schemas.reading import open_message, read
from simulators.exports.traffic import export_trades
from simulators.imports.traffic import trades
from simulators.messages import messages
from simulators.world import World

WORLDS = range(7_001, 7_025)
TRADES = 24
"""Trades of each world, imports and exports."""
DAY = date(2026, 11, 20)
SIZES = {"messages": 64 * 1_024, "facts": 32 * 1_024}
"""Bytes of each dictionary: twice as many gain a twentieth more."""


def bodies() -> Iterator[bytes]:
    """Messages of one document and of a few."""
    for seed in WORLDS:
        world = World(seed)
        imports = list(trades(world, TRADES, seed=seed, day=DAY))
        exports = list(export_trades(world, TRADES, seed=seed, day=DAY))
        for some in (imports, exports):
            yield from (message.body for message in messages(some, 1))
            yield from (message.body for message in islice(messages(some, 4), 6))


def facts(body: bytes) -> Iterator[bytes]:
    """The facts of a message's documents."""
    opened = open_message(body)
    message = read(opened, catalogue.EDITION)
    for block in message.blocks:
        layout = catalogue.names(opened.entry.code, message.edition)
        yield encode(extract(DOCUMENTS[opened.entry.kind], layout, block.head, block.lines))


def main(folder: Path) -> None:
    """Write the dictionaries."""
    came = list(bodies())
    samples: dict[str, Sequence[bytes]] = {"messages": came, "facts": [fact for body in came for fact in facts(body)]}
    for name, some in samples.items():
        trained = zstandard.train_dictionary(SIZES[name], list(some), level=1)
        (folder / f"{name}-1.zdict").write_bytes(trained.as_bytes())
        print(f"{name}: {len(some)} samples, {len(trained)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
