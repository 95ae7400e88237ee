"""Sales abroad for stories: documents of one export as messages, and the notes that carry many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas import catalogue
from tests.stories.story import WORLD, StoryRunner, message_of, parties

DOCUMENTS = ("export_order", "export_waybill", "export_inventory")
TIME = "20261120{:06d}"
OFFICE = "4227"
ORDERED = {"9610": "E", "1210": "E", "9710": "B", "9810": "W"}
_SENDERS = {
    "export_order": WORLD.platforms[0],
    "collection": WORLD.payment_providers[0],
    "export_waybill": WORLD.carriers[0],
    "arrival_note": WORLD.site,
    "departure_note": WORLD.carriers[0],
    "tally": WORLD.site,
}
Row = dict[str, str]


AGENT, CARRIED = parties(agent=WORLD.agents[0]), parties(logistics=WORLD.carriers[0])
PLATFORM, SELLER = parties(ebp=WORLD.platforms[0]), parties(ebc=WORLD.merchants[0])
SHIPPED = {"trafMode": "2", "trafName": "NGB V"}


def message(kind: str, head: Row, lines: Sequence[Row] = ()) -> bytes:
    """One document as a message of its sender."""
    sender = _SENDERS.get(kind, WORLD.agents[0])
    return message_of(sender, catalogue.by_kind(kind).code, head, lines, "dummy")


def _sent(clock: int, app_type: str = "1") -> Row:
    return {"appType": app_type, "appTime": TIME.format(clock), "appStatus": "2"}


@dataclass(frozen=True)
class Sale:
    """One parcel sold abroad. Its trade for a `StoryRunner` is itself: `id` is its order number."""

    number: int = 1
    mode: str = "9610"
    office: str = OFFICE
    port: str = OFFICE
    stock: tuple[str, str, str, str, str] | None = None
    """Account book, item, goods code, name and unit of what is drawn from bonded stock."""
    changes: dict[str, Row] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its order number."""
        return f"CK{self.number:012d}"

    @property
    def waybill(self) -> str:
        """Its waybill number."""
        return f"EY{self.number:012d}"

    def message(self, kind: str, clock: int = 0, app_type: str = "1", **changes: str) -> bytes:
        """One of its documents as a message."""
        made = getattr(self, f"_{kind}")
        head, lines = made()
        return message(kind, {**_sent(clock, app_type), **head, **self.changes.get(kind, {}), **changes}, lines)

    def messages(self, *kinds: str) -> list[bytes]:
        """Several of its documents, by default order, waybill and list."""
        return [self.message(kind) for kind in kinds or DOCUMENTS]

    def _goods(self) -> tuple[str, str, str]:
        return (self.stock[2], self.stock[3], self.stock[4]) if self.stock else ("6109100010", "针织短袖衫", "011")

    def _export_order(self) -> tuple[Row, list[Row]]:
        _, name, unit = self._goods()
        head = {"orderType": ORDERED[self.mode], "orderNo": self.id, **PLATFORM, **SELLER}
        line = {"gnum": "1", "itemNo": "SKU1", "itemName": name, "unit": unit, "currency": "502", "qty": "2"}
        return (
            {**head, "goodsValue": "25.80", "freight": "9.00", "currency": "502"},
            [{**line, "price": "12.90", "totalPrice": "25.80"}],
        )

    def _collection(self) -> tuple[Row, list[Row]]:
        paid = {"charge": "34.80", "currency": "502", "accountingDate": "20241001101530"}
        payer = parties(pay=WORLD.payment_providers[0])
        return {**PLATFORM, **SELLER, "orderNo": self.id, **payer, "payNo": f"SK{self.number}", **paid}, []

    def _export_waybill(self) -> tuple[Row, list[Row]]:
        cost = {"freight": "9.00", "insuredFee": "0", "currency": "502"}
        parcel = {"grossWeight": "1.60", "packNo": "1", "goodsInfo": "短袖衫"}
        return {**CARRIED, "logisticsNo": self.waybill, **cost, **parcel}, []

    def _export_inventory(self) -> tuple[Row, list[Row]]:
        code, name, unit = self._goods()
        zone, line = {}, {}
        if self.stock:
            zone = {**parties(iac=WORLD.warehouse("1210").company), "emsNo": self.stock[0]}
            line = {"itemRecordNo": self.stock[1]}
        numbers = {"orderNo": self.id, "logisticsNo": self.waybill, "copNo": f"QDE{self.number:09d}"}
        place = {"customsCode": self.office, "portCode": self.port, "country": "133", "POD": "1480"}
        trade = {"tradeMode": self.mode, "ieFlag": "E", "ieDate": "20261121", "statisticsFlag": "B", "trafMode": "2"}
        freight = {"freight": "9.00", "fCurrency": "502", "fFlag": "3"}
        insurance = {"insuredFee": "0", "iCurrency": "502", "iFlag": "3"}
        parcel = {"wrapType": "2", "packNo": "1", "grossWeight": "1.60", "netWeight": "1.28"}
        companies = {**PLATFORM, **CARRIED, **AGENT, **SELLER, **parties(owner=WORLD.merchants[0]), **zone}
        goods = {"itemName": name, "gcode": code, "gname": name, "gmodel": "棉", "barCode": "无", "country": "133"}
        amount = {"qty": "2", "qty1": "2", "unit": unit, "unit1": unit, "price": "12.90", "totalPrice": "25.80"}
        return (
            {**numbers, **place, **trade, **freight, **insurance, **parcel, **companies},
            [{"gnum": "1", "itemNo": "SKU1", **line, **goods, **amount, "currency": "502"}],
        )


