"""A table of facts about a shipment by who says what, and where its parcels are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.korea.lists import seoul_day, yuan_of
from declarations.money import Scaled, amount_text, decimal_of
from declarations.parameters import Parameters, UnknownParameter
from declarations.port.timeline import NOT_COUNTED
from gateways.korea.repository import KoreaParcel
from single_window.cases.shipments.found import FoundShipment
from single_window.language import phrases
from single_window.language.words import LANGUAGES, Words

PORT, CHINA, KOREA = SPEAKERS = ("port", "china", "korea")
LOADED, SENT_BACK = "LOD", "sent_back"
OUTCOME, NOTHING = "outcome", Words("", "")


class Fact(NamedTuple):
    """A fact and what each of the speakers says of it, empty if nothing; `differs`: they contradict each other."""

    name: str
    told: Sequence[Words]
    differs: bool = False


def facts_of(shipment: FoundShipment, law: Parameters) -> Sequence[Fact]:
    """Return the facts that at least one speaker tells."""
    korean, totals = shipment.korean, shipment.totals
    boxes = _joined(event.container_no for event in shipment.events)
    back, returns = totals.korean.get(SENT_BACK, 0), Counter(totals.returns.values())
    facts = (
        _parcels(shipment),
        _fact("container", boxes, "", _joined(parcel.container_no for parcel in korean)),
        _fact("seal", _joined(seals_of(shipment)), "", _joined(parcel.seal_no for parcel in korean)),
        _value(shipment, law),
        _weight("weight_list", shipment, totals.gross_weight, law),
        _weight("weight_manifest", shipment, totals.manifest_weight, law),
        Fact(OUTCOME, (_loaded(shipment), _states(totals.lists, "inventory"), _states(totals.korean, "korea_parcel"))),
        Fact(
            "returns",
            (NOTHING, _states(returns, "export_refund"), _sent_back(back)),
            differs=bool(totals.korean) and back != returns.total(),
        ),
    )
    return [fact for fact in facts if any(words.en for words in fact.told)]


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


def seals_of(shipment: FoundShipment) -> set[str]:
    """The seals that the port tells of."""
    return {event.seal_no for event in shipment.events if event.mark not in NOT_COUNTED} - {""}


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
    text = f"{total:,.2f}" if isinstance(total, Decimal) else amount_text(total)
    return f"{text} {unit}" if total else ""


def _parcels(shipment: FoundShipment) -> Fact:
    totals = shipment.totals
    counts = [totals.packed, sum(totals.lists.values()), sum(totals.korean.values())]
    told = [Words(_number(count), _number(count)) for count in counts]
    if totals.taken_out:
        out = phrases.phrase("label", "shipment_out").filled(count=totals.taken_out)
        told[0] = Words(f"{totals.packed}{out.zh}", f"{totals.packed}{out.en}")
    return Fact("parcels", told, differs=len({*counts} - {0}) > 1)


def _fact(name: str, port: str, china: str, korea: str, compared: bool = True) -> Fact:
    texts = (port, china, korea)
    return Fact(name, [Words(text, text) for text in texts], compared and len({*texts} - {""}) > 1)


def _value(shipment: FoundShipment, law: Parameters) -> Fact:
    """The value by our lists and by Korea's, in yuan too: they contradict each other beyond Korea's tolerance."""
    ours, theirs = shipment.totals.value, shipment.totals.korean_value
    told = ", ".join(filter(None, (amount(total, currency) for currency, total in sorted(theirs.items()))))
    first = next(iter(shipment.korean), None)
    if first is None or not any(theirs.values()):
        return _fact("value", "", amount(ours, "CNY"), told, compared=False)
    try:
        day = day_of_parcel(first)
        yuan = sum((yuan_of(total, currency, day, law) for currency, total in theirs.items() if total), Decimal())
    except (LookupError, UnknownParameter):  # no rate, or no such currency: told, and not compared
        return _fact("value", "", amount(ours, "CNY"), told, compared=False)
    told = told if set(theirs) <= {"CNY"} else f"{told} ({amount(yuan, 'CNY')})"
    fact = _fact("value", "", amount(ours, "CNY"), told, compared=False)
    return fact._replace(differs=is_beyond(yuan, ours, first, law))


def _weight(name: str, shipment: FoundShipment, theirs: Scaled, law: Parameters) -> Fact:
    """The gross weight that was declared here, beside that of Korea's list or manifest."""
    ours = sum(shipment.weights.values()) if shipment.is_whole and theirs else 0
    fact = _fact(name, "", amount(ours, "kg"), amount(theirs, "kg"), compared=False)
    return fact._replace(differs=bool(theirs) and is_beyond(decimal_of(theirs), ours, shipment.korean[0], law))


def _number(count: int) -> str:
    return str(count) if count else ""


def _joined(texts: Iterable[str]) -> str:
    return " ".join(sorted({text for text in texts if text}))


def _loaded(shipment: FoundShipment) -> Words:
    loaded = {event.container_no for event in shipment.events if event.event == LOADED}
    return _counted([(len(loaded), phrases.phrase("port_event", LOADED))] if loaded else ())


def _states(counted: Mapping[str, int], lifecycle: str) -> Words:
    return _counted([(count, phrases.state(state, lifecycle)) for state, count in sorted(counted.items())])


def _sent_back(count: int) -> Words:
    return _counted([(count, phrases.state(SENT_BACK, "korea_parcel"))] if count else ())


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
