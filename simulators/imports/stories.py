"""Messages that follow or accompany the documents of a trade: stock, cancellation, return, delivery, arrival,
amendment, staging.

Each function takes a trade and the numbers of its receipts (`invt_no`, `pre_no`) and gives one message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simulators.changing import moved_time, repeat_document
from simulators.companies import Warehouse
from simulators.draws import guid
from simulators.imports.trade import CODES, INVENTORY, WAYBILL, Document, Elements, ImportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.stock import Good
from simulators.traded import opening_elements
from simulators.world import PLENTY, World

HOUR = 3600
_COMMON = ("orderNo", "ebpCode", "ebpName", "ebcCode", "ebcName", "logisticsNo", "logisticsCode", "logisticsName")
_VOYAGE = ("trafMode", "trafNo", "voyageNo", "billNo", "logisticsCode", "logisticsName")
_BUYER = ("buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone", "agentCode", "agentName")


def cancellation(
    trade: ImportTrade, invt_no: str, *, pre_no: str = "", reason: str = "订购人取消订单", after: int = HOUR
) -> SyntheticMessage:
    """The request (623) to withdraw a list that is not yet released, `after` seconds later than the list."""
    return _single("623", Document(_request(trade, "C", invt_no, pre_no, reason, after), []), trade)


def refund(
    trade: ImportTrade,
    invt_no: str,
    *,
    pre_no: str = "",
    quantities: Mapping[str, str] | None = None,
    reason: str = "七天无理由退货",
    after: int = 24 * HOUR,
    letter: str = "T",
) -> SyntheticMessage:
    """The request (625) to return goods: all of them, or of each line (gnum) the quantity in `quantities`. `letter`:
    the first letter of its copNo."""
    lines = [
        {
            "gnum": line["gnum"],
            "gcode": line["gcode"],
            "gname": line["gname"],
            "qty": line["qty"] if quantities is None else quantities[line["gnum"]],
            "unit": line["unit"],
        }
        for line in _list(trade).lines
        if quantities is None or line["gnum"] in quantities
    ]
    return _single("625", Document(_request(trade, letter, invt_no, pre_no, reason, after), lines), trade)


def partial_refund(trade: ImportTrade, invt_no: str, *, pre_no: str = "", after: int = 24 * HOUR) -> SyntheticMessage:
    """The request (625) to return one unit of the first line."""
    return refund(trade, invt_no, pre_no=pre_no, quantities={_list(trade).lines[0]["gnum"]: "1"}, after=after)


def delivery(trade: ImportTrade, *, after: int = 48 * HOUR) -> SyntheticMessage:
    """The carrier's report (513) that the parcel was signed for."""
    return make_message("513", [report_of_delivery(trade, after=after)], trade.parties.carrier, (trade.id,))


def report_of_delivery(trade: ImportTrade, *, after: int = 48 * HOUR) -> Document:
    """The document that reports a delivery, to put several into one message."""
    waybill = _document_of(trade, WAYBILL)
    when = moved_time(waybill.head["appTime"], after)
    head = {
        **opening_elements(when, waybill.head["guid"], "513"),
        **{name: waybill.head[name] for name in ("logisticsCode", "logisticsName", "logisticsNo")},
        "logisticsStatus": "S",
        "logisticsTime": when,
    }
    return Document(head, [])


def intakes(world: World, trades: Iterable[ImportTrade], *, after: int = HOUR) -> list[SyntheticMessage]:
    """The site operator's notes (711) of parcels that arrived: one for each master waybill and carrier."""
    arrived: dict[tuple[str, str], list[ImportTrade]] = {}
    for trade in trades:
        if trade.inventory is not None and trade.inventory.head.get("billNo"):
            arrived.setdefault((trade.inventory.head["billNo"], trade.parties.carrier.code), []).append(trade)
    return [_intake(world, together, after) for together in arrived.values()]


def _intake(world: World, trades: Sequence[ImportTrade], after: int) -> SyntheticMessage:
    first = _list(trades[0]).head
    stored_at = moved_time(max(_list(trade).head["appTime"] for trade in trades), after)
    head = {
        **opening_elements(stored_at, first["guid"], "711"),
        "customsCode": first["customsCode"],
        "copNo": "R" + first["copNo"][1:],
        "operatorCode": world.site.code,
        "operatorName": world.site.name,
        "ieFlag": "I",
        **{name: first[name] for name in _VOYAGE},
    }
    lines = [
        {"gnum": str(number), "logisticsNo": _list(trade).head["logisticsNo"]} for number, trade in enumerate(trades, 1)
    ]
    return make_message("711", [Document(head, lines)], world.site, tuple(trade.id for trade in trades))


