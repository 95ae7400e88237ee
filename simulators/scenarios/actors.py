"""The trades of a scenario as the generator makes them: companies, buyers, documents, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from simulators.amounts import fen
from simulators.changing import apply_change
from simulators.companies import TradingCompany, laboratory
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.exports.traffic import faulty_export
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import SOURCES, FaultSources, known_fault
from simulators.refunds.arithmetic import VatFigures
from simulators.refunds.cases import RefundCase
from simulators.refunds.firms import RefundExporter, world_of_exporter
from simulators.refunds.scenarios import RefundScenario, ScenarioGoods
from simulators.scenarios.form import Change, Deal, RefundBasis, ScenarioFile
from simulators.scenarios.kinds import GENERATOR_KINDS, LABORATORIES, PARTIES
from simulators.traded import Document, Shape
from simulators.world import World

SANDBOX_SEED = "scenario"
"""Seed of a scenario's sandbox, for its draws and the numbers that the window assigns."""
GENERATOR_SEED = 20_261
"""Seed of the generator."""
_BUYER_ELEMENTS = {
    "order": ("buyerRegNo", "buyerName", "buyerTelephone", "buyerIdNumber"),
    "payment": ("payerName", "payerIdNumber"),
    "inventory": ("buyerName", "buyerTelephone", "buyerIdNumber"),
}
_VOYAGE_ELEMENTS = ("customsCode", "portCode", "trafMode", "trafNo", "voyageNo", "billNo", "country")


class FurtherNumbers(NamedTuple):
    """Further numbers by which receipts may identify a trade."""

    id: str
    numbers: tuple[str, ...]


@dataclass(slots=True)
class Actor:
    """A trade of a scenario: its current documents, and its refund if there is one."""

    name: str
    deal: Deal
    world: World
    shop: Any
    trade: Any
    case: RefundCase | None = None
    transmissions: dict[str, int] = field(default_factory=dict)
    """How often a document was transmitted, by its guid."""

    @property
    def flow(self) -> str:
        """Its direction: import or export."""
        return self.deal.flow

    @property
    def numbers(self) -> Iterator[Any]:
        """All numbers that receipts may be about: the trade, its arrival note, its refund and its exporter."""
        yield self.trade
        if isinstance(self.trade, ImportTrade) and self.trade.inventory is not None:
            yield FurtherNumbers(self.trade.id, ("R" + self.trade.inventory.head["copNo"][1:],))
        if self.case is not None:
            numbers = (*self.case.numbers, self.case.second_claim_no, self.case.firm.code)
            yield FurtherNumbers(self.trade.id, numbers)

    def company(self, role: str) -> TradingCompany:
        """One of its companies, or a laboratory by its code; raises `LookupError` if it has none in this role."""
        if role in LABORATORIES:
            return laboratory(role)
        party = getattr(self.trade.parties, role, None)
        if party is None:
            raise LookupError(f"the trade {self.name} has no {role}")
        company: TradingCompany = getattr(party, "company", party)
        return company

    def companies(self) -> Iterator[TradingCompany]:
        """Its companies that may send messages about no document of it."""
        for role in PARTIES:
            party = getattr(self.trade.parties, role, None)
            if party is not None:
                yield getattr(party, "company", party)

    def document(self, word: str, changes: tuple[Change, ...] = ()) -> Document | None:
        """One of its documents with temporary changes."""
        kind = GENERATOR_KINDS.get(word, word)
        trade = self.trade
        for change in changes:
            trade = self._apply(trade, {"document": word, **change})
        document: Document | None = trade.document(kind)
        return document

    def change(self, change: Change) -> None:
        """Change one of its documents permanently."""
        self.trade = self._apply(self.trade, change)

    def _apply(self, trade: Any, change: Change) -> Any:
        generator_change = {**change, "document": GENERATOR_KINDS.get(change["document"], change["document"])}
        buyer = self.shop.buyer(trade.number + 1) if isinstance(trade, ImportTrade) else None
        return apply_change(trade, generator_change, FaultSources(self.world, trade, buyer), SOURCES)


def make_actors(scenario: ScenarioFile, world: World) -> dict[str, Actor]:
    """The trades of a scenario by name; the same scenario makes the same trades, to the byte."""
    by_name: dict[str, Actor] = {}
    for number, (name, deal) in enumerate(scenario.trades.items()):
        shop_and_trade = (
            _make_import(deal, number, world, scenario.window.day)
            if deal.flow == "import"
            else _make_export(deal, _exporter_number(number, deal, by_name), world, scenario.window.day, number)
        )
        actor = by_name[name] = Actor(name, deal, world, *shop_and_trade)
        _share_buyer_and_voyage(actor, by_name)
        for change in deal.change:
            actor.change(change)
        if deal.refund is not None and deal.refund.claimed_with:
            _claim_with(by_name[deal.refund.claimed_with], actor, deal.refund)
        elif deal.refund is not None:
            actor.case = _make_case(number, deal, deal.refund, actor.trade, scenario.window.day)
    return by_name


