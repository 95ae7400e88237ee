"""POST /messages: what is accepted, what is refused and why, what is kept of it."""

from __future__ import annotations

import json
import re
import tracemalloc
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from serving_http import (
    CAP,
    SAMPLES,
    TRADE,
    Client,
    again,
    in_haikou_json,
    in_json,
    mailbox,
    many,
    sample,
    wrapped,
)
from sqlalchemy import func, select

from gateways.circumstances import Options
from schemas import envelope
from single_window.frame.http import bodies
from single_window.process.serving import Server
from single_window.store.tables import document, message
from single_window.wiring import Window
from tests.databases import fetch
from tests.patience import PATIENCE
from tests.tables import each


def own(code: str, number: str) -> bytes:
    """A message about an order of its own, sent for the first time."""
    return again(sample(code, orderNo=number))


def test_a_message_that_can_be_opened_is_accepted_with_an_id_and_links(client: Client) -> None:
    body = own("311", "ACCEPTED-1")
    answer = client.post(body, Content_Type="application/xml")
    assert answer.status == 202
    accepted = answer.json
    assert (
        accepted["state"] == accepted["status"] == "accepted"
        and accepted["type"] == "CEB311Message"
        and accepted["documents"] == 1
    )
    assert answer.headers["Location"] == accepted["links"]["self"] == f"/api/v1/messages/{accepted['id']}"
    assert accepted["links"]["receipts"] == f"/api/v1/receipts?mailbox={mailbox(body)}"


def test_the_four_documents_of_a_trade_lead_to_release(client: Client, server: Server) -> None:
    for code in TRADE:
        assert client.post(own(code, "TRADE-1")).status == 202
    assert server.runtime.wait_until_settled(PATIENCE)
    answer = client.get("/declarations/TRADE-1").json
    assert [declaration["state"] for declaration in answer["declarations"]] == ["released"]
    assert {row["kind"] for row in answer["documents"]} == {"order", "payment", "waybill", "inventory"}
    by_list_number = client.get(f"/declarations/{answer['declarations'][0]['invt_no']}").json
    assert by_list_number["declarations"] == answer["declarations"]


