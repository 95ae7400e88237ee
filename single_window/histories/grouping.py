"""Groups the observations of a history by what they are about: documents, transmissions, mailboxes, accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from single_window.histories.answer_statuses import FIRST_ANSWERS, is_refusal, repetition_statuses
from single_window.histories.observations import (
    RECEIVED,
    SENT,
    Acknowledged,
    BalanceOpened,
    BalanceRead,
    Draw,
    NumberedObservation,
    Polled,
    SeenReceipt,
    Sent,
    SentDocument,
    StateRead,
    WholeHistory,
)

DocumentName = tuple[str, str]
"""(kind, business key)"""
REQUESTS = frozenset({"cancellation", "refund", "export_cancellation", "export_refund"})
"""Kinds of documents that ask to take back what a list took."""


class Sending(NamedTuple):
    """One sending of a document."""

    by: NumberedObservation
    document: SentDocument

    @property
    def at(self) -> int:
        """Instant of the sending; before everything if it is hidden."""
        return 0 if self.by.hidden else self.by.seen.at


class ReceiptReply(NamedTuple):
    """A receipt of a document, not yet known from the same place; `first`: it is the port's first answer."""

    by: NumberedObservation
    seen: SeenReceipt
    first: bool = False

    @property
    def at(self) -> int:
        """Instant at which it was seen; 0 if it is hidden."""
        return 0 if self.by.hidden else self.seen.at


@dataclass(slots=True)
class DocumentSeen:
    """Observations of a document: sendings, receipts by mailbox in their order, states, requests about it."""

    kind: str
    key: str
    sendings: list[Sending] = field(default_factory=list)
    replies: dict[str, list[ReceiptReply]] = field(default_factory=dict)
    states: list[NumberedObservation] = field(default_factory=list)
    requests: list[Sending] = field(default_factory=list)

    def evidence(self) -> list[NumberedObservation]:
        """All observations about it."""
        found = [sending.by for sending in (*self.sendings, *self.requests)] + self.states
        return found + [reply.by for replies in self.replies.values() for reply in replies]


@dataclass(slots=True)
class TransmissionSeen:
    """Observations of a transmission: each sending and each answer."""

    sendings: list[NumberedObservation] = field(default_factory=list)
    answers: list[NumberedObservation] = field(default_factory=list)


@dataclass(slots=True)
class MailboxSeen:
    """Observations of a mailbox: the first receipt at each place, others seen at a place again, and polls."""

    places: dict[int, NumberedObservation] = field(default_factory=dict)
    again: list[tuple[int, NumberedObservation]] = field(default_factory=list)
    polls: list[NumberedObservation] = field(default_factory=list)


@dataclass(slots=True)
class AccountSeen:
    """Observations of an account: its beginning, reads, and the documents and receipts that change it."""

    opened: list[NumberedObservation] = field(default_factory=list)
    reads: list[NumberedObservation] = field(default_factory=list)
    draws: dict[DocumentName, list[tuple[Sending, Draw]]] = field(default_factory=dict)
    moves: list[tuple[ReceiptReply, Draw]] = field(default_factory=list)


