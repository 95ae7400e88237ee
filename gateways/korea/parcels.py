"""Takes in manifests and lists of parcels, which come in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.calendar import DAY, instant_of_stamp
from declarations.korea.lists import is_currency, seoul_day
from declarations.korea.origin import certificate_key
from declarations.money import amount_text, scaled_from_text
from declarations.port.events import bill_of
from declarations.port.notices import time_text
from declarations.reasons import Reason
from gateways.korea import answers, outcomes
from gateways.korea.answers import KoreaAnswer, bad, bad_numbers, bad_times
from gateways.korea.judging import OPEN, judge
from gateways.korea.outcomes import ParcelKey
from gateways.korea.repository import TO_KOREA, KoreaDesk, KoreaParcel
from gateways.records import FiledDocument
from gateways.topics.shared import DocumentFiled
from schemas.identifiers import is_locode

LONGEST_VOYAGE = 90 * DAY
"""Between departure and arrival, at most (I): by the day of arrival Korea's law applies."""
SAME_ARRIVAL = 30 * DAY
"""Between the arrivals that two documents tell of one parcel, at most, where they are of two years (I)."""
LATE, MANIFESTED, DOUBLE, WEIGHT = "24401", "24402", "24403", "24404"
LISTED, NO_MANIFEST, DECIDED, ANOTHERS = "24409", "24417", "24418", "24463"