@each(
    "form",
    [
        pytest.param(lambda body: body, id="bare XML"),
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, id="with a byte order mark"),
        pytest.param(lambda body: wrapped(body, "FORM-ENVELOPE", mailbox(body)), id="in a DxpMsg"),
        pytest.param(in_json, id="Base64 in JSON"),
        pytest.param(in_haikou_json, id="the Haikou form"),
        pytest.param(lambda body: in_json(wrapped(body, "FORM-JSON-ENVELOPE", mailbox(body))), id="a DxpMsg in JSON"),
    ],
)
@each("content_type", ["application/xml", "application/json", "text/plain", ""])
def test_every_form_is_taken_whatever_its_content_type_says(
    client: Client, form: Callable[[bytes], bytes], content_type: str
) -> None:
    answer = client.post(form(own("311", "FORMS-1")), Content_Type=content_type)
    assert answer.status in {202, 409}  # the same envelope id comes again with another guid inside
    assert answer.status == 202 or answer.codes == ["transmission-id-reused"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><l>&j;</l>"
).encode()
REFUSED: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "not-xml"),
    "not XML": (b"hello", 400, "not-xml"),
    "a picture": (b"\x89PNG\r\n" + bytes(range(256)), 400, "not-xml"),
    "cut off": (sample("311")[:-30], 400, "not-well-formed"),
    "a DTD": (b'<?xml version="1.0"?><!DOCTYPE a><a/>', 400, "document-type"),
    "an entity bomb": (BOMB, 400, "document-type"),
    "an outside entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400, "document-type"),
    "GB18030": (sample("311").replace(b"UTF-8", b"GB18030"), 415, "wrong-encoding"),
    "UTF-16": (sample("311").decode().replace("UTF-8", "UTF-16").encode("utf-16"), 415, "wrong-encoding"),
    "wrong namespace": (sample("311").replace(b"chinaport.gov.cn/ceb", b"example.org/ceb"), 422, "wrong-namespace"),
    "unknown root": (b"<a/>", 422, "unknown-root"),
    "a receipt": (sample("312"), 422, "a-receipt"),
    "a broken envelope": (b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"/>', 422, "envelope-missing"),
    "a truncated envelope": (wrapped(sample("311"), "CUT", "DXPENT0000000001")[:-40], 400, "not-well-formed"),
    "an envelope whose content was truncated": (
        wrapped(sample("311")[:-30], "CUT", "DXPENT0000000001"),
        400,
        "not-well-formed",
    ),
    "an envelope that is not Base64": (
        wrapped(b"", "CUT", "DXPENT0000000001").replace(b"<Data></Data>", b"<Data>*</Data>"),
        400,
        "envelope-base64",
    ),
    "broken JSON": (b'{"data": ', 400, "json-broken"),
    "deep JSON": (b'{"data":' + b"[" * 50_000, 400, "json-broken"),
    "JSON of another form": (b'{"date": "AAAA"}', 400, "json-without-data"),
    "JSON with a number": (b'{"data": 1}', 400, "json-without-data"),
    "a list of JSON": (b'[{"data": "AAAA"}]', 400, "json-not-object"),
    "a text of JSON": (b'"PGEvPg=="', 400, "json-not-object"),
    "a text that only begins like a list": (b"[ERROR] no message", 400, "not-xml"),
    "XML as a text of JSON": (json.dumps(sample("311").decode()).encode(), 400, "json-escaped"),
    "JSON that is not Base64": (b'{"data": "*"}', 400, "json-base64"),
    "JSON whose message is no object": (b'{"Message": [1]}', 400, "json-without-data"),
    "JSON without Base64's characters": ('{"data": "单"}'.encode(), 400, "json-base64"),
    "JSON around XML": (json.dumps({"data": sample("311").decode()}).encode(), 400, "json-data-xml"),
    "JSON around nothing": (b'{"data": " "}', 400, "json-data-empty"),
    "JSON around Base64 of Base64": (in_json(b64encode(sample("311"))), 400, "json-base64-twice"),
    "an envelope without its namespace": (
        wrapped(sample("311"), "BARE", "DXPENT0000000001").replace(b' xmlns="http://www.chinaport.gov.cn/dxp"', b""),
        422,
        "envelope-namespace",
    ),
    "an envelope around XML": (
        wrapped(b"", "XML", "DXPENT0000000001").replace(b"<Data></Data>", b"<Data><CEB311Message/></Data>"),
        422,
        "envelope-data-xml",
    ),
    "JSON around nothing known": (in_json(b"<a/>"), 422, "unknown-root"),
}


@each(
    ("body", "code", "found"),
    [
        (b"[]", "json-not-object", "array"),
        (b' ["AAAA", "BBBB"]', "json-not-object", "array"),
        (b'"PGEvPg=="', "json-not-object", "string"),
        (b"17", "json-not-object", "number"),
        (b"true", "json-not-object", "boolean"),
        (b"null", "json-not-object", "null"),
        (b"{}", "json-without-data", "{}"),
        (b'{"date": "AAAA", "ver": 1}', "json-without-data", "date, ver"),
        (b'{"messages": ["AAAA"]}', "json-without-data", "messages"),
        (b'{"date": "' + b"A" * 5_000 + b'"}', "json-without-data", "{…}"),
        (b'{"data": ["AAAA"]}', "json-without-data", "data: array"),
        (b'{"data": null}', "json-without-data", "data: null"),
        (b'{"Message": 1}', "json-without-data", "Message: number"),
        (b'{"Message": {"MessageHead": {}}}', "json-without-data", "Message.MessageHead"),
        (b'{"Message": {"MessageBody": {"data": 1}}}', "json-without-data", "Message.MessageBody.data: number"),
        (b'{"Message": {"MessageBody": {}}}', "json-without-data", "Message.MessageBody.{}"),
    ],
)
def test_json_without_a_message_is_answered_with_what_came_and_what_is_expected(
    client: Client, body: bytes, code: str, found: str
) -> None:
    answer = client.post(body, Content_Type="application/json")
    (finding,) = answer.json["findings"]
    assert (answer.status, finding["code"], finding["found"]) == (400, code, found)
    assert finding["expected"] == '{"data": "<Base64>"}' and found in finding["en"] and found in finding["zh"]
    assert '{"data": "<Base64>"}' in finding["remedy_en"]


