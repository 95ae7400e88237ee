"""What terminals tell of containers, and who sends parcels to Korea, in some seeds: a box comes in, is on a list, is
loaded and leaves; another is told of by two terminals; parcels are announced, asked about and cleared.

Within an act the messages are about different boxes and parcels, so that any order comes to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from declarations.calendar import HOUR, instant_of, stamp14
from declarations.korea.people import register
from simulators.draws import Draws
from simulators.traded import Elements
from tests.simulation.site import WORLD
from tests.simulation.storylines import Sending, Transmission
from tests.stories.story import TODAY, message_of

BOXES = ("QDXU1000015", "QDXU1000020")
SHIP = {"vesselId": "9990002", "vesselName": "NEW SHANDONG", "voyageNo": "2647E"}
CARRIER, MERCHANT = WORLD.carriers[0], WORLD.merchants[0]
PERSON = next(person for person in register().values() if person.code.startswith("P26"))
PARCELS = ("QD000000000001", "QD000000000002")
FIRST, SECOND = BOXES
Told = tuple[str, float, str]
"""An event, its hour from eight o'clock of the day before, and its container; an event of the ship has none."""
ACTS: Sequence[Sequence[tuple[str, str, Sequence[Told]]]] = (
    (
        ("QDTERM", "D1", [("PLN", 54, ""), ("BKD", 0, FIRST), ("EPU", 0.5, FIRST)]),
        ("QDTERM", "D2", [("GIN", 1, SECOND)]),
    ),
    (
        ("QDTERM", "D3", [("GIN", 2, FIRST), ("LST", 3, FIRST)]),
        ("QDTERM2", "D4", [("GIN", 2, SECOND)]),
    ),
    (
        ("QDTERM", "D5", [("LOD", 3.5, FIRST), ("LBG", 3, ""), ("DEP", 3.75, "")]),
        ("QDTERM2", "D6", [("GOU", 3, SECOND)]),
    ),
)
"""The documents of each act: terminal, number, and what it tells."""


@dataclass(frozen=True, slots=True)
class QuayTraffic:
    """Whether terminals tell, and whether parcels go to Korea, whose list there names a wrong postcode or not."""

    boxes: bool = False
    parcels: bool = False
    wrong: bool = False

    @property
    def options(self) -> dict[str, str]:
        """The options of a sandbox that it needs."""
        return {**({"port": "manifest"} if self.boxes else {}), **({"korea": "on"} if self.parcels else {})}

    def told(self, act_no: int) -> list[Sending]:
        """What is told in an act, the first document twice."""
        told = [_document(*document) for document in ACTS[act_no]] if self.boxes else []
        told += _to_korea(act_no, self.wrong) if self.parcels else []
        return [*told, *told[:1]]


NONE = QuayTraffic()


def drawn(dice: Draws) -> QuayTraffic:
    """What terminals tell in a seed: nothing in five of six."""
    return NONE if dice.below(6) else QuayTraffic(bool(dice.below(4)), bool(dice.below(3)), bool(dice.below(2)))


def _at(hour: float) -> str:
    return stamp14(int(instant_of(TODAY, 8) + hour * HOUR))


def _document(terminal: str, number: str, told: Sequence[Told]) -> Transmission:
    lines = [
        {"gnum": str(place), "event": event, "eventTime": _at(hour - 24), **({"containerNo": box} if box else {})}
        for place, (event, hour, box) in enumerate(told, 1)
    ]
    head = {"terminalCode": terminal, "docNo": number, **SHIP}
    return _sent("TerminalEvent", number, head, lines)


def _to_korea(act_no: int, wrong: bool) -> list[Sending]:
    """Each parcel has a manifest in the first act and a list in the second, which is mended in the third."""
    if act_no == 0:
        return [_sent("KoreaManifest", f"KM{parcel}", *_manifest(parcel)) for parcel in PARCELS]
    again = "A" if act_no == 2 else ""
    if again and not wrong:
        return []
    zips = ["99999" if wrong and not again else PERSON.postcode for _ in PARCELS]
    return [
        _sent("KoreaList", f"KL{parcel}{again}", *_list(parcel, code))
        for parcel, code in zip(PARCELS, zips, strict=True)
    ]


def _manifest(parcel: str) -> tuple[Elements, Sequence[Elements]]:
    head = {"senderCode": MERCHANT.code, "copNo": f"KM{parcel}", "direction": "1", "logisticsCode": CARRIER.code}
    head |= {"billNo": "QDL26110001", "voyageNo": "2647E", "loadPort": "CNTAO", "dischargePort": "KRINC"}
    head |= {"etd": _at(6), "eta": _at(22)}
    line = {"gnum": "1", "hblNo": parcel, "containerNo": FIRST, "packages": "1"}
    return head, [{**line, "grossWeight": "0.12", "goodsName": "PHONE CASES"}]


def _list(parcel: str, postcode: str) -> tuple[Elements, Sequence[Elements]]:
    head = {"senderCode": MERCHANT.code, "copNo": f"KL{parcel}", "direction": "1", "logisticsCode": CARRIER.code}
    head |= {"billNo": "QDL26110001", "voyageNo": "2647E", "eta": _at(22)}
    line = {"gnum": "1", "hblNo": parcel, "consigneeIdType": "A", "consigneeId": PERSON.code}
    line |= {"consigneeName": PERSON.name, "phone": PERSON.phone, "zip": postcode, "tradeType": "A", "hs": "392690"}
    line |= {"goodsName": "PHONE CASES", "qty": "1", "grossWeight": "0.12", "value": "8.90", "currency": "USD"}
    return head, [{**line, "originCountry": "CHN"}]


def _sent(code: str, number: str, head: Elements, lines: Sequence[Elements]) -> Transmission:
    given = {"appType": "1", "appTime": f"{TODAY:%Y%m%d}09{abs(hash_of(number)) % 6000:04d}", **head}
    return Transmission(message_of(MERCHANT, code, given, list(lines)), f"{code} {number}")


def hash_of(text: str) -> int:
    """A number for a text, the same in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, 1))
