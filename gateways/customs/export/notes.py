"""Notes of transport: consolidation (607), arrival (507), departure (509). One note may come in many parts (报文序号).

Parts come in any order, twice, at the same instant: all of a note meet under its sender's own number, and whoever holds
that meeting and finds the last part completes the note, once. Its parcels are worked off elsewhere, in bounded pieces
(`goods`). A part that is refused may be sent again; a part that was accepted stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from declarations.calendar import HOUR
from declarations.export import transport
from declarations.reasons import Reason
from gateways.customs.memory import CustomsMemory, Filed, Request
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.requests import new_request, step
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Event, Item

NOTES = ("consolidation", "arrival_note", "departure_note")
PIECE = 500
"""Parcels of a note that are worked off together."""
MISSING_PARTS = "17304"
_OPEN = frozenset({"declared", "incomplete", "rejected"})
"""States of a part that its sender may still take back or replace."""
_STARTED = frozenset({"accepted", "awaiting_release"})


class Part(NamedTuple):
    """One part of a note: its document, and what customs has made of it."""

    filed: Filed
    request: Request

    @property
    def number(self) -> int:
        """Its place among the parts, from 1."""
        return int(self.filed.facts.msg_seq_no)

    @property
    def of(self) -> int:
        """How many parts it says there are."""
        return int(self.filed.facts.msg_count)


def hear_notes(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Parts of notes came in, each item [document id, meeting]: complete every note whose parts are all there."""
    heard = {item[0] for item in items}
    met = memory.meet(sorted({item[1] for item in items}))
    for of_note in _by_note(met.values()).values():
        if any(one.id in heard for one in of_note):
            _hear(of_note, memory, circumstances, answers)


def hear_parts_missing(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                       answers: Answers) -> None:
    """The window for parts is over, each item [request id, document version, meeting]: refuse all that wait for others.

    It is over for the whole note when it is over for the part that came first.
    """
    met = memory.meet(sorted({item[2] for item in items}))
    requests = memory.requests_by_id([item[0] for item in items])
    late = {requests[number].document_id for number, version, _ in items if number in requests
            and requests[number].state == "incomplete" and requests[number].document_version == version}
    for of_note in _by_note(met.values()).values():
        if any(one.id in late for one in of_note):
            parts = _parts(of_note, memory)
            waiting = [part for part in parts if part.request.state == "incomplete"]
            reason = _missing(_numbers(parts), waiting[0].of, circumstances)
            for part in waiting:
                refuse_request(part.request, part.filed.order_no, [reason], memory, circumstances, answers)


def _by_note(meetings: Iterable[Sequence[Filed]]) -> dict[tuple[str, str], list[Filed]]:
    """The documents of each note: of one kind, sender and number; the part's number is the end of its key."""
    notes: dict[tuple[str, str], list[Filed]] = {}
    for filed in meetings:
        for one in filed:
            if one.kind in NOTES:
                notes.setdefault((one.kind, one.key.rpartition("|")[0]), []).append(one)
    return notes


def _parts(of_note: Sequence[Filed], memory: CustomsMemory) -> list[Part]:
    """The parts of a note that customs has heard of before."""
    known = memory.requests(of_note[0].kind, [one.key for one in of_note])
    return [Part(one, known[one.key]) for one in of_note if one.key in known]