@each("case", REFUSED)
def test_what_cannot_be_opened_is_refused_with_a_finding_and_kept(
    client: Client, served_window: Window, case: str
) -> None:
    body, status, code = REFUSED[case]
    documents = _documents(served_window)
    answer = client.post(body)
    assert (answer.status, answer.codes[:1]) == (status, [code])
    finding = answer.json["findings"][0]
    assert finding["zh"] and finding["en"] and finding["remedy_zh"] and finding["remedy_en"]
    kept = client.get(f"/messages/{answer.json['id']}").json
    assert (kept["state"] == "refused" and kept["size"] == len(body)) or "json" in case.lower()
    assert [row["code"] for row in kept["findings"]] == answer.codes
    assert _documents(served_window) == documents
    as_it_came = client.get(f"/messages/{answer.json['id']}/body").body
    assert as_it_came == body or case == "JSON around nothing known"


def _documents(window: Window) -> int:
    return int(fetch(window.engine, select(func.count()).select_from(document)).scalar() or 0)


@each(
    "headers, status, code",
    [
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "multipart"),
        ({"Content-Encoding": "gzip"}, 415, "content-encoding"),
        ({"Content-Type": "application/xml; charset=gbk"}, 415, "wrong-encoding"),
    ],
)
def test_headers_that_make_a_body_unfit_are_reported(
    client: Client, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(zlib.compress(sample("311")), **headers)
    assert (answer.status, answer.codes) == (status, [code])


def _endless(size: int, start: bytes = b"") -> Iterator[bytes]:
    yield start
    for _ in range(size // 100_000):
        yield b" " * 100_000


LARGE = 40 * CAP


@each("length", [None, LARGE], ids=["streamed", "announced"])
def test_a_body_above_the_cap_is_refused_and_only_its_beginning_is_kept(client: Client, length: int | None) -> None:
    start = b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp"><TransInfo><SenderId>DXPENT0000000009</SenderId>'
    answer = client.post(_endless(LARGE, start) if length is None else start.ljust(length))
    assert (answer.status, answer.codes) == (413, ["too-large"])
    kept = client.get(f"/messages/{answer.json['id']}").json
    assert kept["size"] >= LARGE and kept["sender"] == "DXPENT0000000009"
    assert client.get(f"/messages/{answer.json['id']}/body").body == start.ljust(4_096)


def test_a_message_just_above_the_cap_is_refused_in_every_form(client: Client) -> None:
    for body in (sample("311").ljust(CAP + 1), in_json(sample("311").ljust(CAP + 1))):
        answer = client.post(body)
        assert (answer.status, answer.codes) == (413, ["too-large"])
        kept = client.get(f"/messages/{answer.json['id']}").json
        assert (kept["size"], kept["sender"]) == (CAP + 1, mailbox(sample("311")))
    assert client.post(in_json(own("311", "LARGEST").ljust(CAP))).status == 202


def test_the_same_transmission_again_is_answered_with_its_first_id(client: Client) -> None:
    body = own("311", "TWICE-1")
    first, second = client.post(body), client.post(body)
    assert (first.status, second.status) == (202, 202)
    assert first.json["id"] == second.json["id"]
    assert (first.json["repeated"], second.json["repeated"]) == (False, True)


def test_the_same_id_with_other_bytes_is_a_conflict_and_changes_nothing(client: Client) -> None:
    body = own("311", "CONFLICT-1")
    first = client.post(body)
    answer = client.post(body.replace(b"CONFLICT-1", b"CONFLICT-2"))
    assert (answer.status, answer.codes) == (409, ["transmission-id-reused"])
    assert client.get(f"/messages/{first.json['id']}").json["state"] != "refused"
    shown = client.get("/declarations/CONFLICT-2").json
    assert (shown["declarations"], shown["documents"]) == ([], [])
    assert [found["findings"][0]["code"] for found in shown["undeclared"]] == ["transmission-id-reused"]
    assert client.post(body).json["id"] == first.json["id"]


CEB900: dict[str, tuple[bytes, str]] = {
    "101 documents": (again(many("311", 101)), "-301015"),
    "an amount beyond 64 bits": (own("311", "HUGE").replace(b">300.00<", b">99999999999999.00000<"), "-0002"),
    "a wrong type in one field": (again(sample("311", goodsValue="much")), "-0002"),
    "a message whose name is longer than a CEB900 can say": (
        (SAMPLES / "RefundReconciliationMessage.xml").read_bytes().replace(b"<ceb:appType>1</ceb:appType>", b""),
        "-0002",
    ),
}


@each("case", CEB900)
def test_what_the_schema_refuses_is_accepted_and_answered_by_one_ceb900(
    client: Client, server: Server, case: str
) -> None:
    body, status = CEB900[case]
    body = body.replace(mailbox(body).encode(), f"DXPENT{zlib.crc32(case.encode()):010d}".encode())
    answer = client.post(body)
    assert answer.status == 202
    assert server.runtime.wait_until_settled(PATIENCE)
    counts = client.get(f"/receipts?mailbox={mailbox(body)}").json["receipts"]
    assert [(receipt["type"], receipt["status"]) for receipt in counts] == [("CEB900Message", status)]
    kept = client.get(f"/messages/{answer.json['id']}").json
    assert kept["state"] == "invalid" and kept["findings"]
    assert (counts[0]["status_zh"], counts[0]["status_en"]) == ("校验失败", "check failed")
    assert re.search("[\u4e00-\u9fff]", counts[0]["info_zh"])
    assert kept["findings"][0]["en"] in counts[0]["info_en"]
    assert not re.search("[\u4e00-\u9fff]", counts[0]["info_en"])
    assert "returnInfoEnglish" not in {**counts[0]["values"]} and b"nglish" not in counts[0]["xml"].encode()


def with_guid(body: bytes, guid: bytes) -> bytes:
    return re.sub(rb'(Message[^>]* guid=")[^"]*', rb"\g<1>" + guid, body, count=1)


@each(("receiver", "codes"), [(envelope.IMPORT_NODE, []), (envelope.EXPORT_NODE, ["envelope-receiver"])])
@each("changes", [{}, {"goodsValue": "much"}])
def test_a_receiver_other_than_customs_is_remarked_on_in_the_answer_and_stays_with_the_message(
    client: Client, server: Server, receiver: str, codes: list[str], changes: dict[str, str]
) -> None:
    number = f"TO-{receiver}-{len(changes)}"
    body = again(sample("311", orderNo=number, **changes))
    sent = wrapped(body, number, mailbox(body)).replace(envelope.IMPORT_NODE.encode(), receiver.encode())
    answer = client.post(sent)
    assert answer.status == 202
    remarks = answer.json.get("findings", [])
    assert [remark["code"] for remark in remarks] == codes and all(remark["warning"] for remark in remarks)
    assert server.runtime.wait_until_settled(PATIENCE)
    stored = client.get(f"/messages/{answer.json['id']}").json
    assert stored["state"] == ("invalid" if changes else "read")
    assert [finding["code"] for finding in stored["findings"] if finding["warning"]] == codes
    assert any(not finding["warning"] for finding in stored["findings"]) is bool(changes)
    page = client.call("GET", f"/messages/{answer.json['id']}?lang=en").body.decode()
    assert (">warning</span>" in page) is bool(codes)


def test_a_joined_key_is_nobody_elses(client: Client, server: Server) -> None:
    filing = (SAMPLES / "StockFilingMessage.xml").read_text("utf-8")
    box = "DXPENT4000000001"
    for area, cop_no in (("3702W|6000", "C"), ("3702W", "6000|C"), ("3702W%7C6000", "C")):
        body = filing
        for name, value in {"areaCode": area, "copNo": cop_no, "dxpId": box}.items():
            body = re.sub(rf"(<ceb:{name}>)[^<]*", rf"\g<1>{value}", body)
        client.post(again(body.encode()))
    assert server.runtime.wait_until_settled(PATIENCE)
    counts = client.get(f"/receipts?mailbox={box}").json["receipts"]
    assert [receipt["status"] for receipt in counts if receipt["status"] != "120"] == ["2", "2", "2"]


def test_a_sandbox_may_have_a_chinese_name(client: Client, served_window: Window) -> None:
    served_window.make_sandbox("沙箱", Options())
    assert client.get("/receipts?mailbox=A", X_Sandbox="沙箱".encode().decode("latin-1")).status == 200


def test_messages_without_an_id_are_not_taken_for_each_other(client: Client) -> None:
    first, second = (with_guid(own("311", f"NO-ID-{number}"), b"") for number in "12")
    assert [client.post(body).status for body in (first, second)] == [202, 202]
    assert client.post(first).json["repeated"] is True


@each("address", ["", "  ", "DXPENT01;DXPENT02", "x" * 31, "中" * 30, "DXP ENT"])
def test_a_sender_whom_no_receipt_could_reach_is_informed_at_once(client: Client, address: str) -> None:
    body = own("311", "UNREACHED").replace(mailbox(sample("311")).encode(), address.encode())
    answer = client.post(body)
    assert answer.status == 422 and answer.codes[0] == "no-address"
    assert client.call("POST", "/api/v1/validate", body).codes[0] == "no-address"


def subscribed(number: str, chosen: list[tuple[str, str]]) -> bytes:
    """A message with these subscriptions: status and mailbox."""
    wanted = "".join(
        f"<ceb:BaseSubscribe><ceb:status>{status}</ceb:status><ceb:dxpMode>DXP</ceb:dxpMode>"
        f"<ceb:dxpAddress>{box}</ceb:dxpAddress></ceb:BaseSubscribe>"
        for status, box in chosen
    )
    return re.sub(rb"<ceb:BaseSubscribe>.*</ceb:BaseSubscribe>", wanted.encode(), own("311", number), flags=re.DOTALL)


def test_a_subscription_reaches_one_mailbox_and_none_that_cannot_be(client: Client, server: Server) -> None:
    chosen = [
        ("RET", " DXPENT3000000001 "),
        ("ALL", "DXPENT3000000002;DXPENT3000000003"),
        ("DATA", "L" * 100),
        ("ALL", ""),
        ("DATA", "DXPENT3000000001"),
    ]
    body = subscribed("SUBSCRIBED", chosen)
    answer = client.call("POST", "/api/v1/validate", body).json
    assert [finding["code"] for finding in answer["findings"]] == ["subscription-unheard"] * 3 and answer[
        "valid"
    ] is True
    assert client.post(body).status == 202
    assert server.runtime.wait_until_settled(PATIENCE)
    counts = [
        len(client.get(f"/receipts?mailbox=DXPENT300000000{number}").json.get("receipts", [])) for number in (1, 2, 3)
    ]
    assert counts == [2, 0, 0]


def test_sandboxes_do_not_see_each_other(client: Client) -> None:
    body = own("311", "SANDBOX-1")
    first = client.post(body)
    assert client.get(f"/messages/{first.json['id']}", X_Sandbox="other").status == 404
    there = client.post(body, X_Sandbox="other")
    assert there.status == 202 and there.json["id"] != first.json["id"] and not there.json["repeated"]


def test_an_unknown_sandbox_is_refused_with_those_that_exist(client: Client) -> None:
    for answer in (
        client.post(sample("311"), X_Sandbox="nowhere"),
        client.post(b"{", X_Sandbox="nowhere"),
        client.get("/receipts?mailbox=A", X_Sandbox="nowhere"),
        client.get("/messages/1", X_Sandbox="nowhere"),
        client.get("/declarations/1", X_Sandbox="nowhere"),
    ):
        assert (answer.status, answer.codes) == (404, ["unknown-sandbox"])
        assert "main, other" in answer.json["findings"][0]["en"]


def test_a_message_is_given_back_as_it_came_and_never_as_a_page(client: Client) -> None:
    body = own("311", "BODY-1")
    answer = client.get(f"/messages/{client.post(in_json(body)).json['id']}/body")
    assert answer.body == body
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_nothing_is_written_for_a_refused_transmission_that_would_stop_its_correction(
    client: Client, served_window: Window
) -> None:
    body = own("311", "CORRECTED-1")
    assert client.post(body[:-30]).status == 400
    accepted = client.post(body)
    assert accepted.status == 202
    state = fetch(served_window.engine, select(message.c.state).where(message.c.id == accepted.json["id"])).scalar()
    assert state in {"received", "read"}


def test_base64_may_be_broken_into_lines(client: Client) -> None:
    data = b64encode(own("311", "LINES-1")).decode()
    lines: Any = "\r\n".join(data[at : at + 76] for at in range(0, len(data), 76))
    assert client.post(json.dumps({"data": lines}).encode()).status == 202


def test_nothing_is_made_of_what_else_stands_in_the_json_around_a_message() -> None:
    """Millions of lists beside the message take hardly more than their bytes, whatever the machine's speed."""
    app = Flask(__name__)
    much = b'{"x":[' + b"[]," * 1_000_000 + b'[]],"data":"QQ=="}'
    with app.test_request_context("/api/v1/messages", method="POST", data=much, content_type="application/json"):
        tracemalloc.start()
        assert bodies.take(len(much)) == b"A"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 * len(much), peak