def handle_manifests(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle manifests."""
    answers.answer_each(documents, desk, _take_manifest)


def handle_lists(documents: Sequence[DocumentFiled], desk: KoreaDesk) -> None:
    """Handle lists of parcels."""
    answers.answer_each(documents, desk, _take_list)


def _take_manifest(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    faults = bad_times(facts, ("etd", "etd"), ("eta", "eta")) + bad_numbers(facts, "gross_weight")
    places = (("loadPort", facts.load_port), ("dischargePort", facts.discharge_port))
    faults += [bad("0", element, place, "UN/LOCODE") for element, place in places if place and not is_locode(place)]
    departs, arrives = (instant_of_stamp(stamp) or 0 for stamp in (facts.etd, facts.eta))
    if not faults and not 0 <= arrives - departs <= LONGEST_VOYAGE:
        faults.append(bad("0", "eta", facts.eta, f"{facts.etd} + 0–{LONGEST_VOYAGE // DAY} d"))
    if faults := faults + _bad_direction(facts):
        return KoreaAnswer(answers.REFUSED, faults)
    if desk.now > departs:
        return KoreaAnswer(answers.REFUSED, (Reason(LATE, {"etd": time_text(departs)}),))
    parcels = _parcels(facts, desk)
    bill = bill_of(facts.bill_no)
    told = [(line, parcels[line.hbl_no]) for line in facts.lines]
    if others := [one for _, one in told if facts.sender_code not in _may_announce(one, facts)]:
        return KoreaAnswer(answers.REFUSED, [Reason(ANOTHERS, {"parcel": parcel.hbl_no}) for parcel in others])
    if doubles := _doubles(bill, told):
        return KoreaAnswer(answers.REFUSED, doubles)
    if all(_said_before(facts, line, parcel) for line, parcel in told):
        return KoreaAnswer(answers.TAKEN_IN, (Reason(answers.SAME, {}),))
    for line, parcel in told:
        parcel.manifest_no, parcel.bill_no, parcel.voyage_no = facts.cop_no, bill, facts.voyage_no
        parcel.container_no, parcel.seal_no = line.container_no or parcel.container_no, line.seal_no
        parcel.manifest_weight, parcel.eta = scaled_from_text(line.gross_weight), instant_of_stamp(facts.eta) or 0
        judge(parcel, desk)
    differing = _weights([parcel for _, parcel in told])
    noted = Reason(MANIFESTED, {"parcels": str(len(told))})
    return KoreaAnswer(answers.DIFFERENT, differing) if differing else KoreaAnswer(answers.TAKEN_IN, (noted,))


def _may_announce(parcel: KoreaParcel, facts: Any) -> set[str]:
    """Who may tell on which ship a parcel travels: of one whose list is known, the company of the list or its carrier;
    of others anybody."""
    listed = facts.direction == TO_KOREA and parcel.list_no
    return {parcel.agent_code, parcel.logistics_code} if listed else {facts.sender_code}


def _said_before(facts: Any, line: Any, parcel: KoreaParcel) -> bool:
    """True if a line of a manifest says of its parcel what is known."""
    known = (parcel.manifest_no, parcel.seal_no, parcel.manifest_weight, parcel.eta, parcel.voyage_no)
    told = (
        facts.cop_no,
        line.seal_no,
        scaled_from_text(line.gross_weight),
        instant_of_stamp(facts.eta),
        facts.voyage_no,
    )
    return known == told and line.container_no in ("", parcel.container_no)


def _doubles(bill: str, told: Sequence[tuple[Any, KoreaParcel]]) -> list[Reason]:
    found, seen = [], set()
    for line, parcel in told:
        if line.hbl_no in seen or (parcel.manifest_no and parcel.bill_no != bill):
            found.append(Reason(DOUBLE, {"parcel": line.hbl_no, "bill": parcel.bill_no or bill}))
        seen.add(line.hbl_no)
    return found


def _lines_twice(facts: Any) -> list[Reason]:
    """The reasons against house numbers that a list has twice."""
    first: dict[str, str] = {}
    return [
        Reason(DOUBLE, {"parcel": line.hbl_no, "bill": facts.bill_no})
        for line in facts.lines
        if first.setdefault(line.hbl_no, line.gnum) != line.gnum
    ]


def _weights(parcels: Sequence[KoreaParcel]) -> list[Reason]:
    """The parcels whose weights differ in manifest and list."""
    return [
        Reason(
            WEIGHT,
            {
                "parcel": parcel.hbl_no,
                "manifest": amount_text(parcel.manifest_weight),
                "list": amount_text(parcel.gross_weight),
            },
        )
        for parcel in parcels
        if parcel.list_no and parcel.manifest_no and parcel.manifest_weight != parcel.gross_weight
    ]


def _take_list(paper: FiledDocument, desk: KoreaDesk) -> KoreaAnswer:
    facts = paper.facts
    faults = bad_times(facts, ("eta", "eta")) + _bad_direction(facts)
    faults += bad_numbers(facts, "gross_weight", "value", "qty")
    faults += [bad(line.gnum, "hs", line.hs, "000000–9999999999") for line in facts.lines if not _is_code(line.hs)]
    if not faults:
        day = seoul_day(instant_of_stamp(facts.eta) or 0)
        faults = _lines_twice(facts) + [
            bad(line.gnum, "currency", line.currency, "USD CNY KRW")
            for line in facts.lines
            if not is_currency(line.currency, day, desk.law)
        ]
    if faults:
        return KoreaAnswer(answers.REFUSED, faults)
    parcels = _parcels(facts, desk)
    if refusals := _unchangeable(list(parcels.values()), facts):
        return KoreaAnswer(answers.REFUSED, refusals)
    _note_lines(facts, parcels, desk)
    asked = [reason for parcel in parcels.values() for reason in judge(parcel, desk)]
    if found := asked + _weights(list(parcels.values())):
        return KoreaAnswer(answers.DIFFERENT, found)
    waiting = [parcel for parcel in parcels.values() if not parcel.manifest_no and parcel.direction == TO_KOREA]
    noted = [Reason(LISTED, {"parcels": str(len(parcels))})]
    noted += [Reason(NO_MANIFEST, {"parcels": str(len(waiting))})] if waiting else []
    return KoreaAnswer(answers.TAKEN_IN, noted)


def _unchangeable(parcels: Sequence[KoreaParcel], facts: Any) -> list[Reason]:
    """The parcels of which a list may say nothing: those of another company, and those that Korea has decided about."""
    to_korea = facts.direction == TO_KOREA
    others = [one for one in parcels if to_korea and one.agent_code not in ("", facts.sender_code)]
    if others:
        return [Reason(ANOTHERS, {"parcel": parcel.hbl_no}) for parcel in others]
    return [Reason(DECIDED, {"parcel": parcel.hbl_no}) for parcel in parcels if parcel.state not in OPEN]


def _note_lines(facts: Any, parcels: dict[str, KoreaParcel], desk: KoreaDesk) -> None:
    wanted = [f"{facts.logistics_code}|{line.hbl_no}" for line in facts.lines if facts.direction == TO_KOREA]
    ours = desk.repository.our_lists(wanted)
    for line in facts.lines:
        parcel = parcels[line.hbl_no]
        parcel.agent_code, parcel.list_no = _company(facts) or parcel.agent_code, facts.cop_no
        parcel.logistics_code, parcel.bill_no = facts.logistics_code, bill_of(facts.bill_no) or parcel.bill_no
        parcel.eta = parcel.eta or instant_of_stamp(facts.eta) or 0
        parcel.container_no = line.container_no or parcel.container_no
        parcel.id_type, parcel.consignee_id = line.consignee_id_type, line.consignee_id
        parcel.consignee_name, parcel.phone, parcel.postcode = line.consignee_name, line.phone, line.zip
        parcel.hs, parcel.goods_name, parcel.currency = line.hs, line.goods_name, line.currency
        parcel.value, parcel.gross_weight = scaled_from_text(line.value), scaled_from_text(line.gross_weight)
        parcel.origin, parcel.aeo_no, parcel.declaration_no = line.origin_country, line.aeo_no, line.declaration_no
        parcel.cert_no, parcel.cert_key = line.cert_no, certificate_key(line.cert_no)
        if found := ours.get(f"{facts.logistics_code}|{line.hbl_no}"):
            parcel.declaration_id, parcel.list_key = found.declaration_id, found.key
            parcel.order_no, parcel.invt_no = found.order_no, found.invt_no


def _is_code(hs: str) -> bool:
    return hs.isascii() and hs.isdigit()


def _company(facts: Any) -> str:
    return "" if facts.sender_code == answers.KOREA else str(facts.sender_code)


def _parcels(facts: Any, desk: KoreaDesk) -> dict[str, KoreaParcel]:
    """The parcels of a document by house number, new ones too.

    A parcel of the year before or after is the same one if it is in the same bill of lading and arrives when the
    document says: manifest and list can tell of both sides of a new year."""
    eta, bill = instant_of_stamp(facts.eta) or 0, bill_of(facts.bill_no)
    keys = {line.hbl_no: ParcelKey(facts.direction, seoul_day(eta).year, line.hbl_no) for line in facts.lines}
    known: dict[str, KoreaParcel] = {}
    for parcel in desk.repository.parcels_of(set(keys)):
        key = keys[parcel.hbl_no]
        arrives = abs((parcel.eta or parcel.opened_at) - eta) <= SAME_ARRIVAL and parcel.bill_no in ("", bill)
        if parcel.parcel_no == key.parcel_no or (parcel.direction == facts.direction and arrives):
            known[parcel.hbl_no] = parcel if parcel.year == key.year else known.get(parcel.hbl_no, parcel)
    return {hbl: known.get(hbl) or outcomes.new_parcel(key, desk) for hbl, key in keys.items()}


def _bad_direction(facts: Any) -> list[Reason]:
    return [] if facts.direction in ("1", "2") else [bad("0", "direction", facts.direction, "1 2")]
