"""One line of time of a shipment, and a table of facts by who says what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from declarations.korea.lists import seoul_day, yuan_of
from declarations.money import Scaled, amount_text, decimal_of
from declarations.parameters import Parameters, UnknownParameter
from declarations.port.timeline import NOT_COUNTED, LineMark
from declarations.reasons import Reason
from single_window.cases.shipments.found import FoundShipment
from single_window.cases.shipments.numbers import EventPlace, places_of
from single_window.language import phrases, sentences
from single_window.language.words import Words
from single_window.store.bulk import one_of
from single_window.store.records import decoder
from single_window.store.seals import fetch
from single_window.store.tables import timeline

PORT, CHINA, KOREA = "port", "china", "korea"
SEA, TAX, MONEY = "sea", "tax", "money"
SPEAKERS = (PORT, CHINA, KOREA)
LANES = (SEA, PORT, KOREA, CHINA, TAX, MONEY)
"""The lanes of the line of time, from ship to money."""
AT_SEA = frozenset({"BKD", "PLN", "LBG", "LEN", "DEP"})
"""Events of a terminal that are about the ship."""
LOADED = "LOD"
ODD = frozenset({LineMark.ORDER, *NOT_COUNTED})
"""Marks of events of the port that contradict something."""
CONTRADICTED = frozenset({("port_case", "open"), ("port_case", "claimed"), ("korea_parcel", "doubtful")})
"""Kinds of cases with their states in which something contradicts itself."""
MOST_EVENTS = 5_000
"""Rows of timelines that are read: the newest."""
TOLD_BY_PORT, SENT_BACK = frozenset({"port_case", "port_packing_list"}), "sent_back"
OUTCOME, NOTHING = "outcome", Words("", "")
_REASONS = decoder(tuple[Reason, ...], tuple)
_SAID = ("at", "actor", "kind", "event", "state", "reasons")
NAMED = TOLD_BY_PORT | {"refund_claim", "trace_batch", "recall"}
"""Kinds of which the line of time gives the number and the reasons."""
TAXED, PAID = frozenset({"tax_bill"}), frozenset({"payment", "order", "forex_report", "refund_claim"})


class ShipmentLine(NamedTuple):
    """An event, or the same of several parcels at one instant: `times`. `lane`: one of `LANES`;
    `actor`: who says so; `told`: when he said it, if later, else 0; `is_odd`: it contradicts something; `why`: whom, or
    why."""

    at: int
    lane: str
    actor: str
    words: Words
    state: Words | None
    times: int
    source: str = ""
    told: int = 0
    is_odd: bool = False
    why: Words | None = None


class Fact(NamedTuple):
    """A fact and what each of the speakers says of it, empty if nothing; `differs`: they contradict each other."""

    name: str
    told: Sequence[Words]
    differs: bool = False


def lines_of(connection: Connection, sandbox: str, shipment: FoundShipment) -> Sequence[ShipmentLine]:
    """Return what happened, oldest first; what happened to several parcels at an instant once, with their number. Of
    very many events the newest."""
    return sorted((*_of_port(shipment), *_of_timelines(connection, sandbox, shipment)), key=lambda line: line.at)


def _of_port(shipment: FoundShipment) -> Iterator[ShipmentLine]:
    for event in shipment.events:
        marked = phrases.phrase("port_mark", event.mark) if event.mark else None
        later = event.recorded_at if event.recorded_at > event.at else 0
        words = phrases.phrase("port_event", event.event)
        lane, is_odd = SEA if event.event in AT_SEA else PORT, event.mark in ODD
        who, about = event.claimed_by or event.terminal_code, event.container_no or event.voyage_no
        yield ShipmentLine(event.at, lane, who, words, marked, times=1, source=about, told=later, is_odd=is_odd)


def _of_timelines(connection: Connection, sandbox: str, shipment: FoundShipment) -> Iterator[ShipmentLine]:
    places, columns = places_of(connection, sandbox, shipment), timeline.c
    numbers = sorted({place.number for place in places} - {""})
    chosen = select(*[columns[name] for name in (*_SAID, "key", "order_no")]).where(
        columns.sandbox == sandbox, one_of(connection, columns.order_no, numbers)
    )
    newest = chosen.order_by(columns.id.desc()).limit(MOST_EVENTS)
    rows = fetch(connection, newest, timeline) if numbers else ()
    ours = [row for row in rows if {EventPlace(row.kind, key, row.order_no) for key in (row.key, "")} & places]
    for (at, actor, kind, event, state, reasons, number), count in Counter(map(_said, reversed(ours))).items():
        about = kind if kind.endswith(("_case", "_parcel")) else ""
        yield ShipmentLine(
            at,
            _lane(kind),
            actor,
            phrases.event(event, about),
            phrases.state(state, kind) if state else None,
            count,
            source=number,
            is_odd=(kind, state) in CONTRADICTED,
            why=_why(reasons),
        )


def _said(row: Row[Any]) -> tuple[Any, ...]:
    """What a row says, the same for all parcels of which it is said at an instant; of a case, a packing list, a claim
    or a lot its number and reasons, which name who contradicts whom, or what was packed."""
    of_case = row.kind in NAMED or row.kind.endswith("_case") or (row.kind, row.state) in CONTRADICTED
    return (*row[:5], row.reasons if of_case and row.state else "", row.order_no if of_case else "")


def _why(reasons: str) -> Words | None:
    told = _REASONS(reasons)
    return sentences.sentence(told[0]) if told else None


def _lane(kind: str) -> str:
    if kind in TAXED or kind in PAID:
        return TAX if kind in TAXED else MONEY
    return KOREA if kind == "korea_parcel" else PORT if kind in TOLD_BY_PORT else CHINA


def facts_of(shipment: FoundShipment, law: Parameters) -> Sequence[Fact]:
    """Return the facts that at least one speaker tells."""
    korean, totals = shipment.korean, shipment.totals
    boxes = _joined(event.container_no for event in shipment.events)
    seals = _joined(event.seal_no for event in shipment.events if event.mark not in NOT_COUNTED)
    back, returns = totals.korean.get(SENT_BACK, 0), sum(totals.returns.values())
    facts = (
        _fact(
            "parcels", _number(totals.packed), _number(sum(totals.lists.values())), _number(sum(totals.korean.values()))
        ),
        _fact("container", boxes, "", _joined(parcel.container_no for parcel in korean)),
        _fact("seal", seals, "", _joined(parcel.seal_no for parcel in korean)),
        _value(shipment, law),
        _fact("weight_list", "", "", _amount(totals.gross_weight, "kg")),
        _fact("weight_manifest", "", "", _amount(totals.manifest_weight, "kg")),
        Fact(OUTCOME, (_loaded(shipment), _states(totals.lists, "inventory"), _states(totals.korean, "korea_parcel"))),
        Fact(
            "returns",
            (NOTHING, _states(totals.returns, "export_refund"), _sent_back(back)),
            differs=bool(totals.korean) and back != returns,
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
    return Words(f"{zh}。", f"{en}.") if said else NOTHING


def _fact(name: str, port: str, china: str, korea: str, compared: bool = True) -> Fact:
    texts = (port, china, korea)
    return Fact(name, [Words(text, text) for text in texts], compared and len({*texts} - {""}) > 1)


def _value(shipment: FoundShipment, law: Parameters) -> Fact:
    """The value by our lists and by Korea's, in yuan too: they contradict each other beyond Korea's tolerance."""
    ours, theirs = shipment.totals.value, shipment.totals.korean_value
    days = [seoul_day(parcel.eta) for parcel in shipment.korean if parcel.eta]
    try:
        yuan = sum((yuan_of(amount, currency, days[0], law) for currency, amount in theirs.items()), Decimal())
        tolerance = law.on("korea.tolerance", days[0]).amount
    except (LookupError, UnknownParameter):  # no day, no rate, or no such currency: told, and not compared
        return _fact("value", "", _amount(ours, "CNY"), _amounts(theirs), compared=False)
    told = _amounts(theirs) if set(theirs) <= {"CNY"} else f"{_amounts(theirs)} ({yuan:,.2f} CNY)"
    fact = _fact("value", "", _amount(ours, "CNY"), told, compared=False)
    return fact._replace(
        differs=bool(ours) and bool(theirs) and abs(yuan - decimal_of(ours)) > tolerance * decimal_of(ours)
    )


def _number(count: int) -> str:
    return str(count) if count else ""


def _joined(texts: Iterable[str]) -> str:
    return " ".join(sorted({text for text in texts if text}))


def _amount(total: Scaled, unit: str) -> str:
    return f"{amount_text(total)} {unit}" if total else ""


def _amounts(sums: Mapping[str, Scaled]) -> str:
    return ", ".join(filter(None, (_amount(total, currency) for currency, total in sorted(sums.items()))))


def _loaded(shipment: FoundShipment) -> Words:
    loaded = {event.container_no for event in shipment.events if event.event == LOADED}
    return _times([(len(loaded), phrases.phrase("port_event", LOADED))] if loaded else ())


def _states(counted: Mapping[str, int], lifecycle: str) -> Words:
    return _times([(count, phrases.state(state, lifecycle)) for state, count in sorted(counted.items())])


def _sent_back(count: int) -> Words:
    return _times([(count, phrases.state(SENT_BACK, "korea_parcel"))] if count else ())


def _times(counted: Iterable[tuple[int, Words]]) -> Words:
    each = [(f"{count} × {words.zh}", f"{count} × {words.en}") for count, words in counted]
    return Words("，".join(zh for zh, _ in each), ", ".join(en for _, en in each))
