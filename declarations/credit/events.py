"""Credit events: what happened to a company, and what each counts for on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.money import Scaled
from declarations.parameters import Parameters
from declarations.parameters.tables.credit import CreditKinds

KINDS = (
    *("101", "102", "103", "104", "105", "106", "107"),
    *("201", "202", "203", "204", "205", "301", "302", "303", "304"),
    "901",
)
"""The kinds of events: of customs, of other agencies, and the voluntary disclosure."""


class EventState(StrEnum):
    """The states of an event on a day."""

    RECORDED = "recorded"
    """Not final yet: it may still be appealed against."""
    COUNTED = "counted"
    LAPSED = "lapsed"
    REPAIRED = "repaired"
    """A case that rested on it was repaired, which ends its use (停止使用); no date of the event says so."""
    WITHDRAWN = "withdrawn"


class CreditEvent(NamedTuple):
    """An event of a company. `number`: agency|eventNo. `occurred` of a debt is the last day on which it could be paid.

    `final`: the day from which it counts; None: it is not final. `cured`: the day on which a debt was paid or a duty
    done. `withdrawn`: the day on which it was quashed. `amount` in yuan, scaled; `documents`: how many it concerns."""

    number: str
    kind: str
    degree: str
    agency: str
    occurred: date
    decided: date
    final: date | None
    amount: Scaled = 0
    documents: int = 0
    doc_no: str = ""
    evidence: str = ""
    cured: date | None = None
    withdrawn: date | None = None


def kinds_on(day: date, law: Parameters) -> CreditKinds:
    """Return what the kinds of events are on a day; raises `NoValue`."""
    return law.on("credit.kinds", day).table_as(CreditKinds)


def lapses_on(event: CreditEvent, law: Parameters) -> date | None:
    """Return the first day on which an event counts no more: so many months after it became final, and for what has to
    be cured, after that. None: it does not lapse as things stand.

    The period of the day on which it begins stays, whatever a later regime says.
    """
    start = event.final
    if start is not None and event.kind in kinds_on(start, law).curable:
        start = None if event.cured is None else max(event.cured, start)
    return None if start is None else months_after(start, int(law.on("credit.clean", start).amount))


def state_on(event: CreditEvent, day: date, law: Parameters) -> EventState:
    """Return the state of an event on a day."""
    if event.withdrawn is not None and event.withdrawn <= day:
        return EventState.WITHDRAWN
    if event.final is None or event.final > day:
        return EventState.RECORDED
    lapse = lapses_on(event, law)
    return EventState.LAPSED if lapse is not None and lapse <= day else EventState.COUNTED


def counted_on(events: Iterable[CreditEvent], day: date, law: Parameters) -> tuple[CreditEvent, ...]:
    """Return the events that count on a day, without those that the company disclosed itself, and without disclosures.

    主动披露的，不作为认定信用状况的记录。
    """
    counted = [event for event in events if state_on(event, day, law) == EventState.COUNTED]
    if not counted:
        return ()
    kinds = kinds_on(day, law)
    disclosed = {event.doc_no for event in counted if event.kind in kinds.disclosure} - {""}
    return tuple(event for event in counted if not _is_lessened(event, disclosed, kinds))


def _is_lessened(event: CreditEvent, disclosed: Collection[str], kinds: CreditKinds) -> bool:
    return event.kind in kinds.disclosure or (event.kind in kinds.disclosable and event.doc_no in disclosed)


def is_open(event: CreditEvent, day: date) -> bool:
    """True if an event is not cured on a day."""
    return event.cured is None or event.cured > day
