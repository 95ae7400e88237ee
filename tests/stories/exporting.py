"""Sales abroad for stories: documents of one export as messages, and the notes that carry many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.message import Transfer
from schemas.writing import write
from simulators.draws import guid
from tests.stories.story import WORLD, StoryRunner

CODES = {
    "export_order": "303",
    "collection": "403",
    "export_waybill": "505",
    "export_inventory": "603",
    "export_cancellation": "605",
    "consolidation": "607",
    "arrival_note": "507",
    "departure_note": "509",
    "export_refund": "213",
    "tally": "215",
}
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


def message(kind: str, head: Row, lines: Sequence[Row] = ()) -> bytes:
    """One document as a message of its sender."""
    sender = _SENDERS.get(kind, WORLD.agents[0])
    head = {"guid": guid(kind, *map(str, head.values())), **head}
    return write(
        CODES[kind],
        [(head, list(lines))],
        guid=guid(head["guid"], "message"),
        transfer=Transfer(sender.code, sender.name, "DXP", sender.dxp_id),
        signature="dummy",
    )


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
        head = {
            "orderType": ORDERED[self.mode],
            "orderNo": self.id,
            "ebpCode": WORLD.platforms[0].code,
            "ebpName": WORLD.platforms[0].name,
            "ebcCode": WORLD.merchants[0].code,
            "ebcName": WORLD.merchants[0].name,
            "goodsValue": "25.80",
            "freight": "9.00",
            "currency": "502",
        }
        return head, [
            {
                "gnum": "1",
                "itemNo": "SKU1",
                "itemName": name,
                "unit": unit,
                "currency": "502",
                "qty": "2",
                "price": "12.90",
                "totalPrice": "25.80",
            }
        ]

    def _collection(self) -> tuple[Row, list[Row]]:
        payer = WORLD.payment_providers[0]
        return {
            "ebpCode": WORLD.platforms[0].code,
            "ebpName": WORLD.platforms[0].name,
            "ebcCode": WORLD.merchants[0].code,
            "ebcName": WORLD.merchants[0].name,
            "orderNo": self.id,
            "payCode": payer.code,
            "payName": payer.name,
            "payNo": f"SK{self.number}",
            "charge": "34.80",
            "currency": "502",
            "accountingDate": "20241001101530",
        }, []

    def _export_waybill(self) -> tuple[Row, list[Row]]:
        carrier = WORLD.carriers[0]
        return {
            "logisticsCode": carrier.code,
            "logisticsName": carrier.name,
            "logisticsNo": self.waybill,
            "freight": "9.00",
            "insuredFee": "0",
            "currency": "502",
            "grossWeight": "1.60",
            "packNo": "1",
            "goodsInfo": "短袖衫",
        }, []

    def _export_inventory(self) -> tuple[Row, list[Row]]:
        platform, merchant, carrier, agent = (
            WORLD.platforms[0],
            WORLD.merchants[0],
            WORLD.carriers[0],
            WORLD.agents[0],
        )
        code, name, unit = self._goods()
        zone = {}
        line = {}
        if self.stock:
            keeper = WORLD.warehouse("1210").company
            zone = {"iacCode": keeper.code, "iacName": keeper.name, "emsNo": self.stock[0]}
            line = {"itemRecordNo": self.stock[1]}
        head = {
            "customsCode": self.office,
            "ebpCode": platform.code,
            "ebpName": platform.name,
            "orderNo": self.id,
            "logisticsCode": carrier.code,
            "logisticsName": carrier.name,
            "logisticsNo": self.waybill,
            "copNo": f"QDE{self.number:09d}",
            "ieFlag": "E",
            "portCode": self.port,
            "ieDate": "20261121",
            "statisticsFlag": "B",
            "agentCode": agent.code,
            "agentName": agent.name,
            "ebcCode": merchant.code,
            "ebcName": merchant.name,
            "ownerCode": merchant.code,
            "ownerName": merchant.name,
            **zone,
            "tradeMode": self.mode,
            "trafMode": "2",
            "country": "133",
            "POD": "1480",
            "freight": "9.00",
            "fCurrency": "502",
            "fFlag": "3",
            "insuredFee": "0",
            "iCurrency": "502",
            "iFlag": "3",
            "wrapType": "2",
            "packNo": "1",
            "grossWeight": "1.60",
            "netWeight": "1.28",
        }
        return head, [
            {
                "gnum": "1",
                "itemNo": "SKU1",
                **line,
                "itemName": name,
                "gcode": code,
                "gname": name,
                "gmodel": "棉",
                "barCode": "无",
                "country": "133",
                "currency": "502",
                "qty": "2",
                "qty1": "2",
                "unit": unit,
                "unit1": unit,
                "price": "12.90",
                "totalPrice": "25.80",
            }
        ]


def cancellation(invt_no: str, number: str = "CX1", **changes: str) -> bytes:
    """A 605 for a list."""
    agent, merchant = WORLD.agents[0], WORLD.merchants[0]
    return message(
        "export_cancellation",
        {
            **_sent(100),
            "customsCode": OFFICE,
            "copNo": number,
            "invtNo": invt_no,
            "reason": "买家取消订单",
            "agentCode": agent.code,
            "agentName": agent.name,
            "ebcCode": merchant.code,
            "ebcName": merchant.name,
            **changes,
        },
    )


def refund(sale: Sale, invt_no: str, number: str = "TH1", qty: str = "1", **changes: str) -> bytes:
    """A 213 for goods of a list that come back."""
    agent, merchant, carrier = WORLD.agents[0], WORLD.merchants[0], WORLD.carriers[0]
    code, name, unit = sale._goods()
    head = {
        **_sent(100),
        "customsCode": OFFICE,
        "ebpCode": WORLD.platforms[0].code,
        "ebpName": WORLD.platforms[0].name,
        "ebcCode": merchant.code,
        "ebcName": merchant.name,
        "logisticsNo": f"RY{number}",
        "logisticsCode": carrier.code,
        "logisticsName": carrier.name,
        "coElNo": number,
        "invtNo": invt_no,
        "tradeMode": {"9610": "9661", "1210": "1261"}.get(sale.mode, ""),
        "agentCode": agent.code,
        "agentName": agent.name,
        "billNo": "NGBR",
        "ieFlag": "I",
        "trafMode": "2",
        "trafName": "NGB V",
        "portCode": OFFICE,
        "reason": "买家拒收",
        "country": "133",
        "voyageNo": "0819W",
        **changes,
    }
    return message(
        "export_refund",
        head,
        [
            {
                "gnum": "1",
                "gcode": code,
                "gname": name,
                "gmodel": "棉",
                "qty": qty,
                "qty1": qty,
                "unit": unit,
                "unit1": unit,
            }
        ],
    )


def tally(number: str = "TH1", own: str = "LH1", **changes: str) -> bytes:
    """A 215 that counts the parcel of a return request."""
    carrier, site = WORLD.carriers[0], WORLD.site
    return message(
        "tally",
        {
            **_sent(200),
            "customsCode": OFFICE,
            "operatorCode": site.code,
            "operatorName": site.name,
            "logisticsCode": carrier.code,
            "logisticsName": carrier.name,
            "logisticsNo": f"RY{number}",
            "coElNo": own,
            "billNo": "NGBR",
            "ieFlag": "I",
            "trafMode": "2",
            "trafName": "NGB V",
            "voyageNo": "0819W",
            **changes,
        },
    )


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
    agent, carrier, site = WORLD.agents[0], WORLD.carriers[0], WORLD.site
    common = {**_sent(clock, app_type), "customsCode": OFFICE, "copNo": number}
    counted = {"msgCount": str(parts), "msgSeqNo": str(part)}
    carried = {"logisticsCode": carrier.code, "logisticsName": carrier.name}
    heads: dict[str, Row] = {
        "consolidation": {
            **common,
            "agentCode": agent.code,
            "agentName": agent.name,
            "trafMode": "2",
            "trafName": "NGB V",
            "voyageNo": "1121E",
            "billNo": "NGB1",
            "grossWeight": "320.5",
            **carried,
            **counted,
        },
        "arrival_note": {
            **common,
            "operatorCode": site.code,
            "operatorName": site.name,
            "ieFlag": "E",
            "trafMode": "2",
            "billNo": "NGB1",
            "domesticTrafNo": "鲁B12345",
            **carried,
            **counted,
        },
        "departure_note": {
            **common,
            **carried,
            "trafMode": "2",
            "trafName": "NGB V",
            "voyageNo": "1121E",
            "billNo": "NGB1",
            "leaveTime": "20261121173000",
            **counted,
        },
    }
    return message(
        kind,
        {**heads[kind], **changes},
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
