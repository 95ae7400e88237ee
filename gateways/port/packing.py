"""Handles packing lists: which parcels are in which container, and which were taken out again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from declarations.port.events import bill_of
from declarations.port.timeline import Loadings, packed_after, stays_of
from declarations.reasons import Reason
from gateways.port.noting import note
from gateways.port.papers import BAD_LINE, DIFFERENT, IS_OFF, REFUSED, TAKEN_IN, PortAnswer, reply
from gateways.port.repository import PortDesk, PortParcel
from gateways.port.unpacked import expect_container, shortened
from gateways.records import FiledDocument
from gateways.senders import check_own_mailbox
from gateways.topics.shared import DocumentFiled
from schemas.identifiers import is_valid_container_no

PACKED, OTHER_BOX, NOT_ITS_OWN, NOT_ITS_PARCELS = "29201", "29202", "29203", "29204"
TAKEN_OUT, NO_SUCH_LIST, LOADED_ALREADY = "29205", "29206", "29207"
NEW, CANCELS, REPLACES = "", "1", "5"
"""What a packing list does (`function`): it adds parcels, or cancels or replaces that of its copNo."""


def handle_packing_lists(documents: Sequence[DocumentFiled], desk: PortDesk) -> None:
    """Handle packing lists: each is noted (120; 300 with parcels that are in another container already, or loaded and
    cannot be taken out), or refused."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    boxes = desk.repository.mailboxes(sorted({paper.facts.agent_code for paper in papers.values()}))
    for paper in papers.values():
        refusal = _refusal(paper, boxes.get(paper.facts.agent_code, ""), desk)
        reply(paper, PortAnswer(REFUSED, (refusal,)) if refusal else _pack(paper.facts, desk), desk)


def _refusal(paper: FiledDocument, mailbox: str, desk: PortDesk) -> Reason | None:
    facts = paper.facts
    if desk.options.port == "off":
        return Reason(IS_OFF, {})
    if stranger := check_own_mailbox(paper, facts.agent_code, mailbox, NOT_ITS_OWN):
        return stranger
    if not is_valid_container_no(facts.container_no):
        return _fault("containerNo", facts.container_no, "ISO 6346")
    if facts.function not in (NEW, CANCELS, REPLACES):
        return _fault("function", facts.function, f"{CANCELS}, {REPLACES}")
    packed = _listed_before(facts, desk)
    if facts.function and not packed:
        return Reason(NO_SUCH_LIST, {"number": facts.cop_no, "container": facts.container_no})
    return _strange_parcels(facts, {*_keys(facts), *(parcel.key for parcel in packed)}, desk)


def _fault(element: str, found: str, expected: str) -> Reason:
    return Reason(BAD_LINE, {"line": "0", "element": element, "found": found or "–", "expected": expected})


def _keys(facts: Any) -> list[str]:
    """The keys of the parcels that a packing list leaves in its container, each once."""
    named = [f"{facts.logistics_code}|{line.logistics_no}" for line in facts.lines]
    return list(dict.fromkeys(named)) if facts.function != CANCELS else []


def _listed_before(facts: Any, desk: PortDesk) -> list[PortParcel]:
    """The parcels in the container by the packing list that this one cancels or replaces."""
    if not facts.function:
        return []
    inside = desk.repository.parcels_in([facts.container_no], ())
    return [one for one in inside if one.container_no == facts.container_no and one.listed_in == facts.cop_no]


def _strange_parcels(facts: Any, keys: Collection[str], desk: PortDesk) -> Reason | None:
    """The reason against a packing list about parcels that are not those of its sender: the company that carries them,
    or that of their export lists, declares or owns them."""
    if facts.agent_code == facts.logistics_code:
        return None
    owners = desk.repository.owners(set(keys))
    strange = [key.partition("|")[2] for key in sorted(keys) if facts.agent_code not in owners.get(key, ())]
    named = {"code": facts.agent_code, "parcels": shortened(strange)}
    return Reason(NOT_ITS_PARCELS, named) if strange else None


def _pack(facts: Any, desk: PortDesk) -> PortAnswer:
    box, keys = facts.container_no, _keys(facts)
    stays = stays_of(desk.repository.events_of([box]).get(box, ()))
    out, loaded = _take_out(facts, keys, Loadings(stays), desk)
    known = desk.repository.parcels(keys)
    parcels, elsewhere = [], []
    for key in keys:
        parcel = known.get(key) or PortParcel(key)
        if parcel.container_no not in ("", box):
            named = {"parcel": parcel.logistics_no, "first": parcel.container_no, "second": box}
            elsewhere.append(Reason(OTHER_BOX, named))
            continue
        if not parcel.container_no:
            parcel.after = packed_after(stays, bill_of(facts.bill_no), desk.now)
        parcel.container_no, parcel.listed_in, parcel.taken_from = box, facts.cop_no, ""
        parcel.bill_no = parcel.bill_no or bill_of(facts.bill_no)
        parcels.append(parcel)
    desk.repository.put_parcels([*parcels, *out])
    note((), desk, containers={box})
    noted = _noted(box, parcels, out)
    return PortAnswer(DIFFERENT, (*elsewhere, *loaded)) if elsewhere or loaded else PortAnswer(TAKEN_IN, noted)


def _take_out(
    facts: Any, keys: Collection[str], loadings: Loadings, desk: PortDesk
) -> tuple[list[PortParcel], list[Reason]]:
    """Take the parcels out that the packing list does not name any more; those that were loaded with their container
    stay, each with a reason."""
    out, loaded = [], []
    for parcel in _listed_before(facts, desk):
        if parcel.key in keys:
            continue
        if parcel.loaded or loadings.newest(parcel.bill_no, parcel.after) is not None:
            loaded.append(Reason(LOADED_ALREADY, {"parcel": parcel.logistics_no, "container": facts.container_no}))
            continue
        # its list's number stays: it is known to be in no container, whatever its bill of lading says
        parcel.container_no, parcel.after, parcel.told, parcel.taken_from = "", 0, "", facts.container_no
        expect_container(parcel, desk)
        out.append(parcel)
    return out, loaded


def _noted(box: str, parcels: Sequence[PortParcel], out: Sequence[PortParcel]) -> tuple[Reason, ...]:
    noted = Reason(PACKED, {"container": box, "parcels": str(len(parcels))})
    if not out:
        return (noted,)
    taken = shortened([parcel.logistics_no for parcel in out])
    return noted, Reason(TAKEN_OUT, {"container": box, "parcels": taken})