def cancellation(invt_no: str, number: str = "CX1", **changes: str) -> bytes:
    """A 605 for a list."""
    wanted = {"customsCode": OFFICE, "copNo": number, "invtNo": invt_no, "reason": "买家取消订单"}
    return message("export_cancellation", {**_sent(100), **wanted, **AGENT, **SELLER, **changes})


def refund(sale: Sale, invt_no: str, number: str = "TH1", qty: str = "1", **changes: str) -> bytes:
    """A 213 for goods of a list that come back."""
    code, name, unit = sale._goods()
    wanted = {"customsCode": OFFICE, "coElNo": number, "invtNo": invt_no, "reason": "买家拒收"}
    mode = "1261" if sale.mode == "1210" else "9661"
    way = {"ieFlag": "I", "portCode": OFFICE, "country": "133", "billNo": "NGBR", "voyageNo": "0819W", **SHIPPED}
    head = {**wanted, **PLATFORM, **SELLER, **CARRIED, **AGENT, "logisticsNo": f"RY{number}", "tradeMode": mode, **way}
    line = {"gnum": "1", "gcode": code, "gname": name, "gmodel": "棉", "unit": unit, "unit1": unit}
    return message("export_refund", {**_sent(100), **head, **changes}, [{**line, "qty": qty, "qty1": qty}])


def tally(number: str = "TH1", own: str = "LH1", **changes: str) -> bytes:
    """A 215 that counts the parcel of a return request."""
    counted = {"customsCode": OFFICE, **parties(operator=WORLD.site), **CARRIED, "logisticsNo": f"RY{number}"}
    way = {"coElNo": own, "billNo": "NGBR", "ieFlag": "I", "voyageNo": "0819W", **SHIPPED}
    return message("tally", {**_sent(200), **counted, **way, **changes})


def note(
    kind: str,
    sales: Sequence[Sale],
    number: str = "ND1",
    part: int = 1,
    parts: int = 1,
    clock: int = 300,
    app_type: str = "1",
    **changes: str,
) -> bytes:
    """One part of a note about the parcels of sales."""
    common = {**_sent(clock, app_type), "customsCode": OFFICE, "copNo": number, **CARRIED, "billNo": "NGB1"}
    heads: dict[str, Row] = {
        "consolidation": {**AGENT, **SHIPPED, "voyageNo": "1121E", "grossWeight": "320.5"},
        "arrival_note": {**parties(operator=WORLD.site), "ieFlag": "E", "trafMode": "2", "domesticTrafNo": "鲁B12345"},
        "departure_note": {**SHIPPED, "voyageNo": "1121E", "leaveTime": "20261121173000"},
    }
    counted = {"msgCount": str(parts), "msgSeqNo": str(part)}
    return message(
        kind,
        {**common, **heads[kind], **counted, **changes},
        [{"gnum": str(place), "logisticsNo": sale.waybill} for place, sale in enumerate(sales, 1)],
    )


def statuses(story: StoryRunner, number: str, kind: str) -> list[tuple[str, str]]:
    """Status and rule of each receipt about what meets under a number, in the order of their times."""
    return [(receipt.return_status, receipt.rule) for receipt in story.receipts(_Named(number), kind)]  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Named:
    id: str


def invt_no(story: StoryRunner, sale: Sale) -> str:
    """The number that customs gave to a list."""
    return str(story.column(sale, "invt_no"))  # type: ignore[arg-type]


def facts(story: StoryRunner, number: str) -> list[Any]:
    """The timeline of what meets under a number."""
    return list(story.timeline(_Named(number)))  # type: ignore[arg-type]
