"""Generates the trades and messages of a block of traffic, deterministically."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from schemas import catalogue
from schemas.envelope import Envelope, customs_node, wrap
from simulators.draws import Draws
from simulators.exports import notes
from simulators.exports.shop import ExportShop
from simulators.exports.trade import GOODS_LEFT, STORIES_NOT_ARRIVING, STORIES_SPLIT_ARRIVAL, ExportTrade
from simulators.exports.traffic import exports_of
from simulators.imports.arithmetic import POLICIES, Bill, plainly
from simulators.imports.bills import TaxTerms, bills_of, from_rows
from simulators.imports.shop import Shop
from simulators.imports.stories import intakes
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import trades_of
from simulators.messages import MESSAGE_GUID, SyntheticMessage, pack_messages
from simulators.traffic.plan import TrafficBlock, TrafficPlan
from simulators.traffic.profile import THOUSAND
from simulators.world import World

SANDBOX = "traffic"
BILLED = frozenset({"800", "300"})
"""Outcomes after which a list may be released and taxed."""
_APP_TIME = re.compile(rb"<(?:\w+:)?appTime>(\d{14})<")
AnyTrades = Sequence[ImportTrade] | Sequence[ExportTrade]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Expectation(NamedTuple):
    """The expected outcome of a trade: the list's return status ("": no list), and the codes that its receipts must
    name.

    `then`: follow-up of simulated participants after its receipts; empty: none. `bills`: rounding policy → tax bills;
    of each line gnum, gcode, dutiable value, duty, consumption tax and VAT in yuan; P2 is omitted if it equals P1.
    """

    trade: str
    flow: str
    mode: str
    fault: str
    outcome: str
    codes: tuple[str, ...]
    then: str
    bills: Mapping[str, Sequence[Sequence[Sequence[str]]]] = NOTHING

    def bills_by(self, rounding: str) -> list[Bill]:
        """The bills in their order, rounded by a policy."""
        return [from_rows(rows) for rows in self.bills.get(rounding, self.bills.get(POLICIES[0], ()))]


def imports(plan: TrafficPlan, world: World, block: TrafficBlock) -> list[ImportTrade]:
    """The import trades of a block."""
    day, profile = plan.days[block.place], plan.profile
    shop = Shop(world, plan.seed, day.day, profile.modes.imports or None, day.ordered_at("import"))
    return list(trades_of(shop, block.numbers, profile.faults.imports))


def exports(plan: TrafficPlan, world: World, block: TrafficBlock) -> list[ExportTrade]:
    """The export trades of a block."""
    day, profile = plan.days[block.place], plan.profile
    shop = ExportShop(world, plan.seed, day.day, profile.modes.exports or None, ordered_at=day.ordered_at("export"))
    return list(exports_of(shop, block.numbers, profile.faults.exports, THOUSAND, SANDBOX))


def expectations(flow: str, trades: AnyTrades) -> Iterator[Expectation]:
    """The expected outcome of each trade."""
    for trade in trades:
        promise = trade.expected
        bills = _bills(trade) if isinstance(trade, ImportTrade) else {}
        yield Expectation(
            trade=trade.id,
            flow=flow,
            mode=trade.mode,
            fault=trade.fault,
            outcome=promise.outcome,
            codes=promise.codes,
            then=trade.story,
            bills=bills,
        )


def _bills(trade: ImportTrade) -> dict[str, Any]:
    """The bills of a trade that may be released, by rounding policy."""
    if trade.expected.outcome not in BILLED:
        return {}
    by_policy = {
        policy: [plainly(bill) for bill in bills_of(trade, TaxTerms(policy, trade.day))] for policy in POLICIES
    }
    plain = by_policy[POLICIES[0]]
    return {name: bills for name, bills in by_policy.items() if name == POLICIES[0] or bills != plain}


def make_block(plan: TrafficPlan, world: World, block: TrafficBlock) -> tuple[AnyTrades, Iterator[SyntheticMessage]]:
    """The trades of a block, and all messages that do not depend on receipts."""
    if block.flow == "import":
        bought = imports(plan, world, block)
        return bought, _with_repetitions(plan, block, _of_imports(plan, world, bought))
    sold = exports(plan, world, block)
    return sold, _with_repetitions(plan, block, _of_exports(plan, world, sold))


def _of_imports(plan: TrafficPlan, world: World, trades: Sequence[ImportTrade]) -> Iterator[SyntheticMessage]:
    yield from pack_messages(trades, plan.per_message)
    yield from intakes(world, trades)


def _of_exports(plan: TrafficPlan, world: World, trades: Sequence[ExportTrade]) -> Iterator[SyntheticMessage]:
    """Documents, then transport notes of accepted parcels, and departures of parcels that nothing holds back."""
    yield from pack_messages(trades, plan.per_message)
    brought = [
        trade
        for trade in trades
        if trade.expected == GOODS_LEFT and trade.story not in STORIES_NOT_ARRIVING | STORIES_SPLIT_ARRIVAL
    ]
    yield from notes.consolidations(world, brought, per_part=plan.per_message)
    yield from notes.arrivals(world, brought, per_part=plan.per_message)
    yield from notes.departures(brought, per_part=plan.per_message)


def _with_repetitions(
    plan: TrafficPlan, block: TrafficBlock, sent: Iterator[SyntheticMessage]
) -> Iterator[SyntheticMessage]:
    """The messages, some repeated after the next one."""
    again: SyntheticMessage | None = None
    for number, message in enumerate(sent):
        yield message
        if again is not None:
            yield again
        drawn = Draws(plan.seed, "repeat", block.name, number).below(THOUSAND)
        again = message if drawn < plan.profile.repeats.messages else None
    if again is not None:
        yield again


def written_at(message: SyntheticMessage) -> str:
    """The time of a message's latest document (yyyyMMddHHmmss), at which it is sent."""
    written: bytes = max(_APP_TIME.findall(message.body))
    return written.decode()


def put_in_envelope(message: SyntheticMessage) -> bytes:
    """The message in a DxpMsg."""
    match, when = MESSAGE_GUID.search(message.body), written_at(message)
    assert match is not None
    created = f"{when[:4]}-{when[4:6]}-{when[6:8]}T{when[8:10]}:{when[10:12]}:{when[12:]}"
    node = customs_node(catalogue.by_code(message.code).flow)
    return wrap(
        Envelope(match[1].decode(), message.sender, (node,), created, f"CEB{message.code}Message", message.body)
    )
