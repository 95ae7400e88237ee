"""A participant chooses for each way by which his receipts leave what is around them: nothing, a DxpMsg, a DxpMsgSv."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

from schemas.envelope import DXP, EXPORT_NODE, IMPORT_NODE, unwrap
from schemas.reading import open_message
from single_window.api import create_app
from single_window.channels.outbox import Outbox
from single_window.channels.worker import ChannelsWorker
from single_window.intake.admission_queue import AdmissionQueue
from single_window.master_data import importing
from single_window.receipts.enveloping import in_envelope
from single_window.receipts.pushing.outgoing import outgoing
from single_window.receipts.rows import Rendered
from single_window.receipts.tolerances import DXP_ENVELOPE
from single_window.store.channels import Channel
from single_window.store.names import AMQP, BROKER, WAYS
from single_window.wiring import Window
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import kept_open, read_by, window_in
from tests.described import described_client
from tests.mailboxes import BOX, put
from tests.receivers import receiving
from tests.tables import each

NONE, MSG, SV = "none", "DxpMsg", "DxpMsgSv"
API = "/api/v1/channels"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path / "data", webhook_private=1)
    put(opened, BOX, ["312", "412"])
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window, AdmissionQueue(window)))


def around(body: bytes) -> str:
    """What is around a message of receipts; what is inside is one."""
    root = etree.fromstring(body)
    name = etree.QName(root).localname
    if name in (MSG, SV):
        envelope = unwrap(root)
        assert (envelope.sender_id, envelope.receiver_ids) == (IMPORT_NODE, (BOX,))
        assert etree.QName(etree.fromstring(envelope.data)).localname == envelope.message_type
    return name if name in (MSG, SV) else NONE


def polled(client: FlaskClient) -> set[str]:
    path = f"/api/v1/receipts?mailbox={BOX}&after=0"
    as_json = [receipt["xml"].encode() for receipt in client.get(path).get_json()["receipts"]]
    return {around(body) for body in (*as_json, client.get(f"{path}&format=xml").data)}


def posted(client: FlaskClient, window: Window) -> set[str]:
    with receiving() as receiver:
        made = client.put(f"{API}/{BOX}/webhook", json={"url": receiver.url, "from": 1})
        assert made.status_code in (200, 201)
        worker = ChannelsWorker(window, AdmissionQueue(window)).start()
        try:
            until(lambda: len(receiver.posted) == 2, 60, "two messages of receipts")
        finally:
            worker.stop()
        return {around(row.body) for row in receiver.posted}


def published(window: Window, kind: str) -> set[str]:
    return {around(message.body) for message in read_by(window.engine, outgoing, Channel("main", BOX, kind))}


def filed(window: Window, folder: Path) -> set[str]:
    (folder / BOX).mkdir(parents=True)
    Outbox(window.engine, "main", folder / BOX).deliver()
    return {around(path.read_bytes()) for path in (folder / BOX).glob("*.xml")}


def test_each_way_has_the_envelope_that_was_chosen_for_it(window: Window, client: FlaskClient, tmp_path: Path) -> None:
    for turn, chosen in enumerate(((MSG, SV, NONE, SV, MSG), (SV, MSG, SV, NONE, NONE), (NONE, NONE, MSG, MSG, SV))):
        wanted = dict(zip(WAYS, chosen, strict=True))
        assert client.put(f"{API}/{BOX}/envelopes", json=wanted).get_json() == {"mailbox": BOX, **wanted}
        result = (
            polled(client),
            posted(client, window),
            published(window, AMQP),
            published(window, BROKER),
            filed(window, tmp_path / str(turn)),
        )
        assert result == tuple({name} for name in chosen)


def test_what_is_not_chosen_is_as_the_participant_tolerates(window: Window, client: FlaskClient) -> None:
    assert set(client.get(f"{API}/{BOX}/envelopes").get_json().values()) == {BOX, NONE}
    row = f"3702960001,青岛示例跨境平台有限公司,platform,{BOX},{DXP_ENVELOPE}"
    importing.import_csv(window, "main", "participants", f"code,name,kinds,dxp_id,tolerances\n{row}")
    assert set(client.get(f"{API}/{BOX}/envelopes").get_json().values()) == {BOX, MSG}
    assert client.put(f"{API}/{BOX}/envelopes", json={"amqp": NONE}).get_json()["poll"] == MSG
    assert (polled(client), published(window, AMQP)) == ({MSG}, {NONE})


def test_a_message_for_a_transport_node_names_both_nodes_and_a_number_that_stays(
    window: Window, client: FlaskClient
) -> None:
    client.put(f"{API}/{BOX}/envelopes", json={"poll": SV})
    first, again = (client.get(f"/api/v1/receipts?mailbox={BOX}&after=0&format=xml").data for _ in range(2))
    assert first == again
    result = {etree.QName(row).localname: row.text for row in etree.fromstring(first).find(f"{{{DXP}}}SvNo")}
    assert result["MsgId"][:8] == result["StaNode"] == "EPORTSIM" and result["EndNode"] == BOX[-8:]
    assert result["MsgId"][8:] == result["SendTime"].translate({ord(name): None for name in "-:TZ"}) + "0000000001"
    assert result["SendTime"].endswith("Z") and result["SubMsgId"] == "1"


@each("element", ["DxpMsg", "TransInfo"])
def test_the_message_inside_can_be_cut_out_as_text(window: Window, client: FlaskClient, element: str) -> None:
    """As middleware of the port does: between the tags of the DxpMsg, parsed alone."""
    client.put(f"{API}/{BOX}/envelopes", json={"poll": SV})
    body = client.get(f"/api/v1/receipts?mailbox={BOX}&after=0&format=xml").data.decode()
    cut = body[body.index("<DxpMsg ") : body.index("</DxpMsg>") + len("</DxpMsg>")]
    root = etree.fromstring(cut)
    assert next(root.iter(f"{{{DXP}}}{element}")) is not None
    envelope = unwrap(root)
    assert envelope == unwrap(etree.fromstring(body.encode()))
    assert envelope.cop_msg_id == etree.fromstring(envelope.data).get("guid")


@each(
    ("body", "guid"),
    [
        (b'<?xml version="1.0"?>\n<ceb:CEB312Message guid="A-1" version="1.0"/>', "A-1"),
        (b"<!-- a note --><CEB312Message version='1.0' guid = 'A-2'/>", "A-2"),
        (b'\xef\xbb\xbf<CEB312Message xmlns="urn:x" guid="A-3">', "A-3"),
        (b'<CEB312Message><guid>A-4</guid><x guid="A-5"/></CEB312Message>', ""),
        (b'{"guid": "A-6"}', ""),
        (b"", ""),
    ],
)
def test_the_number_of_a_message_inside_is_the_guid_of_its_root(body: bytes, guid: str) -> None:
    message = Rendered(1, "312", 1, body)
    envelope = unwrap(etree.fromstring(in_envelope("main", BOX, message, SV, 0)))
    assert envelope.cop_msg_id == guid or (not guid and len(envelope.cop_msg_id) == 36)


@each(
    ("code", "body", "sender"),
    [
        ("622", b"<x/>", IMPORT_NODE),
        ("816", b"<x/>", IMPORT_NODE),
        ("604", b"<x/>", EXPORT_NODE),
        ("214", b"<x/>", EXPORT_NODE),
        ("792", b"<x/>", EXPORT_NODE),
        ("603", b"<x/>", EXPORT_NODE),
        ("900", b"<a><oriMessageType>CEB603Message</oriMessageType></a>", EXPORT_NODE),
        ("900", b"<c:a><c:oriMessageType>CEB621Message</c:oriMessageType></c:a>", IMPORT_NODE),
    ],
)
@pytest.mark.parametrize("kind", [MSG, SV])
def test_receipts_of_exports_come_from_their_own_node(code: str, body: bytes, sender: str, kind: str) -> None:
    made = in_envelope("main", BOX, Rendered(1, code, 1, body), kind, 0)
    assert unwrap(etree.fromstring(made)).sender_id == sender


def test_a_message_that_comes_from_a_transport_node_is_taken(window: Window, client: FlaskClient) -> None:
    client.put(f"{API}/{BOX}/envelopes", json={"poll": SV})
    body = client.get(f"/api/v1/receipts?mailbox={BOX}&after=0&format=xml").data
    opened = open_message(body)
    assert opened.envelope == unwrap(etree.fromstring(body)) and opened.entry.code == "312"


@each(
    ("path", "wanted", "status", "code"),
    [
        (BOX, {"poll": "zip"}, 400, "wrong-parameter"),
        (BOX, {"fax": MSG}, 400, "wrong-parameter"),
        ("a;b", {"poll": MSG}, 400, "channel-mailbox"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    client: FlaskClient, path: str, wanted: dict[str, str], status: int, code: str
) -> None:
    answer = client.put(f"{API}/{path}/envelopes", json=wanted)
    assert (answer.status_code, answer.get_json()["findings"][0]["code"]) == (status, code)


def test_the_command_chooses_and_shows(tmp_path: Path) -> None:
    def envelope(*arguments: str) -> dict[str, str]:
        result = run_command("channel", "envelope", BOX, *arguments, "--json", "--data", tmp_path, code=0)
        answer: dict[str, str] = json.loads(result.stdout)
        return answer

    assert envelope(MSG, "--way", "amqp", "--way", "folder") == {
        "mailbox": BOX,
        "poll": NONE,
        "webhook": NONE,
        "amqp": MSG,
        "broker": NONE,
        "folder": MSG,
    }
    assert set(envelope(SV).values()) == {BOX, SV} == set(envelope().values())
