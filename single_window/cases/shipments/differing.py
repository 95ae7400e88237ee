"""What does not fit of a shipment: open cases, and parcels of which port, China's and Korea's customs tell different
things; with who is wrong, as far as it follows from what was told, and who acts next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import local_time_of
from declarations.lifecycle import state_of
from declarations.money import Scaled, decimal_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.korea.repository import KoreaParcel
from gateways.port.repository import PortCase
from schemas.remedies import remedy
from single_window.cases.shipments.facts import (
    KOREA_PARCEL,
    amount,
    is_beyond,
    is_taken_out,
    is_unreturned,
    is_unsent,
    seals_apart,
    yuan_told,
)
from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.parcels import ShipmentParcel, korean_of, parcels_of
from single_window.language import phrases, sentences
from single_window.language.company_names import short_name
from single_window.language.words import LANGUAGES, Words
from single_window.store import questions
from single_window.store.case_queue import Key
from single_window.store.desks import desk_of
from single_window.store.participants import company_names

PORT_CASE = "port_case"
AT_KOREA = frozenset({"doubtful", "asked", "held"})
"""States of parcels in which somebody has to act so that Korea's customs goes on."""
MOST_NAMED = 20
"""Parcels that a difference names."""
MOST_CASES = 50
"""Cases that are told, the oldest first."""
MOST_COMPANIES = 3
ROLES = ("merchant", "carrier", "agent")


class ShipmentDifference(NamedTuple):
    """Something that does not fit. `kind`: that of the case's subject, or a key of `shipment_amiss`; `numbers`: the
    case, or the parcels, of which `parcels` are so; `wrong`: who is, empty if it is not known; `next`: who acts."""

    kind: str
    numbers: Sequence[str]
    parcels: int
    words: Words
    wrong: Words
    next: Words


class _Compared(NamedTuple):
    """With what a parcel is compared. `packed`: (manifest, container) of Korea's manifests of which a packing list has
    some parcel; `announced`: (carrier, packing list) of packing lists of which a manifest has some."""

    shipment: FoundShipment
    law: Parameters
    packed: Collection[tuple[str, str]]
    announced: Collection[tuple[str, str]]

    def may_miss(self, one: ShipmentParcel) -> bool:
        """True if all that is told of a parcel may be read: of those of others a company sees nothing."""
        return self.shipment.companies is None or one.china is not None


class _Parties(NamedTuple):
    """Tells companies by name and code; to companies only themselves, others by their part."""

    names: Mapping[str, str]
    companies: Collection[str] | None

    def told(self, role: str, codes: Iterable[str]) -> Words:
        """The companies that have a role; the role itself, where none is known, or too many."""
        known = sorted({*codes} - {""})
        shown = [code for code in known if self.companies is None or code in self.companies]
        if not shown or shown != known or len(known) > MOST_COMPANIES:
            return phrases.phrase("shipment_role", role)
        told = [f"{short_name(self.names[code])} ({code})" if code in self.names else code for code in known]
        return Words("、".join(told), ", ".join(told))


def differences(
    connection: Connection, sandbox: str, shipment: FoundShipment, law: Parameters
) -> Sequence[ShipmentDifference]:
    """Return what does not fit: cases first, then parcels, those that are alike together. Of a shipment of which not
    all was read, cases alone."""
    amiss = parcels_amiss(shipment, law)
    cases = [case for case in shipment.cases if not state_of(case.state, PORT_CASE).final]
    waiting = [parcel for parcel in korean_of(shipment) if parcel.state in AT_KOREA]
    asked = _asked(connection, sandbox, cases, waiting)
    codes = {question.company for question in asked.values()} | {parcel.agent_code for parcel in waiting}
    codes |= {one.company(role) for one in chain(*amiss.values()) for role in ROLES}
    parties = _Parties(company_names(connection, sandbox, codes), shipment.companies)
    return [
        *(_of_case(case, asked, parties, shipment) for case in cases[:MOST_CASES]),
        *(_of_korea(alike, asked, parties) for alike in _alike(waiting)),
        *(_of_parcels(kind, some, shipment, law, parties) for kind, some in amiss.items()),
        *_of_seals(shipment),
    ]