def stock_filing(
    world: World, warehouse: Warehouse, *, app_time: str, quantity: str = PLENTY, goods: Sequence[Good] | None = None
) -> SyntheticMessage:
    """The filing of `goods` (None: all that are sold from bond) into the account book of a bonded warehouse, each in
    this quantity.

    The message is of our own namespace and stands for the bonded note list (核注清单).
    """
    head = {
        "guid": guid(warehouse.ems_no, app_time, "stock"),
        "appTime": app_time,
        "customsCode": warehouse.customs_code,
        "copNo": f"S{app_time}",
        "emsNo": warehouse.ems_no,
        "areaCode": warehouse.company.code,
        "areaName": warehouse.company.name,
    }
    lines = [
        {"itemRecordNo": good.record_no, "gcode": good.hs10, "gname": good.name, "unit": good.unit, "qty": quantity}
        for good in goods or world.goods
        if good.bonded
    ]
    return make_message("StockFiling", [Document(head, lines)], warehouse.company, ())


def amended_document(
    trade: ImportTrade,
    kind: str = INVENTORY,
    *,
    changes: Mapping[str, str],
    invt_no: str = "",
    pre_no: str = "",
    after: int = 600,
) -> SyntheticMessage:
    """The document of this kind once more with appType 2, changed in these head elements."""
    return _once_more(trade, kind, {"appType": "2", **changes}, invt_no, pre_no, after)


def deletion(
    trade: ImportTrade, kind: str = INVENTORY, *, invt_no: str = "", pre_no: str = "", after: int = 900
) -> SyntheticMessage:
    """The document of this kind once more with appType 3."""
    return _once_more(trade, kind, {"appType": "3"}, invt_no, pre_no, after)


def staged_document(trade: ImportTrade, kind: str = INVENTORY, *, before: int = 300) -> SyntheticMessage:
    """The document of this kind, only staged (appStatus 1), some seconds before its own time."""
    return _once_more(trade, kind, {"appStatus": "1"}, "", "", -before)


def declared_document(trade: ImportTrade, kind: str = INVENTORY, *, after: int = 0) -> SyntheticMessage:
    """The document of this kind, declared (appStatus 2): what follows `staged_document`."""
    return _once_more(trade, kind, {"appStatus": "2"}, "", "", after)


def refund_of_each(
    trade: ImportTrade, invt_no: str, *, pre_no: str = "", after: int = 24 * HOUR, letter: str = "T"
) -> SyntheticMessage:
    """The request (625) to return one unit of each line."""
    quantities = {line["gnum"]: "1" for line in _list(trade).lines}
    return refund(trade, invt_no, pre_no=pre_no, quantities=quantities, after=after, letter=letter)


TWICE, LATE, BY_PARTS, SLOW = "returned_twice", "returned_late", "returned_by_parts", "returned_slowly"
"""Stories of returns. TWICE: a second request for the same goods is refused. LATE: a request after the last day is
refused. BY_PARTS: two requests, one after the other, are both granted. SLOW: a request in time, whose goods come back
only after the tax would have been collected."""
SECOND = frozenset({TWICE, BY_PARTS})
"""Stories in which another return follows when the goods of the first are back."""
STORIES = {"cancelled": cancellation, "returned": refund, "returned_partly": partial_refund, BY_PARTS: refund_of_each}
"""Functions of trade and list number that make the first message of a story, by its name; of others it is `refund`."""


def _once_more(
    trade: ImportTrade, kind: str, changes: Mapping[str, str], invt_no: str, pre_no: str, after: int
) -> SyntheticMessage:
    numbers = {name: value for name, value in (("invtNo", invt_no), ("preNo", pre_no)) if value}
    document = repeat_document(_document_of(trade, kind), {**changes, **numbers, "appTime": after, "guid": True})
    return make_message(CODES[kind], [document], trade.parties.sender(kind), (trade.id,))


def _request(trade: ImportTrade, letter: str, invt_no: str, pre_no: str, reason: str, after: int) -> Elements:
    declared_list = _list(trade).head
    head = {
        **opening_elements(moved_time(declared_list["appTime"], after), declared_list["guid"], letter),
        "customsCode": declared_list["customsCode"],
        **{name: declared_list[name] for name in _COMMON},
        "copNo": letter + declared_list["copNo"][1:],
        "invtNo": invt_no,
        **{name: declared_list[name] for name in _BUYER},
        "reason": reason,
    }
    if pre_no:
        head["preNo"] = pre_no
    return head


def _single(code: str, document: Document, trade: ImportTrade) -> SyntheticMessage:
    return make_message(code, [document], trade.parties.agent, (trade.id,))


def _list(trade: ImportTrade) -> Document:
    return _document_of(trade, INVENTORY)


def _document_of(trade: ImportTrade, kind: str) -> Document:
    document = trade.document(kind)
    if document is None:
        raise ValueError(f"trade {trade.id} has no {kind}")
    return document
