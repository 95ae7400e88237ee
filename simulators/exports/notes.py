"""Notes of transport: consolidation (607), arrival (507), departure (509), one for each master waybill, in parts.

A note names parcels only, so it can be written before any receipt has come. Each part is a message of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from simulators.changing import moved_time
from simulators.companies import TradingCompany
from simulators.draws import guid
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.traded import Document, Elements, opening_elements
from simulators.transport_notes import ARRIVAL, DEPARTURE
from simulators.world import World

PER_PART = 25
"""Parcels in one part of a note."""
HOUR = 3600
CONSOLIDATION = "607"
PLATE = "鲁B00001"


def consolidations(
    world: World, trades: Iterable[ExportTrade], *, after: int = HOUR, per_part: int = PER_PART
) -> list[SyntheticMessage]:
    """The agents' lists of parcels (607) on each master waybill, `after` seconds later than the latest list."""
    messages = []
    for together in _group_by(trades, lambda trade: (trade.flight.bill_no, trade.parties.agent.code)):
        agent = together[0].parties.agent
        number = note_no(together[0]) + ("" if together[0].flight.alone else f"A{world.agents.index(agent)}")
        messages += _parts(CONSOLIDATION, agent, together, number, after, per_part, _consolidation_head)
    return messages


def arrivals(
    world: World, trades: Iterable[ExportTrade], *, after: int = 2 * HOUR, per_part: int = PER_PART
) -> list[SyntheticMessage]:
    """The site operator's notes (507) of parcels that arrived, one for each master waybill."""

    def head(trade: ExportTrade, parcels: Sequence[ExportTrade]) -> Elements:
        return _arrival_head(world, trade)

    return [
        part
        for together in _group_by(trades, lambda trade: trade.flight.bill_no)
        for part in _parts(ARRIVAL, world.site, together, note_no(together[0]), after, per_part, head)
    ]


def departures(
    trades: Iterable[ExportTrade], *, night: int = 0, after: int = 3 * HOUR, per_part: int = PER_PART
) -> list[SyntheticMessage]:
    """The carriers' notes (509) of parcels that left, one for each master waybill; later nights have their own."""

    def head(trade: ExportTrade, parcels: Sequence[ExportTrade]) -> Elements:
        flight = trade.flight
        return {
            **_carrier(trade),
            "trafMode": flight.traf_mode,
            "trafName": flight.vehicle,
            "voyageNo": flight.voyage_no,
            "billNo": flight.bill_no,
            "leaveTime": moved_time(_latest(parcels), after),
        }

    messages = []
    for together in _group_by(trades, lambda trade: trade.flight.bill_no):
        first = together[0]
        number = note_no(first) + (f"D{night}" if night and not first.flight.alone else "")
        messages += _parts(DEPARTURE, first.parties.carrier, together, number, after, per_part, head)
    return messages


def note_no(trade: ExportTrade) -> str:
    """The number of the notes about a trade's master waybill."""
    return "N" + (trade.serial if trade.flight.alone else trade.flight.bill_no)


def in_two_parts(world: World, trade: ExportTrade, part: int, *, after: int) -> SyntheticMessage:
    """One of two parts of an arrival note: the first holds the trade's parcel, the second somebody else's."""
    (document,) = _documents(
        ARRIVAL, [trade], note_no(trade), after, 1, lambda first, parcels: _arrival_head(world, first)
    )
    head = {**document.head, "guid": guid(document.head["guid"], part), "msgCount": "2", "msgSeqNo": str(part)}
    lines = document.lines if part == 1 else [{"gnum": "1", "logisticsNo": "V" + trade.serial}]
    return make_message(ARRIVAL, [Document(head, lines)], world.site, (trade.id,))


def _arrival_head(world: World, trade: ExportTrade) -> Elements:
    return {
        "operatorCode": world.site.code,
        "operatorName": world.site.name,
        "ieFlag": "E",
        "trafMode": trade.flight.traf_mode,
        "billNo": trade.flight.bill_no,
        "domesticTrafNo": PLATE,
        **_carrier(trade),
    }


def _consolidation_head(trade: ExportTrade, parcels: Sequence[ExportTrade]) -> Elements:
    flight, agent = trade.flight, trade.parties.agent
    gross = sum((Decimal(parcel.waybill.head["grossWeight"]) for parcel in parcels if parcel.waybill), Decimal(0))
    return {
        "agentCode": agent.code,
        "agentName": agent.name,
        "trafMode": flight.traf_mode,
        "trafName": flight.vehicle,
        "voyageNo": flight.voyage_no,
        "billNo": flight.bill_no,
        "domesticTrafNo": PLATE,
        "grossWeight": f"{max(gross, Decimal('0.001')):f}",
        **_carrier(trade),
    }


def _carrier(trade: ExportTrade) -> Elements:
    return {"logisticsCode": trade.parties.carrier.code, "logisticsName": trade.parties.carrier.name}


def _group_by(trades: Iterable[ExportTrade], key: Callable[[ExportTrade], object]) -> Iterable[list[ExportTrade]]:
    groups: dict[object, list[ExportTrade]] = {}
    for trade in trades:
        groups.setdefault(key(trade), []).append(trade)
    return groups.values()


def _latest(parcels: Sequence[ExportTrade]) -> str:
    return max(parcel.inventory.head["appTime"] for parcel in parcels if parcel.inventory)


_Head = Callable[[ExportTrade, Sequence[ExportTrade]], Elements]


def _parts(
    code: str,
    sender: TradingCompany,
    together: Sequence[ExportTrade],
    number: str,
    after: int,
    per_part: int,
    head: _Head,
) -> list[SyntheticMessage]:
    documents = _documents(code, together, number, after, per_part, head)
    return [
        make_message(code, [document], sender, tuple([trade.id for trade in together[place : place + per_part]]))
        for place, document in zip(range(0, len(together), per_part), documents, strict=True)
    ]


def _documents(
    code: str, together: Sequence[ExportTrade], number: str, after: int, per_part: int, head: _Head
) -> list[Document]:
    first, when = together[0], moved_time(_latest(together), after)
    shared = head(first, together)
    starts = range(0, len(together), per_part)
    documents = []
    for part, start in enumerate(starts, 1):
        common = {**opening_elements(when, code, number, part, when), "customsCode": first.flight.port, "copNo": number}
        lines = [
            {"gnum": str(gnum), "logisticsNo": trade.parcel}
            for gnum, trade in enumerate(together[start : start + per_part], 1)
        ]
        documents.append(Document({**common, **shared, "msgCount": str(len(starts)), "msgSeqNo": str(part)}, lines))
    return documents
