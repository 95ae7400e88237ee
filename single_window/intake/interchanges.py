"""Interchanges of EDIFACT by which terminals, lines and railways tell of containers: the messages that are made of one,
and the CONTRL that answers it, whatever way it came in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine

from declarations.calendar import instant_of_stamp, local_time_of
from declarations.port.notices import TerminalDocument
from schemas.edifact.characters import CHARSETS
from schemas.edifact.control import control
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import Interchange
from schemas.edifact.reading import read_interchange
from schemas.edifact.terminal import MESSAGES, MOST_NOTES, TerminalMessage, made_at, terminal_messages
from schemas.edifact.verdicts import accepted_messages
from schemas.message import Transfer
from schemas.rendering import InvalidValues
from single_window.intake.made_messages import sender_with, senders_of
from single_window.intake.port_messages import document_of_message, event_messages
from single_window.store.engine import reading

_REFERENCE, _MOST_TOLD = 14, 10


class TerminalInterchange(NamedTuple):
    """An interchange, the CONTRL that answers it (None: nobody can be answered), the messages that were made of it, and
    the number of containers that are left out; why is among its findings, of the first hundred."""

    interchange: Interchange
    control: bytes | None
    bodies: tuple[bytes, ...]
    unread: int


def take_interchange(
    engine: Engine, sandbox: str, data: bytes, now: int, mailboxes: Sequence[str] = ()
) -> TerminalInterchange:
    """Return the messages of an interchange by terminal. Their sender is the terminal, unless whoever sends it may only
    use other `mailboxes` (none: any): then it is the company of the first of these.

    The same interchange of the same sender gives the same messages whenever it comes, which are processed once."""
    interchange = _judged(read_interchange(data))
    told = terminal_messages(interchange)
    senders = _senders_of(engine, sandbox, {message.terminal for message in told}, mailboxes)
    try:
        bodies = tuple(_bodies(interchange, told, senders))
    except InvalidValues:
        told = _written(interchange, told, senders)
        bodies = tuple(_bodies(interchange, told, senders))
    control = control_of(interchange, f"K{interchange.reference}"[:_REFERENCE], now)
    if control is None or {message.type for message in interchange.messages} == {"CONTRL"}:
        return TerminalInterchange(interchange, None, (), 0)  # nobody can be answered, or what came is an answer
    notes = [note for message in told for note in message.notes][:MOST_NOTES]
    interchange.faults = sorted([*interchange.faults, *notes], key=lambda one: one.place.offset)
    return TerminalInterchange(interchange, control, bodies, sum(message.unread for message in told))


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
                why: dict[str, Any] = {"why_zh": found.zh, "why_en": found.en, "of": found.path.rpartition("/")[2]}
                faults.at("edifact-not-written", message.header, message, found=found.found, **why)
    interchange.faults = faults.in_order()
    taken = {message.number for message in accepted_messages(interchange)}  # none, if there is more than is reported
    return [one for one in told if one.number in taken]


def control_of(interchange: Interchange, reference: str, now: int, received_only: bool = False) -> bytes | None:
    """Return the interchange with the CONTRL that answers, of a reference of at most 14 characters; None if its sender
    cannot be answered."""
    return control(interchange, reference=reference, at=local_time_of(now), received_only=received_only)


def text_of(answered: bytes, interchange: Interchange) -> str:
    """Return an answer as text; what its characters cannot be is replaced."""
    return answered.decode(CHARSETS.get(interchange.syntax, "latin-1"), "replace")
