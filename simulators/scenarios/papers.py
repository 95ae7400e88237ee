"""Writes what a step sends: the messages of a trade's documents, of requests about them, of notes, and of refunds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from schemas.writing import InvalidValues
from simulators.changing import again
from simulators.entry.places import changed
from simulators.exports import notes, summaries
from simulators.exports import stories as exported
from simulators.imports import stories
from simulators.imports.trade import ImportTrade
from simulators.messages import SyntheticMessage, message, messages, spoilt
from simulators.receipt_log import ReceiptLog
from simulators.refunds.acts import acted, registrations
from simulators.refunds.items import items_of
from simulators.refunds.scenarios import RefundStep as Act
from simulators.scenarios import kinds
from simulators.scenarios.actors import Actor, FurtherNumbers
from simulators.scenarios.form import SendStep
from simulators.traded import Document
from simulators.transport_notes import note_of
from simulators.world import World

FORM = "%Y%m%d%H%M%S"
MAX_DOCUMENTS = 100
"""The most documents in a message that the schema allows."""
ACTS = {
    "invoice": "invoice",
    "exchange report": "exchange",
    "claim": "claim",
    "reconciliation": "reconcile",
    "repayment": "repay",
}


class NotYet(Exception):
    """A message cannot be written (yet), because a value that it needs does not exist."""


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """The context in which messages are written: the world, the receipts so far, and the sandbox's moment."""

    world: World
    receipt_log: ReceiptLog
    now: datetime

    @property
    def when(self) -> str:
        """The current time in the messages' format."""
        return self.now.strftime(FORM)

    def written(self, word: str, of: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        """The messages of one word of a step about trades, with the texts that are to be put in; raises `NotYet`."""
        try:
            return _with_texts(self._written(word, of, step), step.put)
        except (InvalidValues, LookupError) as error:
            raise NotYet(str(error)) from None

    def _written(self, word: str, of: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        if word in kinds.NOTES and of[0].flow == "export":
            return self._notes(word, of, step)
        if step.together and word in of[0].trade.codes | {kinds.LIST: ""}:
            return [self._message(word, of, step)]
        return [made for actor in of for made in self._of_one(word, actor, step)]

    def _of_one(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        own = (*actor.trade.codes, kinds.LIST)
        if word in kinds.TOGETHER:
            return self._all(word, actor, step)
        if word in own:
            return self._document(word, actor, step)
        made = MAKERS[actor.flow].get(word)
        made_messages = made(self, actor) if made else self._refund(word, actor, step)
        return _with_texts(made_messages, {name: str(value) for name, value in step.head.items()})

    def _all(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        made_messages = list(messages([actor.trade], 1, edition=step.edition or "2022-05"))
        for synthetic_message in made_messages:
            self._count(actor, synthetic_message)
        waves = {"documents": (0,), "afterwards": (1,), "everything": (0, 1)}[word]
        return [synthetic_message for synthetic_message in made_messages if synthetic_message.wave in waves]

    def _count(self, actor: Actor, synthetic_message: SyntheticMessage) -> None:
        for kind in actor.trade.codes:
            document = actor.trade.document(kind)
            if document is not None and actor.trade.codes[kind] == synthetic_message.code:
                actor.sent[document.head["guid"]] = max(
                    synthetic_message.wave + 1, actor.sent.get(document.head["guid"], 0)
                )

    def _document(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        kind = kinds.OURS.get(word, word)
        if actor.trade.spoiling is not None and actor.trade.spoiling.kind == kind:
            return [spoilt(actor.trade, actor.trade.document(kind), actor.trade.spoiling)]
        spoil = [change["spoil"] for change in step.change if "spoil" in change]
        made = self._message(word, [actor], step)
        for find, put in spoil:
            if find.encode() not in made.body:
                raise NotYet(f"the message holds no {find!r} to spoil")
            made = made._replace(body=made.body.replace(find.encode(), put.encode()))
        return [made]

    def _message(self, word: str, of: Sequence[Actor], step: SendStep) -> SyntheticMessage:
        """One message with this document of each trade, and of so many further trades as there are to be copies."""
        documents = [self._changed(word, actor, step) for actor in of]
        actor, kind = of[0], kinds.OURS.get(word, word)
        for number in range(1, min(step.copies, MAX_DOCUMENTS)):
            other = actor.shop.trade(actor.trade.number + 1_000 + number).document(kind)
            documents.append(other)
        turn = actor.sent.get(documents[0].head["guid"], 0)
        actor.sent[documents[0].head["guid"]] = turn + 1
        wave = max(0, turn - 1) if step.same_transmission else turn
        made = message(
            actor.trade.codes[kind],
            documents,
            actor.trade.parties.sender(kind),
            tuple(actor.trade.id for actor in of),
            wave,
            step.edition or "2022-05",
        )
        return (
            made._replace(body=_crowded(made.body, step.copies - MAX_DOCUMENTS))
            if step.copies > MAX_DOCUMENTS
            else made
        )

    def _changed(self, word: str, actor: Actor, step: SendStep) -> Document:
        document = actor.document(word, tuple(change for change in step.change if "spoil" not in change))
        if document is None:
            raise NotYet(f"the trade {actor.name} has no {word}")
        return again(document, step.head) if step.head else document

    def _notes(self, word: str, of: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        trades = [actor.trade for actor in of]
        after = self.seconds_since(trades[0])
        if word == "arrival" and (part := step.more.get("part")):
            return [notes.in_two_parts(self.world, trades[0], int(part), after=after)]
        if word == "departure":
            made_messages = notes.departures(trades, after=after)
        else:
            tell = {"consolidation": notes.consolidations, "arrival": notes.arrivals}[word]
            made_messages = tell(self.world, trades, after=after)
        self.receipt_log.expect(
            note_of(synthetic_message) for synthetic_message in made_messages if not trades[0].flight.alone
        )
        return made_messages

    def _refund(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        """A message about a refund."""
        case = actor.case
        if case is None:
            raise NotYet(f"the trade {actor.name} has no table [trade.{actor.name}.refund]")
        if word == "registration":
            return registrations([case.firm], self.when)
        if not case.items:
            case.items = items_of(case.trades, self.receipt_log, self.receipt_log.of(actor.trade.id, "792"))
        if not case.items and word != "exchange report":
            missing = "its list must have left (899), and be summarised"
            raise NotYet(f"nothing of {actor.name} can be claimed yet: {missing}")
        act, bank = Act(ACTS[word], 0, 0, step.more), self.world.payment_providers[0]
        return [made._replace(trades=(actor.trade.id,)) for made in acted(case, act, self.world, bank, self.when)]

    def summary(self, actor: Actor) -> list[SyntheticMessage]:
        """The request (701) that a trade's merchant makes for its list."""
        number = "H" + actor.trade.serial
        request = summaries.MonthRequest(
            number, "", actor.trade.parties.merchant, ("", ""), (self.answered(actor, "604")[0],)
        )
        self.receipt_log.expect([FurtherNumbers(actor.trade.id, (number,))])
        return [
            message._replace(trades=(actor.trade.id,))
            for message in summaries.messages_of(self.world, request, self.when)
        ]

    def answered(self, actor: Actor, code: str) -> tuple[str, str]:
        """The list's number and the port's, as its receipts tell them."""
        for word in reversed(self.receipt_log.of(actor.trade.id, code)):
            if word.head.get("invtNo"):
                return word.head["invtNo"], word.head.get("preNo", "")
        raise NotYet(f"the list of {actor.name} has no number yet: no receipt has told it")

    def seconds_since(self, trade: Any) -> int:
        """Seconds from the time of a trade's list to now."""
        then = datetime.strptime(trade.inventory.head["appTime"], FORM)
        return max(60, int((self.now.replace(tzinfo=None) - then).total_seconds()))


def _with_texts(written: Sequence[SyntheticMessage], texts: Mapping[str, str]) -> list[SyntheticMessage]:
    """Replace the texts of these elements."""
    return [made._replace(body=changed(made.body, texts)) if texts else made for made in written]


def _crowded(body: bytes, more: int) -> bytes:
    """A message with its first document so many times more than the schema allows."""
    root = etree.fromstring(body)
    for _ in range(more):
        root.insert(0, deepcopy(root[0]))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _request(
    tell: Callable[..., SyntheticMessage], code: str
) -> Callable[[MessageWriter, Actor], list[SyntheticMessage]]:
    """A request that names the list's number."""

    def made(writing: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
        invt_no, pre_no = writing.answered(actor, code)
        given = {"pre_no": pre_no} if isinstance(actor.trade, ImportTrade) else {}
        return [tell(actor.trade, invt_no, after=writing.seconds_since(actor.trade), **given)]

    return made


def _second_return(writing: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
    invt_no, _ = writing.answered(actor, "604")
    return [exported.refund(actor.trade, invt_no, letter="U", after=writing.seconds_since(actor.trade))]


def _tally(writing: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
    invt_no, _ = writing.answered(actor, "604")
    return [exported.tally(writing.world, actor.trade, invt_no, after=writing.seconds_since(actor.trade))]


MAKERS: Mapping[str, Mapping[str, Callable[[MessageWriter, Actor], list[SyntheticMessage]]]] = {
    "import": {
        "cancellation": _request(stories.cancellation, "622"),
        "return": _request(stories.refund, "622"),
        "partial return": _request(stories.partial_refund, "622"),
        "delivery": lambda writing, actor: [stories.delivery(actor.trade, after=writing.seconds_since(actor.trade))],
        "arrival": lambda writing, actor: stories.intakes(
            writing.world, [actor.trade], after=writing.seconds_since(actor.trade)
        ),
    },
    "export": {
        "cancellation": _request(exported.cancellation, "604"),
        "return": _request(exported.refund, "604"),
        "second return": _second_return,
        "tally": _tally,
        "summary": MessageWriter.summary,
    },
}