class Grouped:
    """The observations of a history by subject."""

    def __init__(self, history: Iterable[NumberedObservation]) -> None:
        self.documents: dict[DocumentName, DocumentSeen] = {}
        self.transmissions: dict[tuple[str, str], TransmissionSeen] = defaultdict(TransmissionSeen)
        self.mailboxes: dict[str, MailboxSeen] = defaultdict(MailboxSeen)
        self.accounts: dict[str, AccountSeen] = defaultdict(AccountSeen)
        self.wholes: dict[tuple[str, str], NumberedObservation] = {}
        self._about: dict[str, list[Sending]] = defaultdict(list)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        for one in history:
            self._add(one)
        self._order_by_place()
        self._find_first_answers()
        self._join_requests()

    def document(self, kind: str, key: str) -> DocumentSeen:
        """Observations of a document; made empty for one that is new."""
        name = (kind, key)
        if (found := self.documents.get(name)) is None:
            found = self.documents[name] = DocumentSeen(kind, key)
        return found

    def whole(self, of: str, name: str) -> NumberedObservation | None:
        """The statement that the history has all that a sender sent, or that a mailbox received; None if hidden."""
        return self.wholes.get((of, name)) or self.wholes.get((of, ""))

    def all_sent(self, mailbox: str) -> NumberedObservation | None:
        """The statement that the history has all that the owner of a mailbox sent."""
        return self.whole(SENT, mailbox)

    def all_received(self, mailbox: str) -> NumberedObservation | None:
        """The statement that the history has all that came into a mailbox."""
        return self.whole(RECEIVED, mailbox)

    def _add(self, one: NumberedObservation) -> None:
        seen = one.seen
        if isinstance(seen, SeenReceipt):
            self._add_receipt(one, seen)
        elif isinstance(seen, Sent):
            self._add_sending(one, seen)
        elif isinstance(seen, Acknowledged):
            self.transmissions[seen.sender, seen.transmission].answers.append(one)
        elif isinstance(seen, Polled):
            self.mailboxes[seen.mailbox].polls.append(one)
        elif isinstance(seen, BalanceOpened):
            self.accounts[seen.account].opened.append(one)
        elif isinstance(seen, BalanceRead):
            self.accounts[seen.account].reads.append(one)
        elif isinstance(seen, StateRead):
            self.document(seen.kind, seen.key).states.append(one)
        elif isinstance(seen, WholeHistory) and not one.hidden:
            self.wholes[seen.of, seen.name] = one

    def _add_sending(self, one: NumberedObservation, seen: Sent) -> None:
        self.transmissions[seen.sender, seen.transmission].sendings.append(one)
        for document in seen.documents:
            sending = Sending(one, document)
            self.document(document.kind, document.key).sendings.append(sending)
            if document.about and document.kind in REQUESTS:
                self._about[document.about].append(sending)
            for draw in document.draws:
                draws = self.accounts[draw.account].draws
                draws.setdefault((document.kind, document.key), []).append((sending, draw))

    def _add_receipt(self, one: NumberedObservation, seen: SeenReceipt) -> None:
        mailbox = self.mailboxes[seen.mailbox]
        if seen.place:
            if seen.place in mailbox.places:
                mailbox.again.append((seen.place, one))
                return
            mailbox.places[seen.place] = one
        reply = ReceiptReply(one, seen)
        if seen.number:
            self._numbers[seen.key].add(seen.number)
        self.document(seen.kind, seen.key).replies.setdefault(seen.mailbox, []).append(reply)
        for move in seen.moves:
            self.accounts[move.account].moves.append((reply, move))

    def _order_by_place(self) -> None:
        """Put the receipts of documents in the order of their places, where polls came back out of order."""
        mixed = {name for name, seen in self.mailboxes.items() if list(seen.places) != sorted(seen.places)}
        for document in self.documents.values() if mixed else ():
            for mailbox in mixed & document.replies.keys():
                document.replies[mailbox].sort(key=lambda reply: reply.seen.place)

    def _find_first_answers(self) -> None:
        """Mark what the port says at once: staged, declared, or refused. A refusal next after one that says declared is
        the agency's answer to the same sending."""
        for document in self.documents.values():
            repeated = repetition_statuses(document.kind)
            for mailbox, replies in document.replies.items():
                before, marked = "", []
                for reply in replies:
                    status = reply.seen.status
                    refused = is_refusal(status) and (status in repeated or before not in FIRST_ANSWERS)
                    marked.append(reply._replace(first=True) if status in FIRST_ANSWERS or refused else reply)
                    before = status
                document.replies[mailbox] = marked

    def _join_requests(self) -> None:
        for (kind, key), document in self.documents.items():
            if kind not in REQUESTS:
                names = [key, *sorted(self._numbers.get(key, ()))]
                document.requests = [sending for name in names for sending in self._about.get(name, ())]