def parcels_amiss(shipment: FoundShipment, law: Parameters) -> Mapping[str, Sequence[ShipmentParcel]]:
    """Return the parcels with which something is amiss, by what it is (a key of `shipment_amiss`), those first with
    which most is; none of a shipment of which not all was read."""
    parcels = parcels_of(shipment) if shipment.is_whole else ()
    packed = {_manifest_of(one) for one in parcels if one.port and one.port.container_no}
    announced = {_packing_list_of(one) for one in parcels if one.korea and one.korea.manifest_no}
    told = _Compared(shipment, law, packed - {("", "")}, announced - {("", "")})
    found = {kind: [(how_much(one, told), one) for one in parcels] for kind, how_much in _AMISS.items()}
    some = {kind: [pair for pair in pairs if pair[0]] for kind, pairs in found.items()}
    return {kind: [one for _, one in sorted(of, key=lambda pair: -pair[0])] for kind, of in some.items() if of}


def _manifest_of(one: ShipmentParcel) -> tuple[str, str]:
    return (one.korea.manifest_no, one.korea.container_no) if one.korea and one.korea.container_no else ("", "")


def _packing_list_of(one: ShipmentParcel) -> tuple[str, str]:
    is_packed = one.port and one.port.container_no and one.port.listed_in
    return (one.company("carrier"), one.port.listed_in) if is_packed and one.port else ("", "")


def _is_in_manifest(one: ShipmentParcel) -> bool:
    return bool(one.korea and one.port and one.korea.container_no == one.port.taken_from)


def _taken_out(one: ShipmentParcel, told: _Compared) -> bool:
    """Its list stands: it still has to leave, or to be cancelled."""
    return is_taken_out(one) and one.china is not None and not _is_in_manifest(one)


def _still_announced(one: ShipmentParcel, told: _Compared) -> bool:
    """Korea's manifest has it in the container out of which it was taken."""
    return is_taken_out(one) and _is_in_manifest(one)


def _elsewhere(one: ShipmentParcel, told: _Compared) -> bool:
    boxes = {one.port.container_no if one.port else "", one.korea.container_no if one.korea else ""}
    return "" not in boxes and len(boxes) > 1


def _unpacked(one: ShipmentParcel, told: _Compared) -> bool:
    """No packing list has it, while others of its manifest and container are on one."""
    is_packed = one.port is not None and one.port.listed_in
    return _manifest_of(one) in told.packed and not is_packed and told.may_miss(one)


def _unannounced(one: ShipmentParcel, told: _Compared) -> bool:
    """Korea's manifests do not have it, while they have others of its packing list."""
    is_announced = one.korea is not None and one.korea.manifest_no
    return _packing_list_of(one) in told.announced and not is_announced and told.may_miss(one)


def _unlisted(one: ShipmentParcel, told: _Compared) -> bool:
    return bool(one.port and one.port.container_no and one.china is None) and told.may_miss(one)


def _values_apart(one: ShipmentParcel, told: _Compared) -> Decimal:
    """How many yuan are between list and Korea's list, beyond Korea's tolerance."""
    theirs = yuan_told(one.korea, told.law) if one.korea and one.china else None
    if not (theirs and one.china and one.korea and is_beyond(theirs, one.china.value, one.korea, told.law)):
        return Decimal()
    return abs(theirs - decimal_of(one.china.value))


def _weights_apart(one: ShipmentParcel, told: _Compared) -> Scaled:
    """How much heavier it is to one than to another: list and Korea's beyond its tolerance, Korea's list and manifest
    at all, as Korea's customs sees them."""
    if one.korea is None:
        return 0
    korea, ours = one.korea, told.shipment.weights.get(one.china.id, 0) if one.china else 0
    weights = {weight for weight in (korea.gross_weight, korea.manifest_weight) if weight}
    beyond = any(is_beyond(decimal_of(weight), ours, korea, told.law) for weight in weights)
    every = {*weights, ours} - {0}
    return max(every) - min(every) if len(weights) > 1 or beyond else 0


_AMISS: Mapping[str, Callable[[ShipmentParcel, _Compared], Scaled | Decimal]] = {
    "taken_out": _taken_out,
    "still_announced": _still_announced,
    "elsewhere": _elsewhere,
    "unpacked": _unpacked,
    "unannounced": _unannounced,
    "unlisted": _unlisted,
    "unreturned": lambda one, told: is_unreturned(one, told.shipment),
    "unsent": lambda one, told: is_unsent(one, told.shipment),
    "value": _values_apart,
    "weight": _weights_apart,
}
"""What can be amiss with a parcel, and how much (0: not), by its key in `shipment_amiss`, `shipment_wrong` and
`shipment_next`."""


