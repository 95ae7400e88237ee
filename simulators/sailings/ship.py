"""Messages about a ship that takes a container of parcels to Incheon: by the line and the terminal, by whoever sends
the parcels, and by Korea's customs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from simulators.companies import TradingCompany
from simulators.draws import guid
from simulators.entry import EVENING_HOUR
from simulators.exports import notes
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.korea.telling import USUAL, ToldOutcome, outcome_message, run_korea
from simulators.messages import SyntheticMessage, make_message, pack_messages, transfer_of
from simulators.traded import Document, Elements
from simulators.world import World

EVENT, PACKING, MANIFEST, KOREA_LIST, OUTCOME = (
    "TerminalEvent",
    "PortPackingList",
    "KoreaManifest",
    "KoreaList",
    "KoreaOutcome",
)
PARCELS = 12
DAY, TURN = 86_400, 43_200
"""In seconds; the parcels have left a turn before the end of the day on which the ship sails."""
IN_TIME = USUAL._replace(late=0)
"""Korea's customs tells of each parcel before the window's own clock clears it."""
ETA = 1_125
"""The minute of its day at which a ship is in Incheon: Korea's customs tells of every parcel within the hour."""
TERMINAL, SECOND_TERMINAL = "QDTERM", "QDTERM2"
CONSIGNEE: Elements = {
    "consigneeIdType": "A",
    "consigneeId": "P260000000013",
    "consigneeName": "HONG SAMPLE",
    "phone": "01000000001",
    "zip": "22300",
}
"""A person of the synthetic register of personal customs codes."""
GOODS: Elements = {"hs": "610910", "goodsName": "T-SHIRT", "qty": "1", "grossWeight": "0.5", "value": "8.90"}
Told = tuple[str, int, int, bool]
"""An event, the day after the first on which it happens, its minute of that day, and whether it is of the container;
else it is of the ship."""
DOCUMENTS: Sequence[tuple[int, str, Sequence[Told]]] = (
    (0, "BK", [("BKD", 0, 480, True), ("EPU", 0, 540, True), ("STF", 0, 1000, True)]),
    (1, "GI", [("GIN", 1, 500, True), ("MAN", 1, 540, False)]),
    (3, "LO", [("LMN", 3, 480, False), ("LST", 3, 500, True), ("LBG", 3, 600, False)]),
    (3, "LD", [("LOD", 3, 640, True)]),
    (3, "DP", [("LEN", 3, 700, False), ("TAL", 3, 760, False), ("DEP", 3, 860, False)]),
)
"""The days after the first, and the numbers, of the terminal's documents, and what they tell."""
LOADED = "LD"
ELSEWHERE: Sequence[tuple[int, Sequence[Told]]] = ((1, [("GIN", 1, 480, True)]), (3, [("GOU", 1, 490, True)]))
"""What the second terminal tells of the same box, and two days later, that it had left for the other one."""
SAILS, ARRIVES, TOLD_UNTIL = 3, 4, 6
"""Days after the first on which it sails, is in Incheon, and on which all is told that Korea tells."""


class Habits(NamedTuple):
    """The ways in which those who tell of a ship are wrong: everything is told `twice`, another terminal has the box
    `elsewhere` for a while, or it stays `behind`."""

    twice: bool = False
    elsewhere: bool = False
    behind: bool = False


