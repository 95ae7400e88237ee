"""Tells of Korea: certificates of origin, AEO companies, manifests, lists, inspections and outcomes of parcels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from declarations.calendar import HOUR, instant_of, stamp14
from declarations.korea.people import register
from gateways.korea.repository import KoreaParcel
from single_window.cases.korea.queries import KOREA_ROWS
from single_window.receipts.rows import Receipt, of_orders
from single_window.store.engine import reading
from single_window.store.tables import timeline
from tests.officers import act
from tests.stories.exporting import Row, statuses
from tests.stories.story import TODAY, WORLD, StoryRunner, message_of

KOREA = "KRCUSTOMS"
NUMBER = "K001-26-0000001"
PARCEL, SECOND = "QD000000000001", "QD000000000002"
CARRIER, MERCHANT = WORLD.carriers[0], WORLD.merchants[0]
SAILING = {"billNo": "QDL26110001", "voyageNo": "2647E"}
PEOPLE = tuple(register().values())
YOUNG = next(person for person in PEOPLE if person.code.startswith("P26"))
"""A person whose code was issued after 2025-11-21."""
OLD = next(person for person in PEOPLE if person.code.startswith("P25"))


@dataclass
class Korea:
    """Korea in a story. Hours count from 08:00 on 20 November; the story's clock stands at noon (hour 4). The ship
    leaves at hour 6 and arrives at hour 22."""

    story: StoryRunner
    number: int = field(default=0)

    def at(self, hour: float) -> str:
        """An instant as Asia/Shanghai shows it."""
        return stamp14(int(instant_of(TODAY, 8) + hour * HOUR))

    def send(self, code: str, head: Row, lines: Sequence[Row], sender: Any = CARRIER) -> tuple[str, str]:
        """Send a document; gives the status and the first code of its answer."""
        self.number += 1
        whole = {"appType": "1", "appTime": f"20261120{self.number:06d}", "senderCode": KOREA, **head}
        if code != "KoreaOrigin":
            whole.setdefault("copNo", f"K{self.number}")
        numbered = [{"gnum": str(place), **line} for place, line in enumerate(lines, 1)]
        self.story.submit(message_of(sender, code, whole, numbered))
        kind = "korea_" + code.removeprefix("Korea").lower()
        return statuses(self.story, whole.get("copNo") or whole["certNo"], kind)[-1]

    def manifest(self, *parcels: str, etd: float = 6, eta: float = 22, weight: str = "0.12", **more: str) -> Any:
        """Send a manifest of parcels."""
        head = {"senderCode": MERCHANT.code, "direction": "1", "logisticsCode": CARRIER.code, **SAILING}
        head |= {"loadPort": "CNTAO", "dischargePort": "KRINC", "etd": self.at(etd), "eta": self.at(eta)}
        line = {"containerNo": "QDXU1000015", "packages": "1", "grossWeight": weight, "goodsName": "PHONE CASES"}
        head |= {name: value for name, value in more.items() if name not in ("sealNo",)}
        line |= {"sealNo": more["sealNo"]} if "sealNo" in more else {}
        sender = CARRIER if head["senderCode"] == KOREA else MERCHANT
        return self.send("KoreaManifest", head, [{"hblNo": parcel, **line} for parcel in parcels], sender)

    def line(self, parcel: str = PARCEL, person: Any = YOUNG, **more: str) -> Row:
        """A line of a list: a phone case of 8.90 USD to a registered person."""
        line = {"hblNo": parcel, "consigneeIdType": "A", "consigneeId": person.code, "consigneeName": person.name}
        line |= {"phone": person.phone, "zip": person.postcode, "tradeType": "A", "hs": "392690"}
        line |= {"goodsName": "PHONE CASES", "qty": "1", "grossWeight": "0.12", "value": "8.90", "currency": "USD"}
        return {**line, "originCountry": "CHN", **more}

    def list(self, *lines: Row, eta: float = 22, **more: str) -> tuple[str, str]:
        """Send a list of parcels."""
        head = {"senderCode": MERCHANT.code, "direction": "1", "logisticsCode": CARRIER.code, **SAILING}
        head |= {"eta": self.at(eta), **more}
        sender = CARRIER if head["senderCode"] == KOREA else MERCHANT
        return self.send("KoreaList", head, lines or [self.line()], sender)

    def outcome(self, status: str, hour: float, parcel: str = PARCEL, reason: str = "") -> tuple[str, str]:
        """Let Korea's customs tell an outcome from outside."""
        line = {"hblNo": parcel, "status": status, "time": self.at(hour), **({"reason": reason} if reason else {})}
        return self.send("KoreaOutcome", {}, [line])

    def certificate(self, number: str = "K001-26-0000001", *hs6: str, **more: str) -> tuple[str, str]:
        """Let Korea's customs tell the data of a certificate of origin."""
        head = {"certNo": number, "agreement": "F", "action": "1", "issueDate": "20261118", "exporter": "SEOUL SAMPLE"}
        lines = [{"hs6": one, "goodsName": "CREAM", "criterion": "PSR"} for one in hs6 or ("330499",)]
        return self.send("KoreaOrigin", {**head, "invoiceNo": "INV-1", **more}, lines)

    def decide(self, parcel_no: str, action: str, reason: str = "测试") -> None:
        """Let an officer decide about a parcel."""
        act(self.story.window, self.story.sandbox, parcel_no, action, reason, about="korea_parcel")
        self.story.window.settle()

    def parcels(self) -> list[KoreaParcel]:
        """The parcels, oldest first."""
        with reading(self.story.window.engine) as connection:
            return list(reversed(KOREA_ROWS.newest(connection, self.story.sandbox, limit=500)))

    def states(self) -> dict[str, str]:
        """House number → state."""
        return {parcel.hbl_no: parcel.state for parcel in self.parcels()}

    def told(self, parcel: str = PARCEL) -> list[str]:
        """The statuses that the company of a parcel was told, oldest first."""
        numbers = [one.parcel_no for one in self.parcels() if one.hbl_no == parcel]
        return [one.return_status for _, one in self.notices(numbers)]

    def notices(self, numbers: Sequence[str]) -> list[tuple[str, Receipt]]:
        """(mailbox, notice) about parcels, oldest first."""
        return [(box, one) for box, one in self.story.read(of_orders, list(numbers)) if one.code == "KoreaAdvice"]


