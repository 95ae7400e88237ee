"""Participants over AMQP on a real RabbitMQ: messages in, receipts out, nothing lost, whatever is cut or full."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest
from lxml import etree
from pika import BasicProperties, BlockingConnection, PlainCredentials, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker
from sqlalchemy import select

import schemas
from gateways.circumstances import Options
from schemas import envelope, schema_pool
from schemas.edifact.reading import read_interchange
from single_window.channels import envelopes as chosen_envelopes
from single_window.channels.worker import ChannelsWorker
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.reading import Reading
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import writing
from single_window.store.names import ACTIVE, AMQP
from single_window.store.tables import message
from single_window.wiring import Window, open_window
from tests.api_keys import issued
from tests.brokers import Vhost, empty_vhost
from tests.chaos.programs import until
from tests.databases import fetch, kept_open, read_by, write_by
from tests.mailboxes import numbers, put
from tests.patience import PATIENCE
from tests.proxy import Proxy
from tests.unit.single_window.serving_http import CAP, again, mailbox, sample

pytestmark = pytest.mark.service
LIMIT = 6
ORDER = sample("311")
SENDER = mailbox(ORDER).encode()
CODECO = (Path(schemas.__file__).parent / "edifact" / "samples" / "CODECO_D95B.edi").read_bytes()
UNREADABLE = "single-window.unreadable"
_numbers = count(1)


class Got(NamedTuple):
    """A message that a participant has read."""

    properties: BasicProperties
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def headers(self) -> dict[str, Any]:
        """Its headers, without those that the broker adds."""
        return {name: value for name, value in (self.properties.headers or {}).items() if not name.startswith("x-")}


class Partner:
    """A participant of his own for each test, who talks to the broker with a client of his own."""

    def __init__(self, window: Window, broker: BlockingChannel, sandbox: str = "main") -> None:
        self.window, self.broker, self.sandbox = window, broker, sandbox
        self.dxp_id = f"DXPTEST{next(_numbers):09d}"
        self.inbox = self.dxp_id if sandbox == "main" else f"{sandbox}.{self.dxp_id}"
        self.outbox = f"{self.inbox}_HZ"

    def register(self) -> Partner:
        write_by(self.window.engine, channels.put, Channel(self.sandbox, self.dxp_id, AMQP))
        until(lambda: self.depth(self.outbox) is not None, PATIENCE, "the queues of a participant")
        return self

    def order(self, number: str = "") -> bytes:
        changes = {"orderNo": number} if number else {}
        return again(sample("311", **changes).replace(SENDER, self.dxp_id.encode()))

    def send(self, body: bytes, **properties: Any) -> None:
        self.broker.basic_publish("", self.inbox, body, BasicProperties(**properties))

    def put(self, *codes: str) -> None:
        put(self.window, self.dxp_id, codes, self.sandbox)

    def get(self, queue: str = "") -> Got:
        """The next message of a queue, as soon as there is one; it is acknowledged."""
        responses: list[Got] = []

        def came() -> bool:
            method, properties, body = self.broker.basic_get(wanted, auto_ack=True)
            if method is not None:
                responses.append(Got(properties, body))
            return bool(responses)

        wanted = queue or self.outbox
        until(lambda: self.depth(wanted) is not None, PATIENCE, f"the queue {wanted}")
        until(came, PATIENCE, f"a message in {wanted}")
        return responses[0]

    def depth(self, queue: str) -> int | None:
        """Messages that wait in a queue; None: it is not there."""
        channel = self.broker.connection.channel()
        try:
            result = int(channel.queue_declare(queue, passive=True).method.message_count)
        except ChannelClosedByBroker:
            return None
        channel.close()
        return result

    def consumers(self) -> int:
        """How many consume his messages."""
        return int(self.broker.queue_declare(self.inbox, passive=True).method.consumer_count)

    def channel(self) -> Channel:
        channel = read_by(self.window.engine, channels.find, self.sandbox, self.dxp_id, AMQP)
        assert channel is not None
        return channel

    def kept(self) -> list[tuple[str, str]]:
        """State and channel of every message that came from here."""
        rows = fetch(
            self.window.engine,
            select(message.c.state, message.c.channel)
            .where(message.c.sandbox == self.sandbox, message.c.sender == self.dxp_id)
            .order_by(message.c.id),
        )
        return [(state, channel) for state, channel in rows]


class Closed(AdmissionQueue):
    """Admits nothing, and knows whether it was asked to."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.requested = Event()

    def offer(self, sandbox: str, channel: str, reading: Reading) -> Future[AdmissionAnswer]:
        self.requested.set()
        return super().offer(sandbox, channel, reading)


