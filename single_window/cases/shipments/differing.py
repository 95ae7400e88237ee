"""What does not fit of a shipment: open cases, and parcels of which port, China's and Korea's customs tell different
things; with who is wrong, as far as it follows from what was told, and who acts next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from declarations.calendar import local_time_of
from declarations.lifecycle import state_of
from declarations.money import Scaled, decimal_of
from declarations.parameters import Parameters
from gateways.korea.repository import TO_KOREA, KoreaParcel
from gateways.port.repository import PortCase, PortParcel
from schemas.remedies import remedy
from single_window.cases.shipments.facts import (
    SENT_BACK,
    amount,
    is_beyond,
    seals_of,
    yuan_told,
)
from single_window.cases.shipments.found import FoundShipment
from single_window.language import phrases, sentences
from single_window.language.company_names import short_name
from single_window.language.words import LANGUAGES, Words
from single_window.store import questions
from single_window.store.case_queue import Key
from single_window.store.desks import desk_of
from single_window.store.participants import company_names

PORT_CASE, KOREA_PARCEL = "port_case", "korea_parcel"
AT_KOREA = frozenset({"doubtful", "asked", "held"})
"""States of parcels in which somebody has to act so that Korea's customs goes on."""
MOST_NAMED = 20
"""Parcels that a difference names."""
MOST_COMPANIES = 3
ROLES = ("merchant", "carrier", "agent")
"""Who tells of a parcel: whose list it is, who carries it, who announced it to Korea."""


class ShipmentDifference(NamedTuple):
    """Something that does not fit. `kind`: that of the case's subject, or a key of `shipment_amiss`; `numbers`: the
    case, or the parcels, of which `parcels` are so; `wrong`: who is, empty if it is not known; `next`: who acts."""

    kind: str
    numbers: Sequence[str]
    parcels: int
    words: Words
    wrong: Words
    next: Words


class _Parcel(NamedTuple):
    """A parcel as the port, China's customs and Korea's tell of it; None: not at all."""

    number: str
    port: PortParcel | None
    china: Row[Any] | None
    korea: KoreaParcel | None

    def company(self, role: str) -> str:
        """The code of who has one of the `ROLES`; empty if it is not told."""
        if role == "merchant":
            return self.china.ebc_code if self.china else ""
        if role == "agent":
            return self.korea.agent_code if self.korea else ""
        key = self.port.key if self.port else self.china.logistics_key if self.china else ""
        return str(key).partition("|")[0] or (self.korea.logistics_code if self.korea else "")


class _Compared(NamedTuple):
    """With what a parcel is compared. `packed`: containers of which packing lists tell; `announced`: those of Korea's
    manifests."""

    shipment: FoundShipment
    law: Parameters
    packed: Collection[str]
    announced: Collection[str]


def differences(
    connection: Connection, sandbox: str, shipment: FoundShipment, law: Parameters
) -> Sequence[ShipmentDifference]:
    """Return what does not fit: cases first, then parcels, those that are alike together. Of a shipment of which not
    all was read, cases alone."""
    amiss = parcels_amiss(shipment, law)
    cases = [case for case in shipment.cases if not state_of(case.state, PORT_CASE).final]
    waiting = [parcel for parcel in shipment.korean if parcel.state in AT_KOREA]
    asked = _asked(connection, sandbox, cases, waiting)
    names = company_names(connection, sandbox, _codes(asked.values(), waiting, chain(*amiss.values())))
    return [
        *(_of_case(case, asked, names) for case in cases),
        *(_of_korea(parcel, asked, names) for parcel in waiting),
        *(_of_parcels(kind, some, shipment, law, names) for kind, some in amiss.items()),
        *_of_seals(shipment),
    ]


def parcels_amiss(shipment: FoundShipment, law: Parameters) -> Mapping[str, Sequence[_Parcel]]:
    """Return the parcels with which something is amiss, by what it is (a key of `shipment_amiss`), those first with
    which most is; none of a shipment of which not all was read."""
    packed = {parcel.container_no for parcel in shipment.packed} - {""}
    announced = {parcel.container_no for parcel in shipment.korean if parcel.manifest_no}
    told, parcels = _Compared(shipment, law, packed, announced), list(_parcels(shipment)) if shipment.is_whole else []
    found = {kind: [(how_much(one, told), one) for one in parcels] for kind, how_much in _AMISS.items()}
    some = {kind: [pair for pair in pairs if pair[0]] for kind, pairs in found.items()}
    return {kind: [one for _, one in sorted(of, key=lambda pair: -pair[0])] for kind, of in some.items() if of}


