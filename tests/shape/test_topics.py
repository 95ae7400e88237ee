"""What is sent is handled, and the reverse: the table of queues, the gateways' handlers and every sender agree."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from subprocess import run

import pytest

from declarations.documents import DOCUMENTS
from gateways.agencies import GATEWAYS, ROUTES
from gateways.agency import subjects
from gateways.decisions import decision_route
from gateways.replies import ANSWER_CODES
from gateways.tax.topics import TAX
from gateways.topics.shared import filed_route
from schemas.catalogue import entries, topic
from single_window.messaging import topology
from tests.shape.sources import ROOT, Module, modules
from tests.shape.topics import TOPICS, Sent, misdirected, sent
from tests.tables import each

SENDERS = ("gateways", "single_window")
KINDS = [entry.kind for entry in entries() if not entry.receipt]


def unheard(*sources: Module) -> list[Sent]:
    return [sent_topic for module in sources for sent_topic in sent(module) if not sent_topic.topics]


def test_every_gateway_has_a_queue() -> None:
    assert tuple(gateway.name for gateway in GATEWAYS) == topology.GATEWAYS


def test_every_document_and_every_decision_has_a_route_to_a_gateway_that_handles_it() -> None:
    for route in (*map(filed_route, KINDS), *map(decision_route, subjects())):
        assert ROUTES.by_topic[route.topic] == route


def test_everything_sent_is_handled() -> None:
    assert unheard(*modules(*SENDERS)) == []


def test_everything_handled_is_sent_by_somebody() -> None:
    handled = {topic for module in modules(*SENDERS) for sent_topic in sent(module) for topic in sent_topic.topics}
    assert handled == TOPICS


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
    assert set(KINDS) == set(DOCUMENTS) == set(ANSWER_CODES)


@each(
    "offence",
    [
        "desk.send(piece, 'goods.arived')",
        "desk.send(decision, topic=f'decisions.{subject}')",
        "desk.deadline(due, decision, 'decision.registrations')",
        "answers.send(Route('customs', 'tax.asessed'), payload)",
        "answers.send(Route('tax', 'tax.assessed'), payload)",
        "answers.send(Route(queue, f'exports.{kind}'), payload)",
        "answers.send(Route(queue, topic), payload)",
        "answers.deadlines.append(DeadlineDraft(due, Route('customs', 'deadline.partner'), payload))",
        "write_sends(connection, numbering, sandbox, {Route('customs', 'officer.acts'): [[1]]}, now)",
        "rows.append((number, sandbox, 'reception', 'message.recieved', 1))",
    ],
)
def test_the_guard_barks(offence: str) -> None:
    assert unheard(Module("gateways.tax.billing", offence))


def test_facts_are_published_and_nothing_else_is() -> None:
    assert [offence for module in modules(*SENDERS) for offence in misdirected(module)] == []


@each("offence", ["desk.send(ListReleased(1))", "desk.schedule(due, ListReleased(1))", "desk.publish(TaxDropped(1))"])
def test_the_guard_barks_at_what_is_published_or_sent_wrongly(offence: str) -> None:
    assert list(misdirected(Module("gateways.tax.billing", offence)))


def test_a_delivery_of_a_topic_that_its_gateway_does_not_handle_is_refused() -> None:
    with pytest.raises(LookupError, match=r"'tax' does not handle 'tax\.assessed'"):
        TAX.topic("tax.assessed")


def test_processes_that_only_dispatch_do_not_import_handlers() -> None:
    loaded = "import sys, single_window.process.working; print(*sorted(sys.modules))"
    modules_loaded = run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "single_window.wiring" in modules_loaded.split()
    tables = [name for name in modules_loaded.split() if fnmatchcase(name, "gateways.*") and "topics" in name]
    assert [name for name in tables if not name.startswith("gateways.topics")] == []
    assert "gateways.agencies" not in modules_loaded.split()
