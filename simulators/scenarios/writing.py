"""Writes the messages of a send step: documents of trades, requests, transport notes, and messages about refunds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from schemas.writing import InvalidValues
from simulators.changing import moved_time, repeat_document
from simulators.draws import guid
from simulators.entry.windows import change_elements
from simulators.exports import notes, summaries
from simulators.exports import stories as exported
from simulators.imports import stories
from simulators.imports.trade import ImportTrade
from simulators.messages import SyntheticMessage, make_message, pack_messages, spoiled_message
from simulators.receipt_log import ReceiptLog
from simulators.refunds.acts import messages_of_step, registrations
from simulators.refunds.cases import RefundCase
from simulators.refunds.items import items_of
from simulators.refunds.scenarios import RefundStep as Act
from simulators.scenarios import kinds
from simulators.scenarios.actors import Actor, FurtherNumbers
from simulators.scenarios.form import SendStep
from simulators.traded import Document
from simulators.transport_notes import note_of
from simulators.world import World

TIME_FORMAT = "%Y%m%d%H%M%S"
_APP_TIME = re.compile(r"appTime>([^<]+)<")
_GUIDS = re.compile(rb'(?<=guid=")[^"]+|(?<=guid>)[^<]+(?=</)')
"""The ids of a message and of its documents."""
MAX_DOCUMENTS = 100
"""The most documents in a message that the schema allows."""
REFUND_STEPS = {
    "invoice": "invoice",
    "exchange report": "exchange",
    "claim": "claim",
    "reconciliation": "reconcile",
    "repayment": "repay",
}


class NotYet(Exception):
    """A message cannot be written yet, because a required value does not exist."""


@dataclass(frozen=True, slots=True)
class MessageWriter:
    """The context in which messages are written: the world, the receipts so far, and the sandbox's moment."""

    world: World
    receipt_log: ReceiptLog
    now: datetime

    @property
    def now_text(self) -> str:
        """The current time in the messages' format."""
        return self.now.strftime(TIME_FORMAT)

    def write(self, word: str, actors: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        """The messages for one word of a step about trades, with the texts of `put`; raises `NotYet`."""
        try:
            return _with_texts(self._write_plain(word, actors, step), step.put)
        except (InvalidValues, LookupError) as error:
            raise NotYet(str(error)) from None

    def _write_plain(self, word: str, actors: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        if word in kinds.further_messages():
            return [self._write_further(word, actors[0], step)]
        if word in kinds.TRANSPORT_NOTES and actors[0].flow == "export":
            return [repeated(made, step.head) for made in self._write_notes(word, actors, step)]
        if step.together and word in actors[0].trade.codes | {kinds.LIST_WORD: ""}:
            return [self._write_together(word, actors, step)]
        return [made for actor in actors for made in self._write_of_trade(word, actor, step)]

    def _write_of_trade(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        own_words = (*actor.trade.codes, kinds.LIST_WORD)
        if word in kinds.DOCUMENT_GROUPS:
            return self._write_all(word, actor, step)
        if word in own_words:
            return self._write_document(word, actor, step)
        writer = WRITERS[actor.flow].get(word)
        made_messages = writer(self, actor) if writer else self._write_refund(word, actor, step)
        return [repeated(made, step.head) for made in made_messages]

    def _write_further(self, code: str, actor: Actor, step: SendStep) -> SyntheticMessage:
        """A message about no document of the trade, by one of its companies; its guid follows from what it says."""
        said = {name: str(value) for name, value in step.head.items()}
        head = {"guid": guid(code, *said.values(), str(step.lines)).upper(), "appType": "1", "appTime": self.now_text}
        document = Document({**head, **said}, list(step.lines))
        return make_message(code, [document], actor.company(step.by or kinds.PARTIES[0]), (actor.trade.id,))

    def _write_all(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        made_messages = list(pack_messages([actor.trade], 1, edition=step.edition or "2022-05"))
        for synthetic_message in made_messages:
            self._count_transmissions(actor, synthetic_message)
        waves = {"documents": (0,), "afterwards": (1,), "everything": (0, 1)}[word]
        return [synthetic_message for synthetic_message in made_messages if synthetic_message.wave in waves]

    def _count_transmissions(self, actor: Actor, synthetic_message: SyntheticMessage) -> None:
        for kind in actor.trade.codes:
            document = actor.trade.document(kind)
            if document is not None and actor.trade.codes[kind] == synthetic_message.code:
                actor.transmissions[document.head["guid"]] = max(
                    synthetic_message.wave + 1, actor.transmissions.get(document.head["guid"], 0)
                )

    def _write_document(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        kind = kinds.GENERATOR_KINDS.get(word, word)
        if actor.trade.spoiling is not None and actor.trade.spoiling.kind == kind:
            return [spoiled_message(actor.trade, actor.trade.document(kind), actor.trade.spoiling)]
        spoil = [change["spoil"] for change in step.change if "spoil" in change]
        written = self._write_together(word, [actor], step)
        for find, put in spoil:
            if find.encode() not in written.body:
                raise NotYet(f"the message holds no {find!r} to spoil")
            written = written._replace(body=written.body.replace(find.encode(), put.encode()))
        return [written]

    def _write_together(self, word: str, actors: Sequence[Actor], step: SendStep) -> SyntheticMessage:
        """One message with this document of each trade, and of `copies` - 1 further trades."""
        documents = [self._changed_document(word, actor, step) for actor in actors]
        actor, kind = actors[0], kinds.GENERATOR_KINDS.get(word, word)
        for number in range(1, min(step.copies, MAX_DOCUMENTS)):
            other = actor.shop.trade(actor.trade.number + 1_000 + number).document(kind)
            documents.append(other)
        times_sent = actor.transmissions.get(documents[0].head["guid"], 0)
        actor.transmissions[documents[0].head["guid"]] = times_sent + 1
        wave = max(0, times_sent - 1) if step.same_transmission else times_sent
        written = make_message(
            actor.trade.codes[kind],
            documents,
            actor.trade.parties.sender(kind),
            tuple(actor.trade.id for actor in actors),
            wave,
            step.edition or "2022-05",
        )
        if step.copies > MAX_DOCUMENTS:
            return written._replace(body=_with_copies(written.body, step.copies - MAX_DOCUMENTS))
        return written

    def _changed_document(self, word: str, actor: Actor, step: SendStep) -> Document:
        document = actor.document(word, tuple(change for change in step.change if "spoil" not in change))
        if document is None:
            raise NotYet(f"the trade {actor.name} has no {word}")
        return repeat_document(document, step.head) if step.head else document

    def _write_notes(self, word: str, actors: Sequence[Actor], step: SendStep) -> list[SyntheticMessage]:
        trades = [actor.trade for actor in actors]
        after = self.seconds_since(trades[0])
        if word == "arrival" and (part := step.more.get("part")):
            return [notes.in_two_parts(self.world, trades[0], int(part), after=after)]
        if word == "departure":
            made_messages = notes.departures(trades, after=after)
        else:
            write = {"consolidation": notes.consolidations, "arrival": notes.arrivals}[word]
            made_messages = write(self.world, trades, after=after)
        self.receipt_log.expect(
            note_of(synthetic_message) for synthetic_message in made_messages if not trades[0].flight.alone
        )
        return made_messages

    def _find_items(self, actor: Actor, case: RefundCase, *, required: bool) -> None:
        if not case.items:
            case.items = items_of(case.trades, self.receipt_log, self.receipt_log.of(actor.trade.id, "792"))
        if not case.items and required:
            missing = "its list must have left (899), and be summarised"
            raise NotYet(f"nothing of {actor.name} can be claimed yet: {missing}")

    def _write_refund(self, word: str, actor: Actor, step: SendStep) -> list[SyntheticMessage]:
        """A message about a refund."""
        case = actor.case
        if case is None:
            raise NotYet(f"the trade {actor.name} has no table [trade.{actor.name}.refund]")
        if word == "registration":
            return registrations([case.firm], self.now_text)
        self._find_items(actor, case, required=word != "exchange report")
        act, bank = Act(REFUND_STEPS[word], 0, 0, step.more), self.world.payment_providers[0]
        return [
            made._replace(trades=(actor.trade.id,))
            for made in messages_of_step(case, act, self.world, bank, self.now_text)
        ]

    def write_summary(self, actor: Actor) -> list[SyntheticMessage]:
        """The request (701) that a trade's merchant makes for its list."""
        number = "H" + actor.trade.serial
        request = summaries.MonthRequest(
            number, "", actor.trade.parties.merchant, ("", ""), (self.list_numbers(actor, "604")[0],)
        )
        self.receipt_log.expect([FurtherNumbers(actor.trade.id, (number,))])
        return [
            message._replace(trades=(actor.trade.id,))
            for message in summaries.messages_of(self.world, request, self.now_text)
        ]

    def list_numbers(self, actor: Actor, code: str) -> tuple[str, str]:
        """The list number and the port's number, from the receipts of the list."""
        for receipt in reversed(self.receipt_log.of(actor.trade.id, code)):
            if receipt.head.get("invtNo"):
                return receipt.head["invtNo"], receipt.head.get("preNo", "")
        raise NotYet(f"the list of {actor.name} has no number yet: no receipt gives it")

    def seconds_since(self, trade: Any) -> int:
        """Seconds from the time of a trade's list to now."""
        list_time = datetime.strptime(trade.inventory.head["appTime"], TIME_FORMAT)
        return max(60, int((self.now.replace(tzinfo=None) - list_time).total_seconds()))


def _with_texts(written: Sequence[SyntheticMessage], texts: Mapping[str, str]) -> list[SyntheticMessage]:
    """Replace the texts of these elements."""
    return [made._replace(body=change_elements(made.body, texts)) if texts else made for made in written]


def repeated(made: SyntheticMessage, head: Mapping[str, str | int | bool]) -> SyntheticMessage:
    """A message with these head elements: `appTime` moved by seconds, new ids of message and documents if `guid` is
    true, other texts replaced; as `repeat_document` does it with a trade's own documents."""
    texts = {name: value for name, value in head.items() if isinstance(value, str)}
    if not isinstance(seconds := head.get("appTime", ""), str):
        texts["appTime"] = moved_time(_APP_TIME.findall(made.body.decode())[0], seconds)
    body = change_elements(made.body, texts)
    if head.get("guid") is True:
        body = _GUIDS.sub(lambda found: guid(found[0].decode(), str(head)).encode(), body)
    return made._replace(body=body)


def _with_copies(body: bytes, count: int) -> bytes:
    """A message with `count` further copies of its first document, which the schema refuses."""
    root = etree.fromstring(body)
    for _ in range(count):
        root.insert(0, deepcopy(root[0]))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _request_writer(
    write: Callable[..., SyntheticMessage], code: str
) -> Callable[[MessageWriter, Actor], list[SyntheticMessage]]:
    """A request that names the list's number."""

    def write_request(writer: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
        invt_no, pre_no = writer.list_numbers(actor, code)
        options = {"pre_no": pre_no} if isinstance(actor.trade, ImportTrade) else {}
        return [write(actor.trade, invt_no, after=writer.seconds_since(actor.trade), **options)]

    return write_request


def _write_second_return(writer: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
    invt_no, _ = writer.list_numbers(actor, "604")
    return [exported.refund(actor.trade, invt_no, letter="U", after=writer.seconds_since(actor.trade))]


def _write_tally(writer: MessageWriter, actor: Actor) -> list[SyntheticMessage]:
    invt_no, _ = writer.list_numbers(actor, "604")
    return [exported.tally(writer.world, actor.trade, invt_no, after=writer.seconds_since(actor.trade))]


WRITERS: Mapping[str, Mapping[str, Callable[[MessageWriter, Actor], list[SyntheticMessage]]]] = {
    "import": {
        "cancellation": _request_writer(stories.cancellation, "622"),
        "return": _request_writer(stories.refund, "622"),
        "partial return": _request_writer(stories.partial_refund, "622"),
        "delivery": lambda writing, actor: [stories.delivery(actor.trade, after=writing.seconds_since(actor.trade))],
        "arrival": lambda writing, actor: stories.intakes(
            writing.world, [actor.trade], after=writing.seconds_since(actor.trade)
        ),
    },
    "export": {
        "cancellation": _request_writer(exported.cancellation, "604"),
        "return": _request_writer(exported.refund, "604"),
        "second return": _write_second_return,
        "tally": _write_tally,
        "summary": MessageWriter.write_summary,
    },
}
