"""Interchanges of EDIFACT by which terminals, lines and railways tell of containers: the messages that are made of one,
and the CONTRL that answers it, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import instant_of_stamp, local_time_of
from declarations.port.notices import TerminalDocument
from schemas.edifact.characters import CHARSETS
from schemas.edifact.control import control
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import Interchange
from schemas.edifact.reading import read_interchange
from schemas.edifact.terminal import MESSAGES, TerminalMessage, made_at, terminal_messages
from schemas.edifact.verdicts import accepted_messages
from schemas.message import Transfer
from single_window.intake.made_messages import sender_with, senders_of
from single_window.intake.port_messages import document_of_message, event_messages

_REFERENCE = 14


class TerminalInterchange(NamedTuple):
    """An interchange, the CONTRL that answers it (None: nobody can be answered), the messages that were made of it, and
    the number of containers without number, time of Asia/Shanghai, or known meaning."""

    interchange: Interchange
    control: bytes | None
    bodies: tuple[bytes, ...]
    unread: int


def take_interchange(
    connection: Connection, sandbox: str, data: bytes, now: int, mailboxes: Sequence[str] = ()
) -> TerminalInterchange:
    """Return the messages of an interchange by terminal. Their sender is the terminal, unless whoever sends it may only
    use other `mailboxes` (none: any): then it is the company of the first of these. Raises `InvalidValues`.

    The same interchange gives the same messages whenever it comes, which are processed once."""
    interchange = _judged(read_interchange(data))
    is_answer = {message.type for message in interchange.messages} == {"CONTRL"}  # and nobody answers an answer
    answered = None if is_answer else control_of(interchange, f"K{interchange.reference}"[:_REFERENCE], now)
    told = terminal_messages(interchange) if answered is not None else []
    taken = [message for message in told if message.is_new and message.rows]
    left = sum(len(message.rows) for message in told if not message.is_new)
    unread = left + sum(message.unread for message in told)
    senders = senders_of(connection, sandbox, {message.terminal for message in taken})
    if mailboxes:
        other = sender_with(connection, sandbox, mailboxes[0])
        senders = {code: own if own.dxp_id in mailboxes else other for code, own in senders.items()}
    return TerminalInterchange(interchange, answered, tuple(_bodies(interchange, taken, senders, now)), unread)


def _judged(interchange: Interchange) -> Interchange:
    """Reject the messages that are in order, and that no terminal, line or railway sends."""
    faults = Faults(interchange.faults, interchange.starts)
    for message in accepted_messages(interchange):
        if message.type not in MESSAGES:
            message.refused = True
            kinds = {"found": message.type, "expected": " ".join(MESSAGES)}
            faults.at("edifact-not-of-the-port", message.header, message, 2, 1, **kinds)
    interchange.faults = faults.in_order()
    return interchange


def _bodies(
    interchange: Interchange, taken: list[TerminalMessage], senders: Mapping[str, Transfer], now: int
) -> Iterator[bytes]:
    documents: dict[str, list[TerminalDocument]] = {}
    for message in taken:
        documents.setdefault(message.terminal, []).append(document_of_message(message))
    at = instant_of_stamp(made_at(interchange)) or now
    for terminal, of_terminal in documents.items():
        yield from event_messages(of_terminal, senders[terminal], at, interchange.reference)


def control_of(interchange: Interchange, reference: str, now: int, received_only: bool = False) -> bytes | None:
    """Return the interchange with the CONTRL that answers, of a reference of at most 14 characters; None if its sender
    cannot be answered."""
    return control(interchange, reference=reference, at=local_time_of(now), received_only=received_only)


def text_of(answered: bytes, interchange: Interchange) -> str:
    """Return an answer as text; what its characters cannot be is replaced."""
    return answered.decode(CHARSETS.get(interchange.syntax, "latin-1"), "replace")
