"""Interchanges of EDIFACT by which terminals, lines and railways tell of containers: the messages that are made of one,
and the CONTRL that answers it, whatever way it came in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Engine

from declarations.calendar import instant_of_stamp, local_time_of
from declarations.port.notices import TerminalDocument
from schemas.edifact.characters import CHARSETS
from schemas.edifact.control import control
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import EdifactMessage, Interchange
from schemas.edifact.places import SyntaxFault, fault
from schemas.edifact.reading import read_interchange
from schemas.edifact.segments import Segment
from schemas.edifact.terminal import MESSAGES, MOST_NOTES, TerminalMessage, made_at, terminal_messages
from schemas.edifact.verdicts import accepted_messages
from schemas.findings import Finding
from schemas.message import Transfer
from schemas.rendering import InvalidValues
from single_window.intake.made_messages import sender_with, senders_of
from single_window.intake.port_messages import document_of_message, event_messages
from single_window.store import interchanges
from single_window.store.engine import reading, writing

_REFERENCE, _MOST_TOLD = 14, 10


_SAID_IN = {
    **dict.fromkeys(("containerNo", "isoType", "full"), ("EQD",)),
    **dict.fromkeys(("loadPort", "dischargePort", "cell"), ("LOC",)),
    **dict.fromkeys(("bookingNo", "billNo"), ("RFF", "CNI")),
    **dict.fromkeys(("vesselId", "vesselName", "voyageNo", "plateNo", "trainNo"), ("TDT",)),
    **{"sealNo": ("SEL",), "weight": ("MEA",), "lineCode": ("NAD",), "docNo": ("BGM",), "eventTime": ("DTM",)},
}
"""Element of a `TerminalEvent` → the segments that say it."""


class TerminalInterchange(NamedTuple):
    """An interchange, the CONTRL that answers it (None: nobody can be answered), the messages that were made of it, and
    the number of containers that are left out; why is among its findings, of the first hundred."""

    interchange: Interchange
    control: bytes | None
    bodies: tuple[bytes, ...]
    unread: int


class MadeInterchange(NamedTuple):
    """An interchange, what its messages tell, and the messages that are made of it."""

    interchange: Interchange
    told: Sequence[TerminalMessage]
    bodies: tuple[bytes, ...]


def take_interchange(
    engine: Engine, sandbox: str, data: bytes, now: int, mailboxes: Sequence[str] = (), noting: bool = True
) -> TerminalInterchange:
    """Return the messages of an interchange by terminal, as `read_messages`. The same interchange of the same sender
    gives the same messages whenever it comes, which are processed once. `noting`: note its reference."""
    interchange, told, bodies = read_messages(engine, sandbox, data, mailboxes)
    noted = now if noting else None
    if bodies and is_duplicate(engine, sandbox, interchange, data, by_the_port(mailboxes), noted):
        bodies, told = (), ()
    control = control_of(interchange, _reference_of(interchange), now)
    if control is None or {message.type for message in interchange.messages} == {"CONTRL"}:
        return TerminalInterchange(interchange, None, (), 0)  # nobody can be answered, or what came is an answer
    notes = [note for message in told for note in message.notes][:MOST_NOTES]
    if interchange.is_test:
        notes = [test_note(interchange)]
    interchange.faults = sorted([*interchange.faults, *notes], key=lambda one: one.place.offset)
    return TerminalInterchange(interchange, control, bodies, sum(message.unread for message in told))


def read_messages(engine: Engine, sandbox: str, data: bytes, mailboxes: Sequence[str] = ()) -> MadeInterchange:
    """Return the messages that are made of an interchange. Their sender is the terminal, unless whoever sends it may
    only use other `mailboxes` (none: any): then it is the company of the first of these."""
    interchange = _judged(read_interchange(data))
    told = [] if interchange.is_test else terminal_messages(interchange)
    senders = _senders_of(engine, sandbox, {message.terminal for message in told}, mailboxes)
    try:
        bodies = tuple(_bodies(interchange, told, senders))
    except InvalidValues:
        told = _written(interchange, told, senders)
        bodies = tuple(_bodies(interchange, told, senders))
    return MadeInterchange(interchange, told, bodies)


def by_the_port(mailboxes: Sequence[str]) -> tuple[str, ...]:
    """Return to whom the references of interchanges belong that the port takes: whose key sends them."""
    return ("port", *mailboxes[:1])


def is_duplicate(
    engine: Engine, sandbox: str, interchange: Interchange, data: bytes, sent_by: tuple[str, ...], noted: int | None
) -> bool:
    """Note an interchange, and return True, with a fault of it, if its sender has used the reference for another
    content. `sent_by`: to whom else the reference belongs: the way it came by, whose key; `noted`: when, None: note
    nothing."""
    if noted is None:
        return would_be_duplicate(engine, sandbox, interchange, data, sent_by, {})
    if interchange.header is None:
        return False
    named, digest = _named(interchange, sent_by), sha256(data).hexdigest()
    with writing(engine) as connection:
        other = interchanges.is_other_content(connection, sandbox, named, digest, noted)
    return other and _tell_duplicate(interchange)


def would_be_duplicate(
    engine: Engine,
    sandbox: str,
    interchange: Interchange,
    data: bytes,
    sent_by: tuple[str, ...],
    earlier: MutableMapping[tuple[str, ...], str],
) -> bool:
    """The same as `is_duplicate`, and note nothing but in `earlier`, the digests of those of the same upload."""
    if interchange.header is None:
        return False
    named, digest = _named(interchange, sent_by), sha256(data).hexdigest()
    with reading(engine) as connection:
        other = interchanges.has_other_content(connection, sandbox, named, digest)
    other |= earlier.setdefault(named, digest) != digest
    return other and _tell_duplicate(interchange)


def _named(interchange: Interchange, sent_by: tuple[str, ...]) -> tuple[str, ...]:
    return (*sent_by, interchange.sender, interchange.recipient, interchange.reference)


def _tell_duplicate(interchange: Interchange) -> bool:
    header = interchange.header
    assert header is not None
    faults = Faults(interchange.faults, interchange.starts)
    faults.at("edifact-duplicate", header, None, 5, found=interchange.reference)
    interchange.faults = faults.in_order()
    return True


def placed_in(interchange: Interchange, found: Finding) -> Finding:
    """Return a finding about a message that was made of an interchange with the place of the segment that says what was
    found; without a place, if none does."""
    element = found.path.rpartition("/")[2].partition("[")[0]
    for message in accepted_messages(interchange):
        segment, *of = _said_in(message, element, found.found)
        if found.found and segment is not message.header:
            place = interchange.place_of(segment, message, *of)
            return found._replace(document=place.message, path=place.path, line=place.line)
    return found._replace(document=None, path="", line=None)


def test_note(interchange: Interchange) -> SyntaxFault:
    """Return the remark that an interchange is a test, of which nothing is filed."""
    assert interchange.header is not None
    return fault("edifact-test", interchange.place_of(interchange.header, None, 11), warning=True)


def _reference_of(interchange: Interchange) -> str:
    """The reference of the interchange that answers: that of what it answers, of a long one its digest."""
    reference = f"K{interchange.reference}"
    if len(reference) <= _REFERENCE:
        return reference
    return f"K{sha256(reference.encode()).hexdigest()[: _REFERENCE - 1].upper()}"


def _judged(interchange: Interchange) -> Interchange:
    """Reject the messages that are in order, and that no terminal, line or railway sends."""
    faults = Faults(interchange.faults, interchange.starts)
    for message in accepted_messages(interchange):
        if message.type not in MESSAGES:
            message.refused = True
            kinds = " ".join(MESSAGES)
            faults.at("edifact-not-of-the-port", message.header, message, 2, 1, found=message.type, expected=kinds)
    interchange.faults = faults.in_order()
    return interchange


def _senders_of(
    engine: Engine, sandbox: str, terminals: Collection[str], mailboxes: Sequence[str]
) -> Mapping[str, Transfer]:
    with reading(engine) as connection:
        senders = senders_of(connection, sandbox, terminals)
        if not mailboxes:
            return senders
        other = sender_with(connection, sandbox, mailboxes[0])
    return {code: own if own.dxp_id in mailboxes else other for code, own in senders.items()}


def _bodies(
    interchange: Interchange, told: Sequence[TerminalMessage], senders: Mapping[str, Transfer]
) -> Iterator[bytes]:
    """Yield the messages of those of an interchange. Raises `InvalidValues`."""
    documents: dict[str, list[TerminalDocument]] = {}
    for message in told:
        if message.is_new and message.rows:
            documents.setdefault(message.terminal, []).append(document_of_message(message))
    for terminal, of_terminal in documents.items():
        yield from event_messages(of_terminal, senders[terminal], *_made(interchange))


def _made(interchange: Interchange) -> tuple[int, str]:
    """When an interchange was made, which is always the same for the same one, and its reference."""
    return instant_of_stamp(made_at(interchange)) or 0, interchange.reference


def _written(
    interchange: Interchange, told: Sequence[TerminalMessage], senders: Mapping[str, Transfer]
) -> list[TerminalMessage]:
    """Reject each message of which none of ours can be written, because a value is longer or other than ours may be;
    return the others."""
    faults = Faults(interchange.faults, interchange.starts)
    by_number = {message.number: message for message in interchange.messages}
    for one in told:
        try:
            list(_bodies(interchange, [one], senders))
        except InvalidValues as bad:
            message = by_number[one.number]
            message.refused = True
            for found in bad.findings[:_MOST_TOLD]:
                of = found.path.rpartition("/")[2]
                why: dict[str, Any] = {"why_zh": found.zh, "why_en": found.en, "of": of}
                segment, *place = _said_in(message, of, found.found)
                faults.at("edifact-not-written", segment, message, *place, found=found.found, **why)
    interchange.faults = faults.in_order()
    taken = {message.number for message in accepted_messages(interchange)}  # none, if there is more than is reported
    return [one for one in told if one.number in taken]


def _said_in(message: EdifactMessage, element: str, found: str) -> tuple[Segment, int, int]:
    """Return the first segment that says what an element of ours has, with the place in it; `UNH` if none does."""
    for segment in message.segments if element in _SAID_IN else ():
        for number in range(1, len(segment.elements)) if segment.tag in _SAID_IN[element] else ():
            values = segment.components(number)
            for component, value in enumerate(values, 1):
                if value and found.endswith(value):
                    return segment, number, component if len(values) > 1 else 0
    return message.header, 0, 0


def control_of(interchange: Interchange, reference: str, now: int, received_only: bool = False) -> bytes | None:
    """Return the interchange with the CONTRL that answers, of a reference of at most 14 characters; None if its sender
    cannot be answered."""
    return control(interchange, reference=reference, at=local_time_of(now), received_only=received_only)


def text_of(answered: bytes, interchange: Interchange) -> str:
    """Return an answer as text; what its characters cannot be is replaced."""
    return answered.decode(CHARSETS.get(interchange.syntax, "latin-1"), "replace")