def _parcels(shipment: FoundShipment) -> Iterator[_Parcel]:
    """Join what is told of the same parcel: by carrier and waybill, and by the list that is known of it."""
    port = {parcel.key: parcel for parcel in shipment.packed}
    china = {row.logistics_key: row for row in shipment.lists if row.logistics_key}
    by_id = {row.id: row.logistics_key for row in shipment.lists}
    korea = {
        by_id.get(parcel.declaration_id) or f"{parcel.logistics_code}|{parcel.hbl_no}": parcel
        for parcel in shipment.korean
        if parcel.direction == TO_KOREA
    }
    for key in dict.fromkeys((*port, *china, *korea)):
        yield _Parcel(key.partition("|")[2], port.get(key), china.get(key), korea.get(key))


def _is_taken_out(one: _Parcel, told: _Compared) -> bool:
    return bool(one.port and one.port.taken_from and not one.port.container_no)


def _is_elsewhere(one: _Parcel, told: _Compared) -> bool:
    """Korea's manifest has it in another container, or in that out of which it was taken."""
    if not (one.port and one.korea and one.korea.container_no):
        return False
    return one.korea.container_no != one.port.container_no and bool(one.port.container_no or one.port.taken_from)


def _is_unpacked(one: _Parcel, told: _Compared) -> bool:
    """No packing list has it, while others of the container are on one."""
    return bool(one.korea and one.korea.container_no in told.packed and not (one.port and one.port.listed_in))


def _is_unannounced(one: _Parcel, told: _Compared) -> bool:
    """Korea was not told of it, while it was of others of the container."""
    return bool(one.port and one.port.container_no in told.announced and not (one.korea and one.korea.manifest_no))


def _is_unlisted(one: _Parcel, told: _Compared) -> bool:
    return bool(one.port and one.port.container_no and one.china is None and not one.port.declaration_id)


def _is_unreturned(one: _Parcel, told: _Compared) -> bool:
    """It may be declared as a return: there is a list of it."""
    is_back = one.korea is not None and one.korea.state == SENT_BACK
    return bool(is_back and one.china and one.china.id not in told.shipment.totals.returns)


def _is_unsent(one: _Parcel, told: _Compared) -> bool:
    is_returned = one.china is not None and one.china.id in told.shipment.totals.returns
    return bool(is_returned and one.korea and one.korea.state not in (SENT_BACK, "doubtful"))


def _values_apart(one: _Parcel, told: _Compared) -> Decimal:
    """How many yuan are between list and Korea's list, beyond Korea's tolerance."""
    theirs = yuan_told(one.korea, told.law) if one.korea and one.china else None
    if not (theirs and one.china and one.korea and is_beyond(theirs, one.china.value, one.korea, told.law)):
        return Decimal()
    return abs(theirs - decimal_of(one.china.value))


def _weights_apart(one: _Parcel, told: _Compared) -> Scaled:
    """How much heavier it is to one than to another: list and Korea's beyond its tolerance, Korea's list and manifest
    at all, as Korea's customs sees them."""
    if one.korea is None:
        return 0
    korea, ours = one.korea, told.shipment.weights.get(one.china.id, 0) if one.china else 0
    weights = {weight for weight in (korea.gross_weight, korea.manifest_weight) if weight}
    beyond = any(is_beyond(decimal_of(weight), ours, korea, told.law) for weight in weights)
    every = {*weights, ours} - {0}
    return max(every) - min(every) if len(weights) > 1 or beyond else 0


_AMISS: Mapping[str, Callable[[_Parcel, _Compared], Scaled | Decimal]] = {
    "taken_out": _is_taken_out,
    "elsewhere": _is_elsewhere,
    "unpacked": _is_unpacked,
    "unannounced": _is_unannounced,
    "unlisted": _is_unlisted,
    "unreturned": _is_unreturned,
    "unsent": _is_unsent,
    "value": _values_apart,
    "weight": _weights_apart,
}
"""What can be amiss with a parcel, and how much (0: not), by its key in `shipment_amiss`, `shipment_wrong` and
`shipment_next`."""


def _of_parcels(
    kind: str, some: Sequence[_Parcel], shipment: FoundShipment, law: Parameters, names: Mapping[str, str]
) -> ShipmentDifference:
    who = {role: _named((one.company(role) for one in some), names) for role in ROLES}
    values = {**who, **_values(some, shipment, law)}
    texts = [phrases.phrase(f"shipment_{about}", kind).filled(**values) for about in ("amiss", "wrong", "next")]
    return ShipmentDifference(kind, [one.number for one in some[:MOST_NAMED]], len(some), *texts)


def _values(some: Sequence[_Parcel], shipment: FoundShipment, law: Parameters) -> Mapping[str, str | Words]:
    """What the sentences about parcels name: all their containers and what Korea says of them; value and weight of the
    first."""
    korean = [one.korea for one in some if one.korea]
    boxes = {one.port.container_no or one.port.taken_from for one in some if one.port} - {""}
    said = {parcel.state for parcel in korean}
    china, korea = some[0].china, some[0].korea
    return {
        "first": some[0].number,
        "port": ", ".join(sorted(boxes)),
        "korea": ", ".join(sorted({parcel.container_no for parcel in korean} - {""})),
        "said": _joined([phrases.state(state, KOREA_PARCEL) for state in sorted(said)]),
        "ours": amount(china.value, "CNY") if china else "–",
        "theirs": _value_told(korea, law) if korea else "–",
        "weight": (china and amount(shipment.weights.get(china.id, 0), "kg")) or "–",
        "listed": (korea and amount(korea.gross_weight, "kg")) or "–",
        "manifest": (korea and amount(korea.manifest_weight, "kg")) or "–",
    }


