"""A table of facts about a shipment by who says what, and where its parcels are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.korea.lists import seoul_day, yuan_of
from declarations.money import Scaled, amount_text, decimal_of
from declarations.parameters import Parameters, UnknownParameter
from declarations.port.timeline import NOT_COUNTED
from gateways.korea.repository import KoreaParcel
from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.parcels import ShipmentParcel, korean_of, parcels_of
from single_window.language import phrases
from single_window.language.words import LANGUAGES, Words

PORT, CHINA, KOREA = SPEAKERS = ("port", "china", "korea")
LOADED, SENT_BACK = "LOD", "sent_back"
STILL_IN_KOREA = frozenset({"announced", "taken_in", "asked", "held"})
OUTCOME, KOREA_PARCEL, NOTHING = "outcome", "korea_parcel", Words("", "")


class Fact(NamedTuple):
    """A fact and what each of the speakers says of it, empty if nothing; `differs`: they contradict each other."""

    name: str
    told: Sequence[Words]
    differs: bool = False


def facts_of(shipment: FoundShipment, law: Parameters) -> Sequence[Fact]:
    """Return the facts that at least one speaker tells. They are compared where all of the shipment was read, and all
    of its parcels may be."""
    parcels, korean = parcels_of(shipment), korean_of(shipment)
    whole = shipment.is_whole and (shipment.companies is None or all(one.china for one in parcels))
    boxes = _joined(event.container_no for event in shipment.events)
    facts = (
        _parcels(parcels),
        _fact("container", boxes, "", _joined(parcel.container_no for parcel in korean)),
        _seals(shipment),
        _value(parcels, law),
        _weight("weight_list", parcels, shipment, law),
        _weight("weight_manifest", parcels, shipment, law),
        Fact(
            OUTCOME,
            (
                _loaded(shipment),
                _states((row.state for row in shipment.lists), "inventory"),
                _states((parcel.state for parcel in korean), KOREA_PARCEL),
            ),
        ),
        _returns(parcels, shipment),
    )
    told = [fact for fact in facts if any(words.en for words in fact.told)]
    return told if whole else [fact._replace(differs=False) for fact in told]


def where(facts: Sequence[Fact]) -> Words:
    """Return in one sentence where the parcels are by each speaker; empty if none tells."""
    told = next((fact.told for fact in facts if fact.name == OUTCOME), ())
    said = [
        (phrases.phrase("label", f"said_by_{speaker}"), words)
        for speaker, words in zip(SPEAKERS, told, strict=False)
        if words.en
    ]
    zh = "；".join(f"{who.zh}：{words.zh}" for who, words in said)
    en = "; ".join(f"{who.en}: {words.en}" for who, words in said)
    return Words(f"{zh}。", f"{en[0].upper()}{en[1:]}.") if said else NOTHING


def seals_apart(shipment: FoundShipment) -> Mapping[str, tuple[Collection[str], Collection[str]]]:
    """Container → the seals that the port tells of, and that of Korea's manifest, where this is none of them."""
    ours, theirs = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for event in shipment.events:
        if event.seal_no and event.mark not in NOT_COUNTED:
            ours[event.container_no].add(event.seal_no)
    for parcel in korean_of(shipment):
        if parcel.seal_no:
            theirs[parcel.container_no].add(parcel.seal_no)
    return {box: (ours[box], seals) for box, seals in theirs.items() if ours.get(box) and not seals <= ours[box]}


def yuan_told(parcel: KoreaParcel, law: Parameters) -> Decimal | None:
    """The value of a parcel by Korea's list, in yuan by the rate of the day of its arrival, or on which Korea was told
    of it; None if nobody told it, or its currency has no rate then."""
    try:
        return yuan_of(parcel.value, parcel.currency, day_of_parcel(parcel), law) if parcel.value else None
    except (LookupError, UnknownParameter):
        return None


def day_of_parcel(parcel: KoreaParcel) -> date:
    """The day in Korea whose rates and tolerance hold for a parcel."""
    return seoul_day(parcel.eta or parcel.opened_at)


def is_beyond(theirs: Decimal, ours: Scaled, parcel: KoreaParcel, law: Parameters) -> bool:
    """True if what Korea was told is further from what was declared here than Korea's tolerance."""
    tolerance = law.on("korea.tolerance", day_of_parcel(parcel)).amount
    return bool(ours) and abs(theirs - decimal_of(ours)) > tolerance * decimal_of(ours)


def amount(total: Scaled | Decimal, unit: str) -> str:
    """Return an amount with its unit; empty for none."""
    text = f"{total:.2f}" if isinstance(total, Decimal) else amount_text(total)
    whole, _, part = text.partition(".")
    return f"{int(whole):,}.{part} {unit}" if total else ""


def _parcels(parcels: Sequence[ShipmentParcel]) -> Fact:
    out = sum(is_taken_out(one) for one in parcels)
    told_of = (sum(one.port is not None for one in parcels) - out, *(_count(parcels, of) for of in (CHINA, KOREA)))
    told = [Words(_number(count), _number(count)) for count in told_of]
    if out:
        more = phrases.phrase("label", "shipment_out").filled(count=out)
        told[0] = Words(f"{told_of[0]}{more.zh}", f"{told_of[0]}{more.en}")
    return Fact("parcels", told, differs=len({*told_of} - {0}) > 1)