class Ship:
    """A ship whose container of parcels is packed on a day, and loaded three days later."""

    def __init__(self, world: World, seed: int, first: date, container_no: str, habits: Habits) -> None:
        self.world, self.first, self.container_no, self.habits = world, first, container_no, habits
        shop = ExportShop(world, seed, first, {"9610": 1}, together=True)
        self.trades = [shop.trade(number) for number in range(PARCELS)]
        self.parcels = [trade.parcel for trade in self.trades]
        self.carrier = self.trades[0].parties.carrier
        arrival = datetime.combine(self.day(ARRIVES), time()) + timedelta(minutes=ETA)
        told_of = [] if habits.behind else self.parcels
        self.korea = run_korea(seed + first.toordinal(), told_of, arrival, IN_TIME)

    def day(self, number: int) -> date:
        """The day so many days after the first."""
        return self.first + timedelta(days=number)

    @property
    def bill_no(self) -> str:
        """The number of its master waybill."""
        return self.trades[0].flight.bill_no

    @property
    def days(self) -> Sequence[date]:
        """The days on which something is told."""
        return [self.day(number) for number in range(TOLD_UNTIL + 1)]

    def messages(self, day: date) -> Iterator[SyntheticMessage]:
        """Yield what is sent in the evening of a day."""
        number = (day - self.first).days
        yield from {0: self._packed, 1: self._comes_in, SAILS: self._leaves}.get(number, _nothing)()
        yield from self._by_terminals(number)
        if number > SAILS:
            yield from self._from_korea(day)

    def _packed(self) -> Iterator[SyntheticMessage]:
        yield from pack_messages(self.trades, PARCELS)
        carried: Elements = {"agentCode": self.carrier.code, "logisticsCode": self.carrier.code}
        head = {"copNo": f"Z{self.first:%y%m%d}", "containerNo": self.container_no, **carried}
        yield self._message(PACKING, 0, self.carrier, head, [{"logisticsNo": parcel} for parcel in self.parcels])

    def _comes_in(self) -> Iterator[SyntheticMessage]:
        yield from notes.consolidations(self.world, self.trades, per_part=PARCELS)
        yield from notes.arrivals(self.world, self.trades, per_part=PARCELS)
        head = {**self._to_korea(f"M{self.first:%y%m%d}"), "voyageNo": self.trades[0].flight.voyage_no}
        head |= {"loadPort": "CNTAO", "dischargePort": "KRINC"}
        head |= {"etd": self._at(SAILS, 860), "eta": self._at(ARRIVES, ETA)}
        common: Elements = {"containerNo": self.container_no, "packages": "1", "grossWeight": "0.5"}
        lines = [{"hblNo": parcel, **common, "goodsName": "T-SHIRT"} for parcel in self.parcels]
        yield self._message(MANIFEST, 1, self.carrier, head, lines)

    def _leaves(self) -> Iterator[SyntheticMessage]:
        if self.habits.behind:
            return
        yield from notes.departures(self.trades, per_part=PARCELS, after=SAILS * DAY - TURN)
        head = {**self._to_korea(f"L{self.first:%y%m%d}"), "eta": self._at(ARRIVES, ETA)}
        lines = [{"hblNo": parcel, **CONSIGNEE, **GOODS, "currency": "USD"} for parcel in self.parcels]
        yield self._message(KOREA_LIST, SAILS, self.carrier, head, lines)

    def _by_terminals(self, number: int) -> Iterator[SyntheticMessage]:
        for day, mark, told in DOCUMENTS:
            if day == number and not (self.habits.behind and mark == LOADED):
                for again in range(1 + self.habits.twice):
                    yield self._events(TERMINAL, day, f"{mark}{again or ''}", told)
        for day, told in ELSEWHERE if self.habits.elsewhere else ():
            if day == number:
                yield self._events(SECOND_TERMINAL, day, "X", told)

    def _events(self, terminal: str, day: int, mark: str, told: Sequence[Told]) -> SyntheticMessage:
        flight = self.trades[0].flight
        ship: Elements = {"vesselId": "9990002", "vesselName": flight.vehicle, "voyageNo": flight.voyage_no}
        head = {"terminalCode": terminal, "docNo": f"{mark}{self.first:%y%m%d}{day}", **ship}
        lines = [
            {"event": event, "eventTime": self._at(at, minute), **({"containerNo": self.container_no} if boxed else {})}
            for event, at, minute, boxed in told
        ]
        return self._message(EVENT, day, self.world.site, head, lines)

    def _from_korea(self, day: date) -> Iterator[SyntheticMessage]:
        """Yield a message for each outcome that is told on a day, until the evening of the last one."""
        before = datetime.combine(day, time(EVENING_HOUR))
        for place, told in enumerate(self.korea.outcomes):
            if before - timedelta(days=1) < told.sent <= before:
                yield self._outcome(place, told)

    def _outcome(self, place: int, told: ToldOutcome) -> SyntheticMessage:
        number = f"O{self.first:%y%m%d}{place}"
        body = outcome_message(number, [told], transfer_of(self.carrier))
        return SyntheticMessage(body, OUTCOME, self.carrier.dxp_id, (number,))

    def _to_korea(self, number: str) -> Elements:
        sender: Elements = {"senderCode": self.carrier.code, "copNo": number, "direction": "1"}
        return {**sender, "logisticsCode": self.carrier.code, "billNo": self.bill_no}

    def _message(
        self, code: str, day: int, sender: TradingCompany, head: Elements, lines: Sequence[Elements]
    ) -> SyntheticMessage:
        number = head.get("copNo") or head["docNo"]
        opening = {"guid": guid(code, number, head.get("terminalCode")), "appType": "1", "appTime": self._at(day, 1080)}
        numbered = [{"gnum": str(place), **line} for place, line in enumerate(lines, 1)]
        return make_message(code, [Document({**opening, **head}, numbered)], sender, (number,))

    def _at(self, day: int, minute: int) -> str:
        return f"{datetime.combine(self.day(day), time()) + timedelta(minutes=minute):%Y%m%d%H%M%S}"


def _nothing() -> Iterator[SyntheticMessage]:
    return iter(())


def trades_of(ships: Sequence[Ship]) -> list[ExportTrade]:
    """The trades whose parcels go with ships."""
    return [trade for ship in ships for trade in ship.trades]
