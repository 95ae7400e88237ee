"""Facts on both databases: one delivery for each gateway that hears, none when nobody does, in the commit that
publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine

from gateways.desk import Desk
from gateways.topics.topic import Topic, fact
from tests.contracts.agencies import Agencies, Table
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


class SaleDue(NamedTuple):
    """Goods are to be sold."""

    number: int


@fact
class LotSold(NamedTuple):
    """Goods were sold."""

    number: int


def sell(sales: Sequence[SaleDue], desk: Desk[Any]) -> None:
    for sale in sales:
        desk.publish(LotSold(sale.number))


SELLING = Topic("customs.sale", SaleDue, sell, None)


@pytest.fixture
def heard() -> Counter[tuple[str, int]]:
    """How often each agency heard of each sale."""
    return Counter()


def hearing(agency: str, heard: Counter[tuple[str, int]], **switched: Callable[[Any], bool]) -> Table:
    """The table of an agency that counts what it hears."""

    def count(sold: Sequence[LotSold], desk: Desk[Any]) -> None:
        heard.update((agency, sale.number) for sale in sold)

    return [Topic(f"{agency}.sold", LotSold, count, None, **switched)]


def published(agencies: Agencies) -> list[tuple[str, str, str]]:
    """The deliveries that are stored when two sales are handled and nothing else."""
    for number in (7, 8):
        agencies.send(SaleDue(number))
    agencies.workers()["customs"].work(agencies.ready()["customs"])
    return agencies.deliveries()


def test_each_gateway_that_hears_has_one_delivery_and_handles_it_once(
    engine: Engine, heard: Counter[tuple[str, int]]
) -> None:
    tables = {"customs": [SELLING], **{name: hearing(name, heard) for name in ("tax", "refund")}}
    agencies = Agencies(engine, tables, 0)
    assert published(agencies) == [("refund", "refund.sold", "[[7],[8]]"), ("tax", "tax.sold", "[[7],[8]]")]
    agencies.settle()
    assert heard == {(agency, number): 1 for agency in ("tax", "refund") for number in (7, 8)}


def test_no_row_is_written_when_nobody_hears(engine: Engine, heard: Counter[tuple[str, int]]) -> None:
    switched = hearing("refund", heard, hears=lambda options: options.pre_check)
    assert published(Agencies(engine, {"customs": [SELLING], "tax": [], "refund": switched}, 0)) == []


def test_a_sandbox_switches_a_hearer_on(engine: Engine, heard: Counter[tuple[str, int]]) -> None:
    switched = hearing("refund", heard, hears=lambda options: options.pre_check)
    agencies = Agencies(engine, {"customs": [SELLING], "refund": switched}, 0, pre_check=True)
    assert [queue for queue, *_ in published(agencies)] == ["refund"]


def test_what_an_attempt_that_failed_has_published_is_heard_by_nobody(
    engine: Engine, heard: Counter[tuple[str, int]]
) -> None:
    def sell_and_fail(sales: Sequence[SaleDue], desk: Desk[Any]) -> None:
        sell(sales, desk)
        if not heard["failed", 0]:
            heard["failed", 0] += 1
            raise RuntimeError("the first attempt fails")

    selling = Topic("customs.sale", SaleDue, sell_and_fail, None)
    agencies = Agencies(engine, {"customs": [selling], "tax": hearing("tax", heard)}, 0)
    assert len(published(agencies)) == 2  # one for each delivery, since they were handled apart
    agencies.settle()
    assert heard == {("failed", 0): 1, ("tax", 7): 1, ("tax", 8): 1}