def _count(parcels: Sequence[ShipmentParcel], speaker: str) -> int:
    return sum(getattr(one, speaker) is not None for one in parcels)


def is_taken_out(one: ShipmentParcel) -> bool:
    """True for a parcel that a packing list took out of its container, and that is in none since."""
    return bool(one.port and one.port.taken_from and not one.port.container_no)


def _seals(shipment: FoundShipment) -> Fact:
    ours = _joined(event.seal_no for event in shipment.events if event.mark not in NOT_COUNTED)
    theirs = _joined(parcel.seal_no for parcel in korean_of(shipment))
    return _fact("seal", ours, "", theirs, compared=False)._replace(differs=bool(seals_apart(shipment)))


def _returns(parcels: Sequence[ShipmentParcel], shipment: FoundShipment) -> Fact:
    """What came back by Korea's word, beside the returns that were declared."""
    back = _states((one.korea.state for one in parcels if one.korea and one.korea.state == SENT_BACK), KOREA_PARCEL)
    differs = any(is_unreturned(one, shipment) or is_unsent(one, shipment) for one in parcels)
    return Fact("returns", (NOTHING, _states(shipment.returns.values(), "export_refund"), back), differs)


def is_unreturned(one: ShipmentParcel, shipment: FoundShipment) -> bool:
    """True for a parcel that Korea sent back, and of which no return is declared; one without a list cannot be."""
    is_back = one.korea is not None and one.korea.state == SENT_BACK
    return bool(is_back and one.china and one.china.id not in shipment.returns)


def is_unsent(one: ShipmentParcel, shipment: FoundShipment) -> bool:
    """True for a parcel whose return is declared, and which Korea still has by its own word. What it cleared may come
    back from the buyer."""
    is_returned = one.china is not None and one.china.id in shipment.returns
    return bool(is_returned and one.korea and one.korea.state in STILL_IN_KOREA)


def _fact(name: str, port: str, china: str, korea: str, compared: bool = True) -> Fact:
    texts = (port, china, korea)
    return Fact(name, [Words(text, text) for text in texts], compared and len({*texts} - {""}) > 1)


def _value(parcels: Sequence[ShipmentParcel], law: Parameters) -> Fact:
    """The value by our lists and by Korea's, in yuan too: they contradict each other beyond Korea's tolerance."""
    ours, theirs = sum(one.china.value for one in parcels if one.china), Counter[str]()
    korean = [one.korea for one in parcels if one.korea and one.korea.value]
    for parcel in korean:
        theirs[parcel.currency] += parcel.value
    told = ", ".join(amount(total, currency) for currency, total in sorted(theirs.items()))
    yuan = [yuan_told(parcel, law) for parcel in korean]
    fact = _fact("value", "", amount(ours, "CNY"), told, compared=False)
    if not korean or None in yuan:
        return fact
    total = sum(filter(None, yuan), Decimal())
    told = told if set(theirs) <= {"CNY"} else f"{told} ({amount(total, 'CNY')})"
    fact = _fact("value", "", amount(ours, "CNY"), told, compared=False)
    return fact._replace(differs=is_beyond(total, ours, korean[0], law))


def _weight(name: str, parcels: Sequence[ShipmentParcel], shipment: FoundShipment, law: Parameters) -> Fact:
    """The gross weight that was declared here, beside that of Korea's list or manifest."""
    column = {"weight_list": "gross_weight", "weight_manifest": "manifest_weight"}[name]
    korean = [one.korea for one in parcels if one.korea and getattr(one.korea, column)]
    theirs = sum(getattr(parcel, column) for parcel in korean)
    ours = sum(shipment.weights.get(one.china.id, 0) for one in parcels if one.china) if theirs else 0
    fact = _fact(name, "", amount(ours, "kg"), amount(theirs, "kg"), compared=False)
    return fact._replace(differs=bool(theirs) and is_beyond(decimal_of(theirs), ours, korean[0], law))


def _number(count: int) -> str:
    return str(count) if count else ""


def _joined(texts: Iterable[str]) -> str:
    return " ".join(sorted({text for text in texts if text}))


def _loaded(shipment: FoundShipment) -> Words:
    loaded = {event.container_no for event in shipment.events if event.event == LOADED}
    return _counted([(len(loaded), phrases.phrase("port_event", LOADED))] if loaded else ())


def _states(states: Iterable[str], lifecycle: str) -> Words:
    counted = sorted(Counter(states).items())
    return _counted([(count, phrases.state(state, lifecycle)) for state, count in counted])


def _counted(counted: Sequence[tuple[int, Words]]) -> Words:
    """How many are how: the number is left out of one alone, and `all` is said of several that are alike."""
    if len(counted) == 1:
        ((count, words),) = counted
        every = phrases.phrase("label", "shipment_both" if count == 2 else "shipment_all")
        return words if count == 1 else every.filled(count=count, words=words)
    zh, en = ([(count, words.text(language)) for count, words in counted] for language in LANGUAGES)
    return Words(
        "，".join(f"{count}个{text}" for count, text in zh), ", ".join(f"{count} {text}" for count, text in en)
    )