def _shape_of(deal: Deal) -> Shape:
    price = None if deal.price is None else fen(deal.price)
    return Shape(deal.mode, deal.goods, deal.lines, deal.quantity, price)


def _make_import(deal: Deal, number: int, world: World, day: date) -> tuple[Shop, ImportTrade]:
    shop = Shop(world, GENERATOR_SEED, day)
    if deal.fault:
        return shop, faulty_trade(shop, number, known_fault("import", deal.fault))
    return shop, shop.trade(number, _shape_of(deal))


def _exporter_number(number: int, deal: Deal, others: Mapping[str, Actor]) -> int:
    """The number by which a trade's exporter is chosen: its own, or that of the trade with which it is claimed."""
    with_name = deal.refund.claimed_with if deal.refund is not None else ""
    return list(others).index(with_name) if with_name else number


def _make_export(
    deal: Deal, exporter_number: int, world: World, day: date, number: int
) -> tuple[ExportShop, ExportTrade]:
    if deal.refund is not None:
        world = world_of_exporter(world, _exporter_of(exporter_number, world, deal.refund))
    shop = ExportShop(world, GENERATOR_SEED, day, together=deal.together)
    if deal.fault:
        fault = known_fault("export", deal.fault)
        return shop, faulty_export(shop, number, fault._replace(alone=fault.alone or not deal.together), SANDBOX_SEED)
    return shop, shop.trade(number, _shape_of(deal), alone=not deal.together, flag=deal.flag)


def _share_buyer_and_voyage(actor: Actor, others: Mapping[str, Actor]) -> None:
    """Give a trade the buyer of another, and the voyage of the first trade that travels with it."""
    if not isinstance(actor.trade, ImportTrade):
        return
    if actor.deal.buyer_of:
        _copy_elements(actor, others[actor.deal.buyer_of], _BUYER_ELEMENTS)
    first = next((other for other in others.values() if other.deal.together and other.flow == "import"), actor)
    if actor.deal.together and first is not actor:
        _copy_elements(actor, first, {"inventory": _VOYAGE_ELEMENTS, "waybill": ("billNo",)})


def _copy_elements(actor: Actor, other: Actor, elements: Mapping[str, tuple[str, ...]]) -> None:
    for kind, names in elements.items():
        own, theirs = actor.trade.document(kind), other.trade.document(kind)
        head = {**own.head, **{name: theirs.head[name] for name in names if name in theirs.head}}
        actor.trade = actor.trade.with_document(kind, Document(head, own.lines))


def _exporter_of(number: int, world: World, refund: RefundBasis) -> RefundExporter:
    return RefundExporter(number, world.exporters[number % len(world.exporters)], refund.kind, refund.credit)


def _claim_with(other: Actor, actor: Actor, refund: RefundBasis) -> None:
    """Put an export into the refund case of another export of the same exporter."""
    if other.case is not None:
        goods = _goods_of(actor.deal, refund, actor.trade)
        other.case.scenario = other.case.scenario._replace(goods=(*other.case.scenario.goods, goods))
        other.case.trades.append(actor.trade)


def _goods_of(deal: Deal, refund: RefundBasis, trade: ExportTrade) -> ScenarioGoods:
    line = trade.inventory.lines[0] if trade.inventory else {}
    quantity = int(line.get("qty", "1"))
    return ScenarioGoods(
        deal.goods,
        quantity,
        fen(deal.price or "100.00"),
        Decimal(refund.cost),
        refund.bought or quantity,
        Decimal(refund.levy),
        Decimal(refund.rate),
    )


def _make_case(number: int, deal: Deal, refund: RefundBasis, trade: ExportTrade, day: date) -> RefundCase:
    """Make the refund case that follows an export."""
    goods = _goods_of(deal, refund, trade)
    vat = VatFigures(Decimal(refund.output), Decimal(refund.input), Decimal(refund.forward))
    paper = "" if refund.kind == "M" else "1"
    scenario = RefundScenario(
        name=SANDBOX_SEED,
        kind=refund.kind,
        credit=refund.credit,
        mode=deal.mode,
        goods=(goods,),
        vat=vat,
        claim=refund.kind,
        business=refund.business,
        paper=paper,
    )
    return RefundCase(
        number, scenario, RefundExporter(number, trade.parties.merchant, refund.kind, refund.credit), day, [trade]
    )
