"""The window's own changes as EPCIS events: noted in the transaction of the change, made of that before anybody reads
events, and corrected where a later change takes back what was told. Never commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from declarations.calendar import local_time_of
from gateways.port.packing import CANCELS
from gateways.records import Answers
from gateways.reported import event_of_status
from schemas.epcis.facts import GoodsRole, digest_of, facts_of
from schemas.epcis.own_events import (
    AGGREGATION,
    DID_NOT_OCCUR,
    INCORRECT_DATA,
    Correction,
    GoodsStep,
    corrected,
    goods_steps,
    own_event,
    taken_back,
)
from single_window.store import epcis_events, pending_changes
from single_window.store.epcis_events import CapturedEvent, OwnedEvent, UncorrectedEvent
from single_window.store.own_lists import LISTS, changed_lists, told_lists
from single_window.store.own_subjects import told_goods
from single_window.store.own_told import Happened, Told, ToldGoods

CHANGES_AT_ONCE = 500
"""Changes of which one transaction makes events: other writers wait for it."""
REGISTERED = "trace_batch_registered"
_encode = msgspec.json.Encoder(decimal_format="number").encode
_REASONS = {CANCELS: DID_NOT_OCCUR, "5": INCORRECT_DATA}
"""What a document that cancels another, or replaces it, says of what was told."""
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def note(connection: Connection, sandbox: str, answers: Answers, now: int) -> None:
    """Note what the answers of a step did to goods, at the sandbox's instant: of lists, of which there are many, by
    their changes (`make`), of all else as events."""
    happened = list(dict.fromkeys(_happened(answers)))
    if not happened:
        return
    lists = [subject for subject in happened if subject.kind in LISTS]
    pending_changes.put(connection, sandbox, now, changed_lists(connection, sandbox, lists))
    if others := [subject for subject in happened if subject.kind not in LISTS]:
        if batches := [subject.key for subject in others if subject.event == REGISTERED]:
            pending_changes.note_batches(connection, sandbox, batches)
        _write(connection, sandbox, [_Step(now, others, told_goods(connection, sandbox, others))])


def make(connection: Connection, sandbox: str, until: int, most: int = CHANGES_AT_ONCE) -> bool:
    """Make the events of the oldest pending changes, about `most`, up to a row of theirs; False: there are none.

    They are what they would have been in the commit of the change: ids and contents follow from what was kept then."""
    pending = pending_changes.take(connection, sandbox, until, most)
    if pending is None:
        return False
    steps = [
        _Step(some.at, [Happened(change.kind, change.key, change.event) for change in some.changes], about)
        for some, about in zip(pending, told_lists(connection, sandbox, pending), strict=True)
    ]
    _write(connection, sandbox, steps)
    return True


class _Step(NamedTuple):
    """Changes of an instant, and what is told of its subjects."""

    at: int
    happened: Sequence[Happened]
    about: Told


def _write(connection: Connection, sandbox: str, steps: Sequence[_Step]) -> None:
    """Write the events of steps, in their order."""
    known = _known(connection, sandbox, steps)
    events = []
    for step in steps:
        time = local_time_of(step.at).isoformat(timespec="milliseconds")
        for subject in step.happened:
            if told := step.about.get((subject.kind, subject.key)):
                wrong = known.setdefault(_subject_of(subject, told), [])
                events += [OwnedEvent(box, step.at, event) for box, event in _told(subject, told, time, wrong)]
    epcis_events.put_owned(connection, sandbox, events)


def _known(connection: Connection, sandbox: str, steps: Sequence[_Step]) -> dict[str, list[UncorrectedEvent]]:
    """The events told of the subjects of changes that may take them back, by subject."""
    backs = taken_back()
    subjects = {
        _subject_of(subject, told)
        for step in steps
        for subject in step.happened
        if (subject.kind, subject.event) in backs and (told := step.about.get((subject.kind, subject.key)))
    }
    return epcis_events.uncorrected(connection, sandbox, subjects) if subjects else {}


def _happened(answers: Answers) -> Iterator[Happened]:
    """The events that receipts report, and what the timeline has beyond them, as far as anything is told of them."""
    for receipt in answers.receipts:
        if event := _event_of(receipt.kind, receipt.return_status):
            yield Happened(receipt.kind, receipt.key, event)
    for line in answers.timeline:
        if (line.kind, line.event) in _tells():
            yield Happened(line.kind, line.key, line.event)


@cache
def _tells() -> frozenset[tuple[str, str]]:
    return frozenset((*goods_steps(), *taken_back()))


@lru_cache(1_000)
def _event_of(kind: str, status: str) -> str:
    """The event that a receipt reports; empty if nothing is told of it."""
    event = event_of_status(kind, status)
    return event if (kind, event) in _tells() else ""


def _told(
    subject: Happened, told: ToldGoods, time: str, known: list[UncorrectedEvent]
) -> Iterator[tuple[str, CapturedEvent]]:
    """Yield what a change tells, and the corrections of what it takes back, each with the mailbox whose the event is.
    What stands already is not told again. `known`: what stands of the subject, which is brought up to date."""
    named = (subject.kind, subject.event)
    step, back = goods_steps().get(named), taken_back().get(named)
    new = _event(subject, told, step, time) if step and _is_something(told, step) else None
    wrong = [each for each in known if back and each.biz_step in back.steps]
    if new and any(_says(each.body) == _says(new.body) for each in wrong):
        return
    reason = (back.reason or _REASONS.get(told.function, "")) if back else ""
    if reason:
        instead = [new.event_id] if new and reason == INCORRECT_DATA else []
        for each in wrong:
            known.remove(each)
            yield each.mailbox, _corrected(each.body, Correction(time, reason, instead), _subject_of(subject, told))
    if new and step:
        known.append(UncorrectedEvent(told.mailbox, step.biz_step, new.body))
        yield told.mailbox, new


def _says(body: bytes) -> Mapping[str, Any]:
    """The content of an event beside when, and by which id."""
    return {name: value for name, value in _decode(body).items() if name not in ("eventTime", "eventID")}


def _is_something(told: ToldGoods, step: GoodsStep) -> bool:
    """True if an event has goods, and of packing something into which they are packed."""
    return bool(told.parent) if step.type == AGGREGATION else bool(told.goods)


def _event(subject: Happened, told: ToldGoods, step: GoodsStep, time: str) -> CapturedEvent:
    event = own_event(step, time, told.goods, told.place, told.about, told.parent, **told.further)
    facts = facts_of(event)
    goods = (*facts.goods, (_subject_of(subject, told), GoodsRole.SUBJECT))
    return CapturedEvent(event["eventID"], "", facts._replace(goods=goods), _encode(event))


def _subject_of(subject: Happened, told: ToldGoods) -> str:
    return digest_of(f"own:{subject.kind}:{told.own or subject.key}")


def _corrected(body: bytes, correction: Correction, subject: str) -> CapturedEvent:
    event = corrected(_decode(body), correction)
    facts = facts_of(event)
    declared = digest_of(_encode(event["errorDeclaration"]).decode())
    goods = (*facts.goods, (subject, GoodsRole.SUBJECT))
    return CapturedEvent(event["eventID"], declared, facts._replace(goods=goods), _encode(event))
