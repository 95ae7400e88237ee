"""The gateway of Korea's customs on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Any, get_args, get_type_hints

from declarations.calendar import HOUR, instant_of, stamp14
from declarations.documents import DOCUMENTS
from declarations.korea.aeo import KoreaAeoStatus
from declarations.korea.draw import KoreaInspected
from declarations.korea.origin import KoreaCertificate
from declarations.korea.people import register
from gateways.desk import Desk
from gateways.korea import judging, origins, parcels, telling
from gateways.korea.acts import decide
from gateways.korea.repository import KoreaParcel, OurList
from gateways.records import FiledDocument
from gateways.topics.facts import ListFromKorea
from gateways.topics.korea import KoreaParcelDue
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

KOREA, PARCEL, CERTIFICATE = "KRCUSTOMS", "H1", "K001-1"
PERSON = next(person for person in register().values() if not person.ended)
HANDLE = {
    "korea_origin": origins.handle_certificates,
    "korea_aeo": telling.handle_companies,
    "korea_manifest": parcels.handle_manifests,
    "korea_list": parcels.handle_lists,
    "korea_inspection": telling.handle_inspections,
    "korea_outcome": telling.handle_outcomes,
}


def at(hour: float) -> str:
    """An hour of the day of the desk, in Shanghai; its clock stands at 12."""
    return stamp14(int(instant_of(DAY) + hour * HOUR))


class KoreaInMemory:
    """Korea's customs: its mailbox is DXP1, that of the company C, too; we have an export list of the parcel."""

    def __init__(self, switch: str = "on") -> None:
        self.switch = switch
        self.filed: dict[int, FiledDocument] = {}
        self.kept: dict[int, KoreaParcel] = {}
        self.certified: dict[str, KoreaCertificate] = {}
        self.inspected: dict[str, KoreaInspected] = {}
        self._ids = count(1)

    def lock(self) -> None:
        """Nobody else is here."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        return by_id({KOREA: "DXP1", "C": "DXP1"}, codes)

    def registered(self, codes: Collection[str]) -> Collection[str]:
        return {"C"} & set(codes)

    def certificates(self, keys: Collection[str]) -> Mapping[str, KoreaCertificate]:
        return by_id(self.certified, keys)

    def certificates_for(self, bl_no: str) -> Sequence[KoreaCertificate]:
        return [one for one in self.certified.values() if one.bl_no == bl_no]

    def put_certificate(self, certificate: KoreaCertificate) -> None:
        self.certified[certificate.key] = certificate

    def put_aeo(self, told: Sequence[KoreaAeoStatus]) -> None:
        """Nobody asks for them here."""

    def inspections(self, parcels: Collection[str]) -> Mapping[str, KoreaInspected]:
        return by_id(self.inspected, parcels)

    def put_inspections(self, inspections: Sequence[KoreaInspected]) -> None:
        self.inspected.update({one.hbl_no: one for one in inspections})

    def parcels(self, ids: Collection[int]) -> Mapping[int, KoreaParcel]:
        return by_id(self.kept, ids)

    def parcels_of(self, house_numbers: Collection[str]) -> Sequence[KoreaParcel]:
        return [one for one in self.kept.values() if one.hbl_no in house_numbers]

    def parcels_by_certificate(self, key: str) -> Sequence[KoreaParcel]:
        return [one for one in self.kept.values() if one.cert_key == key]

    def put_parcel(self, parcel: KoreaParcel) -> None:
        self.kept[parcel.id] = parcel

    def our_lists(self, parcels: Collection[str]) -> Mapping[str, OurList]:
        return by_id({f"L|{PARCEL}": OurList(7, "K", "O", "422720260000000001")}, parcels)

    def new_id(self) -> int:
        return next(self._ids)

    # what happens

    def desk(self) -> Desk[Any]:
        return desk_of(self, korea=self.switch)

    def tell(self, kind: str, *lines: Mapping[str, str], box: str = "DXP1", **head: str) -> Desk[Any]:
        """A document comes."""
        of_line = get_args(get_type_hints(DOCUMENTS[kind])["lines"])[0]
        numbered = [facts_of(of_line, gnum=str(place), **line) for place, line in enumerate(lines, 1)]
        whole = {"sender_code": KOREA, "cop_no": f"N{next(self._ids)}", **head}
        known = {name: value for name, value in whole.items() if name in DOCUMENTS[kind].__struct_fields__}
        paper = filed(
            kind, facts_of(DOCUMENTS[kind], **known, lines=tuple(numbered)), f"K{next(self._ids)}", mailboxes=box
        )
        self.filed[paper.id] = paper
        desk = self.desk()
        HANDLE[kind]([DocumentFiled(paper.id)], desk)
        return desk

    def manifest(self, *houses: str, **head: str) -> Desk[Any]:
        """A manifest comes; the ship leaves at 18:00 and arrives at 20:00."""
        whole = {"sender_code": "C", "direction": "1", "bill_no": "B1", "voyage_no": "1E", "etd": at(18), "eta": at(20)}
        weight = head.pop("weight", "1")
        lines = [{"hbl_no": house, "gross_weight": weight} for house in houses or (PARCEL,)]
        return self.tell("korea_manifest", *lines, **{**whole, **head})

    def list(self, house: str = PARCEL, direction: str = "1", **line: str) -> Desk[Any]:
        """A list comes."""
        head = {"direction": direction, "logistics_code": "L", "bill_no": "B1", "eta": line.pop("eta", at(20))}
        told = {"consignee_id_type": "A", "consignee_id": PERSON.code, "consignee_name": PERSON.name, "hs": "392690"}
        told |= {"phone": PERSON.phone, "zip": PERSON.postcode, "value": "8.9", "qty": "1", "currency": "USD"}
        sender = line.pop("sender", "C" if direction == "1" else KOREA)
        whole = {"hbl_no": house, "gross_weight": "1", **told, **line}
        return self.tell("korea_list", whole, sender_code=sender, **head)

    def outcome(self, status: str, hour: float, house: str = PARCEL) -> Desk[Any]:
        return self.tell("korea_outcome", {"hbl_no": house, "status": status, "time": at(hour)})

    def certificate(self, action: str = "1", hs6: str = "330499", **head: str) -> Desk[Any]:
        """The data of a certificate come."""
        whole = {"cert_no": CERTIFICATE, "agreement": "F", "action": action, "issue_date": "20261118"}
        return self.tell("korea_origin", {"hs6": hs6}, **{**whole, **head})

    def declare(self, gross_weight: int = 100_000) -> Desk[Any]:
        """Customs tells of an import list of the parcel."""
        desk = self.desk()
        told = ListFromKorea(7, PARCEL, "K", "O", "I1", "C", "330499", 100, gross_weight)
        origins.handle_declared([told], desk)
        return desk

    def due(self, what: str) -> Desk[Any]:
        desk = self.desk()
        (parcel,) = self.kept.values()
        judging.handle_due([KoreaParcelDue(parcel.id, what, parcel.steps)], desk)
        return desk

    def decide(self, action: str) -> Desk[Any]:
        desk = self.desk()
        (parcel,) = self.kept.values()
        decide([Decision(parcel.id, 5, 0, action, "查控", "li", {})], desk)
        return desk


Step = Callable[[KoreaInMemory], Desk[Any]]


def steps(*taken: Step, switch: str = "on") -> Callable[[], Desk[Any]]:
    """What a desk says at the last of these steps."""

    def happens() -> Desk[Any]:
        korea = KoreaInMemory(switch)
        return [step(korea) for step in taken][-1]

    return happens


def company(**line: str) -> Step:
    told = {"aeo_no": "KR1", "company_code": "C", "name": "N", "status": "1", "since": "20260101", **line}
    return lambda korea: korea.tell("korea_aeo", told)


def inspection(korea: KoreaInMemory) -> Desk[Any]:
    return korea.tell("korea_inspection", {"hbl_no": PARCEL, "method": "1", "result": "1", "time": at(8)})


MANIFEST: Step = lambda korea: korea.manifest()  # noqa: E731
LIST: Step = lambda korea: korea.list()  # noqa: E731
EXPORTED: Step = lambda korea: korea.list(direction="2", cert_no=CERTIFICATE)  # noqa: E731
DECLARED: Step = lambda korea: korea.declare()  # noqa: E731
CERTIFIED: Step = lambda korea: korea.certificate()  # noqa: E731
CASES: dict[str, Callable[[], Desk[Any]]] = {
    "24401": steps(lambda korea: korea.manifest(etd=at(11))),
    "24402": steps(MANIFEST),
    "24403": steps(MANIFEST, lambda korea: korea.manifest(bill_no="B2")),
    "24404": steps(lambda korea: korea.manifest(weight="2"), LIST),
    "24405": steps(MANIFEST, switch="off"),
    "24406": steps(lambda korea: korea.tell("korea_outcome", sender_code="C")),
    "24407": steps(lambda korea: korea.list(currency="ZZZ")),
    "24408": steps(lambda korea: korea.manifest(cop_no="A"), lambda korea: korea.manifest(cop_no="A")),
    "24409": steps(MANIFEST, LIST),
    "24417": steps(LIST),
    "24418": steps(MANIFEST, LIST, lambda korea: korea.outcome("899", 22), LIST),
    "24422": steps(EXPORTED, DECLARED, CERTIFIED),
    "24425": steps(CERTIFIED),
    "24426": steps(CERTIFIED, lambda korea: korea.certificate("2", hs6="330410")),
    "24429": steps(CERTIFIED, EXPORTED, DECLARED, lambda korea: korea.certificate("3")),
    "24433": steps(inspection),
    "24440": steps(company(aeo_no="CN1")),
    "24441": steps(company(company_code="D")),
    "24442": steps(company()),
    "24450": steps(MANIFEST, LIST),
    "24452": steps(MANIFEST, LIST, lambda korea: korea.outcome("700", 22)),
    "24452.unlisted": steps(
        lambda korea: korea.manifest("H2"), lambda korea: korea.list("H2"), lambda korea: korea.outcome("700", 22, "H2")
    ),
    "24454": steps(MANIFEST, LIST, lambda korea: korea.outcome("899", 22), lambda korea: korea.outcome("700", 23)),
    "24455": steps(MANIFEST, LIST, lambda korea: korea.outcome("500", 22), lambda korea: korea.outcome("120", 21)),
    "24457": steps(MANIFEST, LIST, lambda korea: korea.outcome("500", 22)),
    "24458": steps(lambda korea: korea.outcome("899", 22)),
    "24459": steps(EXPORTED, lambda korea: korea.declare(gross_weight=80_000)),
    "24463": steps(LIST, lambda korea: korea.list(sender="D")),
    "24462": steps(
        lambda korea: korea.manifest(etd=at(12), eta=at(12)),
        lambda korea: korea.list(zip="0"),
        lambda korea: korea.due("answer"),
    ),
}


@each("code", sorted(CASES))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code)


@each(
    ("happens", "code"),
    [
        (steps(lambda korea: korea.manifest(etd=at(12))), "24401"),
        (steps(MANIFEST, lambda korea: korea.manifest("H2", bill_no="B2")), "24403"),
        (steps(MANIFEST, LIST), "24404"),
        (steps(MANIFEST, LIST, lambda korea: korea.list(zip=PERSON.postcode)), "24418"),
        (steps(CERTIFIED, EXPORTED, DECLARED, lambda korea: korea.certificate("2", exporter="B")), "24429"),
        (
            steps(MANIFEST, LIST, lambda korea: korea.outcome("899", 22), lambda korea: korea.outcome("800", 23)),
            "24454",
        ),
        (steps(EXPORTED, lambda korea: korea.declare(gross_weight=91_000)), "24459"),
        (steps(lambda korea: korea.manifest(box="DXP9")), "24402"),
    ],
)
def test_its_neighbour_is_not(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert not gives(happens(), code)


@each(
    ("taken", "action", "status"),
    [
        ((MANIFEST, LIST), "hold", "500"),
        ((MANIFEST, LIST), "inquire", "300"),
        ((MANIFEST, LIST), "send_back", "700"),
        ((MANIFEST, LIST), "clear", "899"),
        ((EXPORTED, DECLARED), "prove", "399"),
        ((EXPORTED, DECLARED), "refuse_preference", "899"),
    ],
)
def test_an_officer_plays_korea(taken: Sequence[Step], action: str, status: str) -> None:
    desk = steps(*taken, lambda korea: korea.decide(action))()
    assert [notice.draft.return_status for notice in desk.answers.notices] == [status]
    assert not desk.answers.decisions[0].refused


@each("time", ["99991231235959", "00010101000000", "20261131000000", "2026112", "", "２０２６１１２０１２００００"])
def test_a_time_that_no_clock_shows_is_refused(time: str) -> None:
    at_desk = KoreaInMemory()
    assert gives(at_desk.manifest(eta=time), "24407")
    assert gives(at_desk.tell("korea_outcome", {"hbl_no": PARCEL, "status": "899", "time": time}), "24407")


@each(
    ("happens", "code"),
    [
        (steps(LIST, lambda korea: korea.manifest(sender_code="D")), "24463"),  # another's parcel, whose list is known
        (steps(lambda korea: korea.manifest(eta=at(17))), "24407"),  # before it leaves
        (steps(lambda korea: korea.list(hs="FOOD18")), "24407"),
        (steps(lambda korea: korea.manifest(eta="20270301000000")), "24407"),  # a voyage of months
        (steps(MANIFEST, LIST, lambda korea: korea.outcome("899", 24 * 9)), "24407"),  # of a day far ahead
        (steps(lambda korea: korea.certificate(issue_date="20261122")), "24407"),
    ],
)
def test_what_nobody_may_or_can_say_is_refused(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert gives(happens(), code)


def test_a_ship_that_is_later_than_was_told_clears_its_parcels_later() -> None:
    at_desk = KoreaInMemory()
    for step in (MANIFEST, LIST):
        step(at_desk)
    (parcel,) = at_desk.kept.values()
    parcel.eta += 240 * HOUR
    assert at_desk.due("clear").answers.deadlines[0].due > parcel.eta and parcel.state == "taken_in"


def test_nothing_is_sent_back_that_has_not_arrived() -> None:
    at_desk = KoreaInMemory()
    for step in (lambda korea: korea.manifest(eta=at(24 * 4)), lambda korea: korea.list(zip="0")):
        asked = step(at_desk)
    (parcel,) = at_desk.kept.values()
    assert parcel.state == "asked" and [one.due for one in asked.answers.deadlines] == [parcel.eta]
    assert at_desk.due("answer").answers.deadlines[0].due == parcel.eta and parcel.state == "asked"


@each(
    ("first", "second", "bill", "parcels"),
    [
        ("20261231225959", "20261231230000", "B1", 1),  # midnight in Seoul
        ("20270105080000", "20261220080000", "B1", 1),
        ("20261231225959", "20261231230000", "B2", 2),  # another bill: the number is used again
        ("20261210080000", "20270112080000", "B1", 2),  # too far apart
    ],
)
def test_manifest_and_list_on_either_side_of_a_new_year_are_one_parcel(
    first: str, second: str, bill: str, parcels: int
) -> None:
    at_desk = KoreaInMemory()
    at_desk.list(eta=first)
    at_desk.manifest(etd="20261210080000", eta=second, bill_no=bill)
    assert len(at_desk.kept) == parcels
    assert [one.state for one in at_desk.kept.values()] == (["taken_in"] if parcels == 1 else ["announced"] * 2)


def test_a_certificate_proves_the_preference_of_one_parcel_also_to_an_officer() -> None:
    at_desk = KoreaInMemory()
    for step in (CERTIFIED, EXPORTED, DECLARED):
        step(at_desk)
    (parcel,), (certificate,) = at_desk.kept.values(), at_desk.certified.values()
    assert certificate.used_by == parcel.parcel_no
    parcel.state, certificate.used_by = "disputed", "KR2-2026-ANOTHER"
    assert at_desk.decide("prove").answers.decisions[0].refused
    certificate.used_by = ""
    assert not at_desk.decide("prove").answers.decisions[0].refused and certificate.used_by == parcel.parcel_no


def test_no_reason_is_left_out() -> None:
    assert codes("korea") == set(CASES)
