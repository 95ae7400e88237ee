"""Traffic for measuring, made beforehand and kept on disk: sound direct purchases in the green lane, as bytes.

A message is kept as its length in eight bytes and its body, so that two hundred thousand trades need no memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from simulators.entry import FIRST_DAY
from simulators.imports.traffic import Trade, messages, trades
from simulators.world import World

SEED = 1
WARM_UP_SEED = 2


class Traffic(NamedTuple):
    """Which traffic: how many trades, documents in a message, seed."""

    trades: int
    per_message: int
    seed: int = SEED

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.trades}-{self.per_message}-{self.seed}.messages"


def world() -> World:
    """The world whose companies send it."""
    return World(SEED)


def made(folder: Path, traffic: Traffic, day: date = FIRST_DAY) -> Path:
    """The file of this traffic in a folder; written unless it is there."""
    file = folder / traffic.name
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        with unfinished.open("wb") as out:
            for one in messages(_trades(traffic, day), traffic.per_message):
                out.write(len(one.body).to_bytes(8, "big") + one.body)
        unfinished.rename(file)
    return file


def _trades(traffic: Traffic, day: date) -> Iterator[Trade]:
    return trades(world(), traffic.trades, seed=traffic.seed, day=day, fault_share=0, modes={"9610": 100})


def bodies(file: Path) -> Iterator[bytes]:
    """The messages of a file, one after the other."""
    with file.open("rb") as source:
        while head := source.read(8):
            yield source.read(int.from_bytes(head, "big"))