def _of_parcels(
    kind: str, some: Sequence[ShipmentParcel], shipment: FoundShipment, law: Parameters, parties: _Parties
) -> ShipmentDifference:
    who = {role: parties.told(role, (one.company(role) for one in some)) for role in ROLES}
    values = {**who, **_values(some, shipment, law)}
    texts = [phrases.phrase(f"shipment_{about}", kind).filled(**values) for about in ("amiss", "wrong", "next")]
    return ShipmentDifference(kind, [one.number for one in some[:MOST_NAMED]], len(some), *texts)


def _values(some: Sequence[ShipmentParcel], shipment: FoundShipment, law: Parameters) -> Mapping[str, str | Words]:
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


def _of_case(
    case: PortCase, asked: Mapping[Key, questions.Question], parties: _Parties, shipment: FoundShipment
) -> ShipmentDifference:
    reason = next(iter(case.reasons), None)
    known = told_to(shipment, reason) if reason else None
    words = sentences.sentence(known) if known else phrases.phrase("port_kind", case.kind)
    values = reason.values if reason else {}
    either = {"first": values.get("first", ""), "second": values.get("second", "")}
    wrong = phrases.phrase("shipment_wrong", f"case_{case.kind}").filled(**either)
    advice = remedy(reason.rule) if reason else remedy("")
    acts = _who_acts(PORT_CASE, case, asked, parties, Words(advice.zh, advice.en))
    return ShipmentDifference(PORT_CASE, [case.case_no], 1, words, wrong, acts)


def told_to(shipment: FoundShipment, reason: Reason) -> Reason:
    """Return a reason of the port as whoever looks may read it: a company reads the numbers of its own parcels and
    lists, and a dash for others."""
    if shipment.companies is None:
        return reason
    own = {parcel.logistics_no for parcel in shipment.packed} | {row.invt_no for row in shipment.lists}
    told = {
        name: ", ".join(number for number in reason.values[name].split(", ") if number in own) or "–"
        for name in ("parcels", "list")
        if name in reason.values
    }
    return reason._replace(values={**reason.values, **told})


def _alike(waiting: Iterable[KoreaParcel]) -> Sequence[Sequence[KoreaParcel]]:
    """Parcels in the same state for the same reason, of the same company."""
    found = defaultdict[tuple[str, ...], list[KoreaParcel]](list)
    for parcel in waiting:
        found[parcel.state, parcel.reasons[0].rule if parcel.reasons else "", parcel.agent_code].append(parcel)
    return list(found.values())


def _of_korea(
    alike: Sequence[KoreaParcel], asked: Mapping[Key, questions.Question], parties: _Parties
) -> ShipmentDifference:
    first = alike[0]
    words = sentences.sentence(first.reasons[0]) if first.reasons else phrases.state(first.state, KOREA_PARCEL)
    agent = parties.told("agent", [first.agent_code])
    wrong = phrases.phrase("shipment_wrong", first.state).filled(agent=agent)
    advice = phrases.phrase("shipment_next", first.state).filled(agent=agent)
    acts = _who_acts(KOREA_PARCEL, first, asked, parties, advice)
    numbers = [parcel.parcel_no for parcel in alike[:MOST_NAMED]]
    return ShipmentDifference(KOREA_PARCEL, numbers, len(alike), words, wrong, acts)


def _who_acts(
    subject: str,
    case: PortCase | KoreaParcel,
    asked: Mapping[Key, questions.Question],
    parties: _Parties,
    advice: Words,
) -> Words:
    """The company that was asked, until when; else what can be told, and the desk that decides."""
    question = asked.get((subject, str(case.id)))
    if question and (parties.companies is None or question.company in parties.companies):
        due, who = f"{local_time_of(question.due):%Y-%m-%d %H:%M}", parties.told("company", [question.company])
        return phrases.phrase("shipment_next", "asked_by_us").filled(who=who, due=due)
    desk = desk_of(subject, case.state)
    if desk is None:
        return advice
    return phrases.phrase("shipment_next", "desk").filled(advice=advice, desk=Words(desk.zh, desk.en))


def _of_seals(shipment: FoundShipment) -> Iterator[ShipmentDifference]:
    """Seals of containers by the port, beside those of Korea's manifest."""
    for box, (ours, theirs) in sorted(seals_apart(shipment).items()):
        values = {"box": box, "ours": ", ".join(sorted(ours)), "theirs": ", ".join(sorted(theirs))}
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


def _joined(every: Sequence[Words]) -> Words:
    return Words(*(", ".join(words.text(language) for words in every) for language in LANGUAGES))
