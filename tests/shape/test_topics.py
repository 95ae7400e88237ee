"""What is sent is handled, and the reverse: the table of queues, the gateways' handlers and every sender agree."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from declarations.documents import DOCUMENTS
from gateways.customs import Customs, locks
from gateways.forex import Forex
from gateways.gateway import Handler
from gateways.inspection import Inspection
from gateways.refund import TaxRefund
from gateways.registration import Registrar
from gateways.replies import ANSWERS
from gateways.tax import Tax
from schemas.catalogue import entries, topic
from single_window.messaging.topology import EARLIER, QUEUES, UnknownTopic, queues_of
from tests.shape.sources import Module, modules
from tests.shape.topics import TOPICS, Sent, sent
from tests.tables import each

GATEWAYS: Mapping[str, Mapping[str, Handler]] = {
    gateway.name: gateway.handlers for gateway in (Customs, Inspection, Tax, TaxRefund, Forex, Registrar)
}
SENDERS = ("gateways", "single_window")
KINDS = [entry.kind for entry in entries() if not entry.receipt]


def unheard(*sources: Module) -> list[Sent]:
    return [sent_topic for module in sources for sent_topic in sent(module) if not sent_topic.topics]


def test_every_gateway_handles_what_its_queue_brings_and_nothing_else() -> None:
    brought = {queue: set(topics) for queue, topics in QUEUES.items() if queue != "reception"}
    assert {name: set(handlers) for name, handlers in GATEWAYS.items()} == brought


def test_of_everything_that_customs_handles_it_is_known_what_it_may_change() -> None:
    assert set(locks.NAMES) == set(Customs.handlers)


def test_no_topic_stands_twice_in_a_queue() -> None:
    for queue, topics in QUEUES.items():
        assert len(topics) == len(set(topics)), queue


def test_everything_sent_is_handled() -> None:
    assert unheard(*modules(*SENDERS)) == []


def test_everything_handled_is_sent_by_somebody() -> None:
    handled = {topic for module in modules(*SENDERS) for sent_topic in sent(module) for topic in sent_topic.topics}
    assert TOPICS - handled == EARLIER


def test_every_deadline_goes_to_a_queue_that_receives_it() -> None:
    deadlines = [
        sent_topic
        for module in modules(*SENDERS)
        for sent_topic in sent(module)
        if sent_topic.topic.startswith("deadline.")
    ]
    assert {deadline.topic for deadline in deadlines} == {topic for topic in TOPICS if topic.startswith("deadline.")}
    assert all(deadline.queue and deadline.topics == [deadline.topic] for deadline in deadlines)


def test_every_kind_of_document_is_passed_on_and_answered() -> None:
    declared = ("import.", "export.", "agency.")
    assert {topic(kind) for kind in KINDS} == {name for name in TOPICS if name.startswith(declared)}
    assert set(KINDS) == set(DOCUMENTS) == set(ANSWERS)


@each(
    "offence",
    [
        "desk.send(piece, 'goods.arived')",
        "desk.send(decision, topic=f'decisions.{subject}')",
        "desk.deadline(due, decision, 'decision.registrations')",
        "answers.send('tax.asessed', [1])",
        "answers.send(f'exports.{kind}', [1])",
        "answers.send(topic, [1])",
        "answers.deadlines.append(DeadlineDraft(due, 'deadline.partner', 'customs', [1]))",
        "answers.deadlines.append(DeadlineDraft(due, 'deadline.partners', 'tax', [1]))",
        "answers.deadlines.append(DeadlineDraft(due, topic='deadline.staged', queue='customs', subject=[1]))",
        "write_sends(connection, numbering, sandbox, {'officer.acts': [[1]]}, now)",
        "rows.append((number, sandbox, 'reception', 'message.recieved', 1))",
    ],
)
def test_the_guard_barks(offence: str) -> None:
    assert unheard(Module("gateways.tax.billing", offence))


def test_a_topic_that_nobody_receives_is_refused_when_it_is_filed() -> None:
    with pytest.raises(UnknownTopic, match=r"tax\.asessed"):
        queues_of("tax.asessed")