@pytest.fixture(scope="module")
def vhost() -> Iterator[Vhost]:
    with empty_vhost() as made:
        if not made.own:
            pytest.skip("participants' queues have names of their own: this wants a vhost of its own")
        yield made


@pytest.fixture(scope="module")
def gate(vhost: Vhost) -> Iterator[Proxy]:
    yield from kept_open(Proxy(vhost.url))


@pytest.fixture
def proxy(gate: Proxy) -> Iterator[Proxy]:
    """What participants' connections run through; as it was, after each test."""
    yield gate
    gate.release()
    gate.open_gate()


@pytest.fixture(scope="module")
def window(gate: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A window whose participants come through the proxy; between its own parts it needs no RabbitMQ."""
    settings = Settings(
        data=tmp_path_factory.mktemp("amqp"),
        broker=gate.url,
        queue_limit=LIMIT,
        readers=0,
        synchronous="NORMAL",
        body_cap=CAP,
    )
    opened = open_window(settings, wakeups=LocalWakeups())
    opened.make_sandbox("other", Options())
    yield from kept_open(opened)


@pytest.fixture(scope="module")
def admission(window: Window) -> Iterator[AdmissionQueue]:
    queue = AdmissionQueue(window).start()
    yield queue
    queue.stop()


@pytest.fixture
def worker(window: Window, admission: AdmissionQueue) -> Iterator[ChannelsWorker]:
    working = ChannelsWorker(window, admission).start()
    yield working
    working.stop()


@pytest.fixture
def broker(vhost: Vhost) -> Iterator[BlockingChannel]:
    connection = BlockingConnection(URLParameters(vhost.url))
    yield connection.channel()
    connection.close()


@pytest.fixture
def partner(window: Window, broker: BlockingChannel, worker: ChannelsWorker) -> Partner:
    return Partner(window, broker).register()


# messages in


def test_a_message_goes_in_and_its_receipt_comes_out(partner: Partner) -> None:
    partner.send(partner.order())
    until(lambda: partner.kept() == [("received", "amqp")], PATIENCE, "an admitted message")
    partner.window.settle()
    response = partner.get()
    assert b"CEB312Message" in response.body
    assert response.headers == {"sandbox": "main", "mailbox": partner.dxp_id, "first": 1, "sequence": 1, "code": "312"}
    assert (response.properties.delivery_mode, response.properties.content_type) == (2, "application/xml")
    until(lambda: partner.channel().position == 1, PATIENCE, "a confirmed receipt")


@pytest.mark.parametrize("body, action", [(CODECO, "7"), (CODECO.replace(b"UNZ+1+", b"UNZ+2+"), "4")])
def test_an_interchange_of_edifact_is_answered_by_control(partner: Partner, body: bytes, action: str) -> None:
    partner.send(body)
    response = partner.get()
    assert response.properties.content_type == "application/edifact"
    assert read_interchange(response.body).messages[0].segments[1].get(4) == action
    assert partner.kept() == [("received" if action == "7" else "refused", "amqp")]
    until(lambda: partner.depth(partner.inbox) == 0, PATIENCE, "an empty queue")


def test_many_messages_are_admitted_and_none_stays_in_the_queue(partner: Partner) -> None:
    for _ in range(100):
        partner.send(partner.order())
    until(lambda: len(partner.kept()) == 100, PATIENCE, "100 admitted messages")
    until(lambda: partner.depth(partner.inbox) == 0, PATIENCE, "an empty queue")


def test_whoever_asks_is_given_the_id_of_his_message(partner: Partner) -> None:
    answers = f"{partner.inbox}_answers"
    partner.broker.queue_declare(answers)
    body = partner.order()
    for name in ("first", "again"):
        partner.send(body, reply_to=answers, correlation_id=name)
    first, again = partner.get(answers), partner.get(answers)
    assert first.json == {
        "id": first.json["id"],
        "state": "accepted",
        "status": "accepted",
        "code": "311",
        "documents": 1,
        "repeated": False,
    }
    assert again.json == {**first.json, "repeated": True}
    assert [response.properties.correlation_id for response in (first, again)] == ["first", "again"]
    assert first.headers == {"sandbox": "main", "mailbox": partner.dxp_id, "status": 202}


def test_who_chose_an_envelope_gets_receipts_and_answers_as_the_transport_platform_gives_them(partner: Partner) -> None:
    chosen_envelopes.choose(partner.window, partner.sandbox, partner.dxp_id, {"amqp": "DxpMsg"})
    partner.put("312")
    assert envelope.unwrap(etree.fromstring(partner.get().body)).message_type == "CEB312Message"
    order = partner.order()
    partner.broker.queue_declare(f"{partner.inbox}_answers")
    node, made = ("DXPEDCCEB0000002",), "2026-11-20T12:00:00"
    taken = envelope.Envelope("mine-1", partner.dxp_id, node, made, "CEB311Message", order)
    for sent_envelope in (
        taken,
        replace(taken, message_type="CEB411Message"),
        replace(taken, sender_id="DXPENT0000000009"),
    ):
        partner.send(envelope.wrap(sent_envelope), reply_to=f"{partner.inbox}_answers")
    answers = [partner.get(f"{partner.inbox}_answers") for _ in range(3)]
    result = {etree.fromstring(answer.body): answer.headers["status"] for answer in answers}
    assert {response.findtext(f".//{{{envelope.DXP}}}ResponseCode"): status for response, status in result.items()} == {
        "4000": 202,
        "0002": 422,
        "1999": 403,
    }
    assert all(not schema_pool.errors(row, schema_pool.DXP) for row in result)
    assert {row.findtext(f".//{{{envelope.DXP}}}CopMsgId") for row in result} == {"mine-1"}
    partner.send(b"<not closed")
    assert partner.get().json["state"] == "refused", "without an envelope there is none to answer"


def test_what_http_would_refuse_is_archived_and_its_findings_go_back(partner: Partner) -> None:
    partner.send(b"<not closed", message_id="mine-1")
    response = partner.get()
    assert response.headers == {"sandbox": "main", "mailbox": partner.dxp_id, "status": 400}
    assert (response.properties.content_type, response.properties.correlation_id) == ("application/json", "mine-1")
    assert response.json["state"] == response.json["status"] == "refused" and response.json["findings"][0]["zh"]
    assert partner.kept() == [("refused", "amqp")]
    assert partner.depth(partner.inbox) == 0 == (partner.depth(UNREADABLE) or 0)


def test_a_message_in_another_participants_queue_is_refused_and_reported_to_its_owner(
    partner: Partner, window: Window, broker: BlockingChannel
) -> None:
    other = Partner(window, broker).register()
    other.send(partner.order())
    (finding,) = other.get().json["findings"]
    assert (finding["code"], finding["found"], finding["expected"]) == ("other-sender", partner.dxp_id, other.dxp_id)
    assert (partner.kept(), other.kept()) == ([], [("refused", "amqp")])


def test_a_key_in_a_header_must_be_right(window: Window, partner: Partner) -> None:
    key = issued(window, mailboxes=[partner.dxp_id])
    partner.send(partner.order(), headers={"x-api-key": issued(window, mailboxes=["DXPENT0000000099"]).token})
    response = partner.get()
    assert (response.headers["status"], [finding["code"] for finding in response.json["findings"]]) == (
        403,
        ["no-proof"],
    )
    partner.send(partner.order(), headers={"x-api-key": key.token})
    until(lambda: len(partner.kept()) == 2, PATIENCE, "an admitted message")
    assert [state for state, _ in partner.kept()].count("refused") == 1


def test_a_message_above_the_limit_is_reported_and_put_aside(partner: Partner) -> None:
    partner.send(partner.order().ljust(CAP + 1))
    response = partner.get()
    assert response.headers["status"] == 413 and response.json["findings"][0]["code"] == "too-large"
    aside = partner.get(UNREADABLE)
    assert len(aside.body) == CAP + 1 and aside.properties.headers["x-first-death-queue"] == partner.inbox


def test_what_is_refused_is_reported_or_put_aside_and_never_dropped(partner: Partner) -> None:
    partner.put(*["312", "412"] * (LIMIT // 2))
    until(lambda: partner.depth(partner.outbox) == LIMIT, PATIENCE, "a full queue")
    aside, sent = partner.depth(UNREADABLE) or 0, 0
    while (partner.depth(UNREADABLE) or 0) == aside:  # a quorum queue takes some more before it says that it is full
        sent += 1
        assert sent < 500, "a full queue says so in the end"
        partner.send(b"<not closed")
        until(
            lambda all_of=LIMIT + aside + sent: (
                all_of == ((partner.depth(partner.outbox) or 0) + (partner.depth(UNREADABLE) or 0))
            ),
            PATIENCE,
            "every refusal, reported or put aside",
        )
    assert partner.kept() == [("refused", "amqp")] * sent
    partner.broker.queue_purge(UNREADABLE)


def test_nobody_can_have_answers_written_into_queues_of_others(
    partner: Partner, window: Window, broker: BlockingChannel
) -> None:
    other = Partner(window, broker).register()
    for queue in (other.inbox, other.outbox, partner.inbox, "single-window.customs"):
        partner.send(b"<not closed", reply_to=queue)
        assert partner.get().json["status"] == "refused"
    assert (other.depth(other.inbox), other.depth(other.outbox), other.kept()) == (0, 0, [])


@pytest.mark.parametrize(
    "hostile",
    [
        {"headers": {"sent": datetime(9999, 12, 31, tzinfo=UTC)}},
        {"reply_to": b"\xff\xfe"},
        {"message_id": b"\xff" * 255},
        {"correlation_id": b"\xff" * 255, "reply_to": b"amq.gen-\xff"},
    ],
)
def test_nothing_that_stands_on_a_message_stops_the_others(
    partner: Partner, window: Window, broker: BlockingChannel, hostile: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # a date ten thousand times as far as the last one that can be written, as of who gives milliseconds for seconds
    monkeypatch.setattr("pika.data.calendar.timegm", lambda when: 10_000 * 253_402_214_400)
    other = Partner(window, broker).register()
    other.send(b"<not closed", **hostile)
    partner.send(partner.order())
    until(lambda: partner.kept() == [("received", "amqp")], PATIENCE, "an admitted message")
    until(lambda: other.kept() == [("refused", "amqp")], PATIENCE, "a refused message")
    until(lambda: other.depth(other.inbox) == 0 == partner.depth(partner.inbox), PATIENCE, "empty queues")


@pytest.mark.parametrize("header", ["CC", "BCC"])
def test_nobody_can_have_a_copy_of_his_message_taken_from_the_queue_of_another(
    partner: Partner, window: Window, broker: BlockingChannel, header: str
) -> None:
    other = Partner(window, broker).register()
    broker.queue_purge(UNREADABLE)
    broker.basic_publish(
        "single-window.participants", partner.inbox, other.order(), BasicProperties(headers={header: [other.inbox]})
    )
    assert partner.get().json["findings"][0]["code"] == "other-sender"
    assert partner.get(UNREADABLE).properties.headers["x-first-death-queue"] == other.inbox
    assert (partner.kept(), other.kept()) == ([("refused", "amqp")], [])


def test_queues_of_other_sandboxes_bear_their_names(
    window: Window, broker: BlockingChannel, worker: ChannelsWorker
) -> None:
    other = Partner(window, broker, "other").register()
    assert other.inbox.startswith("other.")
    other.send(other.order())
    until(lambda: len(other.kept()) == 1, PATIENCE, "an admitted message")
    window.settle()
    assert other.get().headers["sandbox"] == "other"


# what is acknowledged when


def test_a_message_is_acknowledged_only_after_its_commit_and_admitted_once_if_that_is_cut_off(
    partner: Partner, proxy: Proxy
) -> None:
    partner.send(partner.order())
    until(lambda: len(partner.kept()) == 1, PATIENCE, "an admitted message")
    proxy.hold()
    partner.send(partner.order())
    until(lambda: len(partner.kept()) == 2, PATIENCE, "a message admitted, and not acknowledged")
    proxy.cut()
    proxy.release()
    answers = f"{partner.inbox}_answers"
    partner.broker.queue_declare(answers)
    partner.send(partner.order(), reply_to=answers)
    partner.get(answers)
    assert partner.kept() == [("received", "amqp")] * 3
    until(lambda: partner.depth(partner.inbox) == 0, PATIENCE, "an empty queue")


def test_what_cannot_be_admitted_now_stays_in_the_queue(
    window: Window, broker: BlockingChannel, admission: AdmissionQueue
) -> None:
    closed = Closed(window)
    refusing = ChannelsWorker(window, closed).start()
    partner = Partner(window, broker).register()
    partner.send(partner.order())
    until(closed.requested.is_set, PATIENCE, "a message taken")
    refusing.stop()
    until(lambda: partner.depth(partner.inbox) == 1, PATIENCE, "a message given back")
    assert partner.kept() == []
    accepting = ChannelsWorker(window, admission).start()
    until(lambda: len(partner.kept()) == 1, PATIENCE, "an admitted message")
    accepting.stop()


# receipts out


def test_a_queue_that_nobody_reads_holds_so_many_and_the_database_keeps_the_rest_in_order(partner: Partner) -> None:
    partner.put(*["312", "412"] * 10)
    until(lambda: partner.channel().failures > 0, PATIENCE, "a channel that waits")
    assert partner.depth(partner.outbox) == LIMIT
    assert partner.channel().position == LIMIT and "is full" in partner.channel().last_error
    responses = [partner.get() for _ in range(20)]
    assert [number for response in responses for number in numbers(response.body)] == list(range(1, 21))
    assert len({response.properties.message_id for response in responses}) == 20
    until(lambda: partner.channel().position == 20, PATIENCE, "the last receipt")
    assert (partner.channel().state, partner.channel().failures) == (ACTIVE, 0)


def test_receipts_come_through_cuts_in_order_and_repeated_only_under_the_same_id(
    partner: Partner, proxy: Proxy
) -> None:
    responses: list[Got] = []
    for round_ in range(5):
        partner.put("312", "412")
        proxy.cut()
        until(
            lambda: partner.channel().position == 2 * round_ + 2,  # noqa: B023 - called at once
            PATIENCE,
            "receipts after a cut",
        )
        while partner.depth(partner.outbox):
            responses.append(partner.get())
    firsts = list(dict.fromkeys(response.properties.message_id for response in responses))
    bodies = {response.properties.message_id: response.body for response in responses}
    assert [number for name in firsts for number in numbers(bodies[name])] == list(range(1, 11))
    assert all(response.body == bodies[response.properties.message_id] for response in responses)


def test_a_receipt_of_which_no_confirm_arrived_comes_again_under_its_id(partner: Partner, proxy: Proxy) -> None:
    proxy.close_gate()
    partner.put("312")
    with writing(partner.window.engine) as connection:  # as if the process had died before it kept the confirm
        now = partner.channel()
        channels.take(connection, now, "dead", tried=1, until=0, system=1)
    proxy.open_gate()
    partner.get()
    until(lambda: partner.channel().position == 1, PATIENCE, "a confirmed receipt")


def test_queues_that_exist_with_other_properties_serve_as_they_are(
    window: Window, broker: BlockingChannel, worker: ChannelsWorker
) -> None:
    partner = Partner(window, broker)
    broker.queue_declare(partner.inbox, durable=True)
    broker.queue_declare(partner.outbox, durable=True, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    partner.register()
    partner.send(partner.order())
    until(lambda: len(partner.kept()) == 1, PATIENCE, "an admitted message")
    partner.put(*["312", "412"] * 3)
    responses = [partner.get() for _ in range(6)]
    assert [number for response in responses for number in numbers(response.body)] == list(range(1, 7))


def test_queues_that_somebody_deleted_are_made_again(partner: Partner) -> None:
    for queue in (partner.inbox, partner.outbox):
        partner.broker.queue_delete(queue)
    partner.put("312")
    # a queue that has just been made has a name before it can be read from
    until(lambda: partner.depth(partner.outbox) == 1, PATIENCE, "a receipt in the queue that was made again")
    assert numbers(partner.get().body) == [1]
    until(lambda: partner.depth(partner.inbox) is not None, PATIENCE, "the queue of messages")
    partner.send(partner.order())
    until(lambda: len(partner.kept()) == 1, PATIENCE, "an admitted message")


def test_who_is_switched_off_is_neither_received_from_nor_sent_to(partner: Partner) -> None:
    other = Partner(partner.window, partner.broker).register()
    write_by(partner.window.engine, channels.switch_off, partner.channel())
    partner.put("312")
    other.put("312")
    other.get()

    until(lambda: partner.consumers() == 0, PATIENCE, "a queue that is not consumed")
    partner.send(partner.order())
    until(lambda: partner.depth(partner.inbox) == 1, PATIENCE, "a message that stays")
    assert partner.depth(partner.outbox) == 0 and partner.channel().position == 0


# what the page for participants shows


def test_the_code_on_the_page_sends_and_receives(partner: Partner, vhost: Vhost) -> None:
    page = (Path(__file__).parents[2] / "docs" / "connect.md").read_text("utf-8")
    (block,) = [row for row in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "import pika" in row]
    results: dict[str, Any] = {}
    exec(block, results)
    results["send"](vhost.url, partner.dxp_id, partner.order())
    until(lambda: len(partner.kept()) == 1, PATIENCE, "an admitted message")
    partner.window.settle()
    until(lambda: bool(partner.depth(partner.outbox)), PATIENCE, "a receipt")
    result: list[tuple[int, bytes]] = []
    results["receive"](vhost.url, partner.dxp_id, lambda sequence, body: result.append((sequence, body)), seconds=0.2)
    assert [sequence for sequence, _ in result] == [1] and b"CEB312Message" in result[0][1]
    assert partner.depth(partner.outbox) == 0


@pytest.mark.long
def test_with_the_rights_on_the_page_a_participant_reaches_his_own_queues_only(
    partner: Partner, window: Window, vhost: Vhost
) -> None:
    other = Partner(window, partner.broker).register()
    page = (Path(__file__).parents[2] / "docs" / "connect.md").read_text("utf-8")
    name = f"partner-{vhost.namespace}"
    lines = [
        line.removeprefix("sudo ")
        .replace("partner1", name)
        .replace("DXPENT0000000001", partner.dxp_id)
        .replace("--vhost single_window", f"--vhost {vhost.namespace}")
        .replace("$PASSWORD", "geheim")
        for line in page.splitlines()
        if line.startswith("sudo rabbitmqctl")
    ]
    try:
        for line in lines:
            subprocess.run(shlex.split(line), check=True, capture_output=True, timeout=PATIENCE)
        at = URLParameters(vhost.url)
        at.credentials = PlainCredentials(name, "geheim")
        assert _may(at, lambda value: value.basic_publish("single-window.participants", partner.inbox, b"<a/>"))
        assert _may(at, lambda value: value.basic_get(partner.outbox))
        for forbidden in (
            lambda value: value.basic_publish("single-window.participants", other.inbox, b"<a/>"),
            lambda value: value.basic_publish("", other.inbox, b"<a/>"),
            lambda value: value.basic_get(other.outbox),
            lambda value: value.basic_get(partner.inbox),
            lambda value: value.queue_declare("of-his-own"),
        ):
            assert not _may(at, forbidden)
    finally:
        subprocess.run(["rabbitmqctl", "delete_user", name], check=False, capture_output=True, timeout=PATIENCE)
    assert other.kept() == []


def _may(at: URLParameters, do: Callable[[BlockingChannel], object]) -> bool:
    with BlockingConnection(at) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            do(channel)
        except ChannelClosedByBroker as closed:
            assert closed.reply_code in {403, 404}
            return False
        return True
