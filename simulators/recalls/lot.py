"""A lot of food is traced, three parcels of it are sold, then it is recalled: begun late, one parcel back, one
destroyed, one not there in time. A batch of more than there is, and a report of more than was sold, are sent, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from schemas.identifiers import example_credit_code
from simulators.beside import OperatorCalls, decided
from simulators.draws import guid
from simulators.entry.windows import CallRefused
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.messages import SyntheticMessage, make_message, pack_messages
from simulators.receipt_log import ReceiptLog
from simulators.traded import Document, Elements, Shape
from simulators.world import PLENTY, World

TRACED, SOLD, RECALLED, REFUSED, BEGUN = (date(2026, 3, day) for day in (10, 11, 12, 13, 16))
LATE, FINISHED, BOOKED_OUT, CLOSED = date(2026, 3, 27), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)
"""The days of the story. The recall is to begin a day after it is known, and to be finished ten working days later."""
KNOWN = "20260312090000"
RECALL_NO, LOT, GTIN = "ZH2026031201", "L0301", "09520123456788"
BATCH_NO, ONE_MORE = "PC20260310", "PC20260310B"
"""Numbers of the batch of all that was filed, and of one of a piece that there is not."""
AGENT = example_credit_code("3702W60001")
"""The credit code of a domestic firm that recalls food."""
FOOD_CHAPTERS = frozenset({"04", "19", "20", "21"})
PARCELS = 3


class RecalledLot:
    """The story of a lot in a world."""

    def __init__(self, world: World, seed: int, calls: OperatorCalls) -> None:
        self._calls, self.refused = calls, list[str]()
        self.trades = _same_lot(world, seed)
        self.merchant = self.trades[0].parties.merchant
        head, (line,) = _list_of(self.trades[0])
        self.book = {"emsNo": head["emsNo"], "itemRecordNo": line["itemRecordNo"]}
        self._unit, self._origin = line["unit"], line["country"]

    @property
    def days(self) -> Collection[date]:
        """The days on which something is sent, an officer decides, or a clock has run out."""
        return (TRACED, SOLD, RECALLED, REFUSED, BEGUN, LATE, FINISHED, BOOKED_OUT, CLOSED)

    def expected(self) -> Iterable[ImportTrade]:
        """Its parcels, and the one that is refused."""
        return self.trades

    def pieces(self, *parcels: int) -> int:
        """The quantity in parcels; without any, in all that were sold."""
        return sum(int(_list_of(self.trades[place])[1][0]["qty"]) for place in parcels or range(PARCELS))

    def messages(self, day: date, receipt_log: ReceiptLog) -> Sequence[SyntheticMessage]:
        """Return the messages that are sent in the evening of a day."""
        if day in (SOLD, REFUSED):
            return list(pack_messages(self.trades[:PARCELS] if day == SOLD else self.trades[PARCELS:]))
        if day == TRACED:
            return [self._batch(BATCH_NO, PLENTY), self._batch(ONE_MORE, "1")]
        if day == RECALLED:
            return [self._notice()]
        if day == BEGUN:
            return [self._report(1, back=self.pieces()), self._begun(receipt_log)]
        return [self._report(3, back=self.pieces(0, 2), closed="Y")] if day == FINISHED else []

    def act(self, day: date) -> None:
        """Officers have what is left booked out, and close the recall."""
        actions = {BOOKED_OUT: "book_out_stock", CLOSED: "close_recall"}
        if day in actions:
            self.refused += decided(self._calls, RECALL_NO, actions[day], "recall")

    def shown(self) -> Any:
        """The recall as the window shows it; empty if it knows none."""
        try:
            return self._calls.call("GET", f"/recalls/{RECALL_NO}")
        except CallRefused:
            return {}

    def _batch(self, number: str, quantity: str) -> SyntheticMessage:
        goods = {"goodsKind": "F", "gtin": GTIN, "lot": LOT, **self.book, "origin": self._origin}
        days = {"producedDay": "20260301", "expiryDay": "20280301"}
        more = {"qty": quantity, "unit": self._unit, "recallAgent": AGENT}
        return self._message("TraceBatch", TRACED, {"copNo": number, **goods, **days, **more})

    def _notice(self) -> SyntheticMessage:
        head = {"recallNo": RECALL_NO, "goodsKind": "F", "recallClass": "1", "recallAgent": AGENT, "gtin": GTIN}
        head |= {"hazard": "沙门氏菌阳性", "remedy": "R", "startTime": KNOWN}
        return self._message("RecallNotice", RECALLED, head, [{"gnum": "1", "lot": LOT}])

    def _begun(self, receipt_log: ReceiptLog) -> SyntheticMessage:
        """The first parcel is back, the second destroyed by its buyer; nobody has heard of the third."""
        lines = [
            {"gnum": str(place + 1), "invtNo": _list_no(self.trades[place], receipt_log), "outcome": outcome}
            | {"qty": str(self.pieces(place))}
            for place, outcome in enumerate("BX")
            if _list_no(self.trades[place], receipt_log)
        ]
        return self._report(2, back=self.pieces(0), lines=lines)

    def _report(self, seq: int, back: int, lines: Sequence[Elements] = (), closed: str = "") -> SyntheticMessage:
        day = FINISHED if closed else BEGUN
        gone = self.pieces(1)
        refunded = min(back + gone, self.pieces())
        sums = {"told": self.pieces(), "back": back, "destroyed": gone, "refunded": refunded}
        head = {"recallNo": RECALL_NO, "seq": str(seq), "asOf": f"{day:%Y%m%d}180000"}
        head |= {name: str(quantity) for name, quantity in sums.items()} | ({"closed": closed} if closed else {})
        return self._message("RecallProgress", day, head, lines)

    def _message(self, code: str, day: date, head: Elements, lines: Sequence[Elements] = ()) -> SyntheticMessage:
        opening = {"guid": guid(code, head.get("recallNo"), head.get("seq"), head.get("copNo")), "appType": "1"}
        opening |= {"appTime": f"{day:%Y%m%d}190000", "ebcCode": self.merchant.code}
        return make_message(code, [Document({**opening, **head}, list(lines))], self.merchant, (RECALL_NO,))


def _same_lot(world: World, seed: int) -> list[ImportTrade]:
    """Sound bonded trades, each of a single kind of food, all of one item of the account book."""
    shop, number, found = Shop(world, seed, SOLD), 0, list[ImportTrade]()
    shape = Shape(mode="1210", lines=1)
    while len(found) <= PARCELS:
        trade = shop.trade(number, shape)
        (line,) = _list_of(trade)[1]
        wanted = _list_of(found[0])[1][0]["itemRecordNo"] if found else line["itemRecordNo"]
        if line["gcode"][:2] in FOOD_CHAPTERS and line["itemRecordNo"] == wanted:
            found.append(trade)
        number += 1
    return found


def _list_of(trade: ImportTrade) -> Document:
    assert trade.inventory is not None
    return trade.inventory


def _list_no(trade: ImportTrade, receipt_log: ReceiptLog) -> str:
    """The number that customs has given to a parcel's list; empty if it has none."""
    numbers = (told.head.get("invtNo", "") for told in receipt_log.of(trade.id, "622"))
    return next(filter(None, numbers), "")