def _hear(of_note: Sequence[Filed], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    known = memory.requests(of_note[0].kind, [one.key for one in of_note])
    heard, new = [], []
    for one in of_note:
        old = known.get(one.key)
        if one.state == "declared" and (old is None or old.document_version < one.version):
            new.append(Part(one, new_request(one, None, old, memory, circumstances.now)))
        elif one.state == "deleted" and old is not None and old.state in _OPEN:
            step(old, "delete")
            memory.put_request(old)
        elif old is not None and (old.state == "incomplete" or old.state in _STARTED):
            heard.append(Part(one, old))
    if new:
        _complete(heard, new, memory, circumstances, answers)


def _complete(heard: Sequence[Part], new: Sequence[Part], memory: CustomsMemory, circumstances: Circumstances,
              answers: Answers) -> None:
    """Parts came: refuse those that contradict what came before them, then see whether all are there."""
    first = (*heard, *new)[0]
    count, parts = first.of, list(heard)
    for part in new:
        if against := transport.of_one_note(part.filed.facts, first.filed.facts):
            refuse_request(part.request, part.filed.order_no, against, memory, circumstances, answers)
        else:
            parts.append(part)
    whole = len(_numbers(parts)) == count
    for part in parts:
        if part.request.state in _STARTED:
            continue
        if whole:
            _start(part, memory, circumstances, answers)
        elif part.request.state == "declared":
            _wait(part, _missing(_numbers(parts), count, circumstances), memory, circumstances, answers)


def _numbers(parts: Iterable[Part]) -> set[int]:
    return {part.number for part in parts
            if 1 <= part.number <= part.of and part.request.state not in {"rejected", "deleted"}}


def _missing(there: set[int], count: int, circumstances: Circumstances) -> Reason:
    """Which parts are not there; of many only the first are named."""
    window = circumstances.parameters.on("windows.parts", circumstances.day)
    named: list[str] = []
    number = 0
    while number < count and len(named) <= 10:
        number += 1
        if number not in there:
            named.append(str(number) if len(named) < 10 else "…")
    return Reason(MISSING_PARTS, {"missing": ",".join(named), "count": str(count), "hours": f"{window.amount:f}"},
                  (window.id,))


def _wait(part: Part, missing: Reason, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    step(part.request, "wait_for_parts")
    memory.put_request(part.request)
    answers.timeline.append(note_event(part, circumstances.now, "waiting", [missing]))
    hours = circumstances.parameters.on("windows.parts", circumstances.day).amount
    answers.deadlines.append(DeadlineDraft(
        circumstances.now + int(hours * HOUR), "deadline.parts", "customs",
        [part.request.id, part.request.document_version, part.filed.order_no]))


def _start(part: Part, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """All parts are there: take this one in, and begin to work off its parcels."""
    piece = [part.filed.id, 0, PIECE]
    if part.filed.kind == "departure_note":
        _await_releases(part, memory, circumstances, answers)
        answers.send("goods.departed", piece)
        return
    accept(part.request, part.filed.order_no, circumstances, answers)
    memory.put_request(part.request)
    if part.filed.kind == "arrival_note":
        answers.send("goods.arrived", piece)
    else:
        answers.send("goods.consolidated", piece)


def _await_releases(part: Part, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """A departure is taken in only when all its parcels were released; what it waits for is counted."""
    step(part.request, "wait_for_release")
    part.request.lines = {0: len(part.filed.facts.lines)}
    memory.put_request(part.request)
    answers.timeline.append(note_event(part, circumstances.now, "complete"))
    hours = circumstances.parameters.on("windows.departure", circumstances.day).amount
    answers.deadlines.append(DeadlineDraft(
        circumstances.now + int(hours * HOUR), "deadline.departure", "customs",
        [part.request.id, part.request.document_version, part.filed.order_no]))


def accept(request: Request, place: str, circumstances: Circumstances, answers: Answers) -> None:
    """A part is taken in (120); the caller keeps it."""
    step(request, "accept")
    answers.receipts.append(request_receipt(request, place, circumstances.now, "120", Reason("1800", {})))
    answers.timeline.append(Event(place, request.kind, request.key, circumstances.now, "customs", "taken_in",
                                  request.state))


def note_event(part: Part, now: int, name: str, reasons: Sequence[Reason] = ()) -> Event:
    """A line of the timeline about a part of a note."""
    return Event(part.filed.order_no, part.filed.kind, part.filed.key, now, "customs", name, part.request.state,
                 reasons)


def parcels_of(filed: Filed) -> list[str]:
    """Carrier and number of each parcel that a part names, in the order of its lines."""
    facts = filed.facts
    return [f"{facts.logistics_code}|{line.logistics_no}" for line in facts.lines]


def piece_of(item: Item, filed: Mapping[int, Filed]) -> list[str]:
    """The parcels of one piece of work, [document id, first, last, …]; none where the document is gone."""
    one = filed.get(item[0])
    return parcels_of(one)[item[1]:item[2]] if one is not None else []
