"""Notes of transport: consolidation (607), arrival (507), departure (509). One note may come in many parts (`parts`).

Its parcels are worked off elsewhere, in bounded pieces (`goods`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.calendar import HOUR
from declarations.export import transport
from declarations.reasons import Reason
from gateways.customs import parts
from gateways.customs.memory import CustomsMemory, Filed, Request
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.parts import Manner, Part, part_event
from gateways.customs.requests import step
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Event, Item
from gateways.replies import taken_in

NOTES = ("consolidation", "arrival_note", "departure_note")
PIECE = 500
"""Parcels of a note that are worked off together."""
NO_PARCELS = "17306"


def hear_notes(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Parts of notes came in, each item [document id, meeting]: complete every note whose parts are all there."""
    parts.hear(items, _MANNERS, memory, circumstances, answers)


def _start_all(of_note: Sequence[Part], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    for part in of_note:
        _start(part, memory, circumstances, answers)


def _start(part: Part, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """All parts are there: take this one in, and begin to work off its parcels. One that names none moves nothing."""
    if not part.filed.facts.lines:
        refuse_request(part.request, part.filed.order_no, [Reason(NO_PARCELS, {})], memory, circumstances, answers)
        return
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
    answers.timeline.append(part_event(part, circumstances.now, "complete"))
    hours = circumstances.parameters.on("windows.departure", circumstances.day).amount
    answers.deadlines.append(DeadlineDraft(
        circumstances.now + int(hours * HOUR), "deadline.departure", "customs",
        [part.request.id, part.request.document_version, part.filed.order_no]))


def accept(request: Request, place: str, circumstances: Circumstances, answers: Answers) -> None:
    """A part is taken in (399); the caller keeps it."""
    step(request, "accept")
    answers.receipts.append(request_receipt(request, place, circumstances.now, *taken_in(request.kind)))
    answers.timeline.append(Event(place, request.kind, request.key, circumstances.now, "customs", "taken_in",
                                  request.state))


def parcels_of(filed: Filed) -> list[str]:
    """Carrier and number of each parcel that a part names, in the order of its lines."""
    facts = filed.facts
    return [f"{facts.logistics_code}|{line.logistics_no}" for line in facts.lines]


def piece_of(item: Item, filed: Mapping[int, Filed]) -> list[str]:
    """The parcels of one piece of work, [document id, first, last, …]; none where the document is gone."""
    one = filed.get(item[0])
    return parcels_of(one)[item[1]:item[2]] if one is not None else []


_MANNERS: Mapping[str, Manner] = {kind: Manner(transport.of_one_note, _start_all) for kind in NOTES}