def _value_told(parcel: KoreaParcel, law: Parameters) -> str:
    """The value by Korea's list, with what it is in yuan."""
    told, yuan = amount(parcel.value, parcel.currency), yuan_told(parcel, law)
    return f"{amount(yuan, 'CNY')} ({told})" if yuan and parcel.currency != "CNY" else told


def _of_case(case: PortCase, asked: Mapping[Key, questions.Question], names: Mapping[str, str]) -> ShipmentDifference:
    reason = case.reasons[0]
    advice = remedy(reason.rule)
    wrong = phrases.phrase("shipment_wrong", f"case_{case.kind}").filled(**_either(reason.values))
    acts = _who_acts(PORT_CASE, case, asked, names, Words(advice.zh, advice.en))
    return ShipmentDifference(PORT_CASE, [case.case_no], 1, sentences.sentence(reason), wrong, acts)


def _either(values: Mapping[str, str]) -> Mapping[str, str]:
    return {"first": values.get("first", ""), "second": values.get("second", "")}


def _of_korea(
    parcel: KoreaParcel, asked: Mapping[Key, questions.Question], names: Mapping[str, str]
) -> ShipmentDifference:
    words = sentences.sentence(parcel.reasons[0]) if parcel.reasons else phrases.state(parcel.state, KOREA_PARCEL)
    wrong = phrases.phrase("shipment_wrong", parcel.state).filled(agent=_named([parcel.agent_code], names))
    advice = phrases.phrase("shipment_next", parcel.state).filled(agent=_named([parcel.agent_code], names))
    acts = _who_acts(KOREA_PARCEL, parcel, asked, names, advice)
    return ShipmentDifference(KOREA_PARCEL, [parcel.parcel_no], 1, words, wrong, acts)


def _who_acts(
    subject: str,
    case: PortCase | KoreaParcel,
    asked: Mapping[Key, questions.Question],
    names: Mapping[str, str],
    advice: Words,
) -> Words:
    """The company that was asked, until when; else what can be told, and the desk that decides."""
    if question := asked.get((subject, str(case.id))):
        due = f"{local_time_of(question.due):%Y-%m-%d %H:%M}"
        return phrases.phrase("shipment_next", "asked_by_us").filled(who=_named([question.company], names), due=due)
    desk = desk_of(subject, case.state)
    if desk is None:
        return advice
    return phrases.phrase("shipment_next", "desk").filled(advice=advice, desk=Words(desk.zh, desk.en))


def _of_seals(shipment: FoundShipment) -> Iterator[ShipmentDifference]:
    """The seals of the port beside those of Korea's manifest."""
    ours, theirs = seals_of(shipment), {parcel.seal_no for parcel in shipment.korean} - {""}
    if ours and theirs and not theirs <= ours:
        values = {"ours": ", ".join(sorted(ours)), "theirs": ", ".join(sorted(theirs))}
        texts = [phrases.phrase(f"shipment_{about}", "seal").filled(**values) for about in ("amiss", "wrong", "next")]
        yield ShipmentDifference("seal", (), 1, *texts)


def _asked(
    connection: Connection, sandbox: str, cases: Iterable[PortCase], parcels: Iterable[KoreaParcel]
) -> Mapping[Key, questions.Question]:
    """The open questions to companies about cases and parcels."""
    keys = [
        *((PORT_CASE, str(case.id)) for case in cases),
        *((KOREA_PARCEL, str(parcel.id)) for parcel in parcels),
    ]
    return {asked.key: asked for asked in questions.unsettled(connection, sandbox, keys) if asked.is_open}


def _codes(
    asked: Iterable[questions.Question], waiting: Iterable[KoreaParcel], parcels: Iterable[_Parcel]
) -> Collection[str]:
    named = {one.company(role) for one in parcels for role in ROLES}
    return {question.company for question in asked} | {parcel.agent_code for parcel in waiting} | named


def _named(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Companies by name and code; of many the first."""
    known = sorted({*codes} - {""})
    told = [f"{short_name(names[code])} ({code})" if code in names else code for code in known[:MOST_COMPANIES]]
    return ", ".join(told) + (f" +{len(known) - MOST_COMPANIES}" if len(known) > MOST_COMPANIES else "") or "–"


def _joined(every: Sequence[Words]) -> Words:
    return Words(*(", ".join(words.text(language) for words in every) for language in LANGUAGES))