class Imports:
    """An import list from Korea, whose parcel Korea's export list tells of."""

    def __init__(self, story: StoryRunner, number: int = 0) -> None:
        self.korea, self.story = Korea(story, number * 100), story
        self.trade = story.trade(number)
        head = self.trade.document("inventory")
        self.house = head.head["logisticsNo"]
        self.hs6 = tuple(sorted({line["gcode"][:6] for line in head.lines}))
        self.weight = head.head["grossWeight"]

    def exported(self, number: str = NUMBER, **more: str) -> tuple[str, str]:
        """Let Korea tell its export list, which names a certificate."""
        line = self.korea.line(self.house, grossWeight=self.weight, **({"certNo": number} if number else {}))
        return self.korea.list({**line, **more}, senderCode=KOREA, direction="2")

    def declare(self) -> None:
        """Declare the list here."""
        self.story.file(*[self.story.message(self.trade, kind) for kind in ("order", "payment", "waybill")])
        self.story.submit(self.story.message(self.trade, "inventory", country="133"))

    def noted(self, event: str = "korea_preference") -> list[str]:
        """The codes on the timeline of the list."""
        rows = self.story.rows(select(timeline.c.reasons).where(timeline.c.event == event).order_by(timeline.c.id))
        return [str(row[0]) for row in rows]

    def state(self) -> str:
        """The state of the parcel."""
        return self.korea.states()[self.house]
