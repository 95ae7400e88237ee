"""Batches of exports under the rules of 2018, when every batch was sampled: bad goods, and the inspections to
expect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from simulators.exports.shop import ExportShop
from simulators.exports.trade import GOODS_LEFT, ExportTrade
from simulators.exports.traffic import drawn_exports, sampled_exports
from simulators.traded import Expected
from simulators.world import World

SAMPLED_BATCH, BAD_BATCH, ACCEPTED_BATCH = "batch_sampled", "batch_of_bad_goods", "batch_with_one_bad"
"""The fault names of the lists of such batches."""
SAMPLING, SIZE, SAMPLES = date(2018, 6, 20), 12, 2
"""A day on which every batch was sampled; of so many lists at least so many (`batches.sampling`: up to 15)."""
DRAWN, REST = 13, 7
"""So many samples bear one failure; those of a batch that are drawn by themselves, and the rest of it."""
MASTER: Mapping[str, int] = {"9610": 100}
SAMPLED: Mapping[str, Any] = {"signatures": "off", "batches": "master_waybill"}
BAD = Expected("500")


class SampledBatch(NamedTuple):
    """The lists of a batch, and how many of them are inspected, at least and at most."""

    trades: Sequence[ExportTrade]
    least: int
    most: int


def sampled_batches(world: World, seed: int, sandbox: str) -> Iterator[SampledBatch]:
    """Of the first all goods are good; of the second all are bad, so that every list is inspected; of the third no more
    are bad than its samples bear, and the others go."""
    for bad, name, must, least in ((False, SAMPLED_BATCH, GOODS_LEFT, SAMPLES), (True, BAD_BATCH, BAD, SIZE)):
        shop = ExportShop(world, seed + bad, SAMPLING, MASTER, aboard=SIZE, together=True)
        several = sampled_exports(shop, range(bad * SIZE, bad * SIZE + SIZE), sandbox, bad)
        yield SampledBatch(_with_fault(several, name, must), least, SIZE)
    shop = ExportShop(world, seed + 2, SAMPLING, MASTER, aboard=DRAWN + REST, together=True)
    first = 3 * (DRAWN + REST)
    drawn = drawn_exports(shop, range(first, first + DRAWN), sandbox, 1)
    others = sampled_exports(shop, range(first + DRAWN, first + DRAWN + REST), sandbox, False)
    trades = [*_with_fault(drawn, ACCEPTED_BATCH, BAD), *_with_fault(others, ACCEPTED_BATCH, GOODS_LEFT)]
    yield SampledBatch(trades, DRAWN, DRAWN)


def _with_fault(trades: Iterable[ExportTrade], name: str, must: Expected) -> list[ExportTrade]:
    return [replace(trade, fault=name, story="in_batch", expected=must) for trade in trades]
