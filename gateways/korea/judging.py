"""Korea's customs looks at a parcel of which manifest and list are known, and ends what nobody ends from outside."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import HOUR
from declarations.korea.lists import KoreaGoods, faults_of_parcel, path_of, seoul_day
from declarations.korea.people import Consignee
from declarations.reasons import Reason
from gateways.korea import outcomes
from gateways.korea.repository import TO_KOREA, KoreaDesk, KoreaParcel
from gateways.topics.korea import KoreaParcelDue

UNANSWERED = "24462"
OPEN = frozenset({"announced", "taken_in", "asked", "noted"})
"""States in which a list may change what it said of a parcel."""
CLEAR, ANSWER = "clear", "answer"


def judge(parcel: KoreaParcel, desk: KoreaDesk) -> list[Reason]:
    """Let Korea look at a parcel to there of which manifest and list are known; return what it asks."""
    desk.repository.put_parcel(parcel)
    known = parcel.direction == TO_KOREA and parcel.manifest_no and parcel.list_no
    if not known or parcel.state not in OPEN or parcel.told_at:
        return []
    day = seoul_day(parcel.eta)
    goods = KoreaGoods(parcel.value, parcel.currency, parcel.hs, parcel.declaration_no)
    person = Consignee(parcel.id_type, parcel.consignee_id, parcel.consignee_name, parcel.phone, parcel.postcode)
    found = list(faults_of_parcel(parcel.hbl_no, goods, person, day, desk.law))
    if found and parcel.state != "asked":
        outcomes.apply_step(parcel, "inquire", found, desk)
        hours = desk.value_today("korea.ask_hours").amount
        answered = max(desk.now + int(hours * HOUR), parcel.eta)  # nothing is sent back that has not arrived
        desk.schedule(answered, KoreaParcelDue(parcel.id, ANSWER, parcel.steps))
    elif not found and parcel.state != "taken_in":
        path = path_of(goods, day, desk.law)
        outcomes.apply_step(parcel, "take_in", (outcomes.text_of("take_in", parcel, "", path),), desk)
        desk.schedule(max(desk.now, _clears_at(parcel, desk)), KoreaParcelDue(parcel.id, CLEAR, parcel.steps))
    return found


def _clears_at(parcel: KoreaParcel, desk: KoreaDesk) -> int:
    return parcel.eta + int(desk.value_today("korea.clear_hours").amount * HOUR)


def handle_due(due: Sequence[KoreaParcelDue], desk: KoreaDesk) -> None:
    """Clear parcels that have arrived, and send back those about which nobody answered; nothing of it where Korea's
    customs told an outcome from outside, or the parcel has gone on since."""
    parcels = desk.repository.parcels({one.parcel_id for one in due})
    for one in due:
        parcel = parcels.get(one.parcel_id)
        if parcel is None or parcel.told_at or parcel.steps != one.step:
            continue
        earliest = _clears_at(parcel, desk) if one.what == CLEAR else parcel.eta
        if earliest > desk.now:
            desk.schedule(earliest, one)  # its ship is later than was told
        elif one.what == CLEAR:
            outcomes.apply_step(parcel, "clear", (outcomes.text_of("clear", parcel, ""),), desk)
        else:
            hours = f"{desk.value_today('korea.ask_hours').amount:f}"
            text = outcomes.text_of("send_back", parcel, "")
            reasons = Reason(UNANSWERED, {"hours": hours}), text
            outcomes.apply_step(parcel, "send_back", reasons, desk)
