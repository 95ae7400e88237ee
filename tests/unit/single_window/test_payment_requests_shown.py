"""Payment data over HTTP, on pages and by command: asked, uploaded by a real platform, shown with what is wrong."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from serving_http import TRADE, Answer, Client, sample

from declarations.calendar import DAY
from gateways.circumstances import Options
from schemas.signature.algorithms import Key
from single_window.api.server.listener import bind
from single_window.master_data import certificates
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import window_in
from tests.platforms import confirms, form_of, signed, text_of
from tests.receivers import Receiver
from tests.tables import each

ORDER, PLATFORM, PAYER = "DD202206010001", "3702960001", "3702960003"
UPLOAD = "/ceb2grab/grab/realTimeDataUpload"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


class Shop:
    """A window with one trade that waits, and its platform, which answers of itself once `begin` was called."""

    def __init__(self, data: Path) -> None:
        self.window: Window = window_in(data, webhook_private=1)
        self.window.make_sandbox("other", Options())
        self.window.set_options("main", require_179=True, inspection=False)
        self.card = certificates.issue(self.window, "main", PLATFORM, Key.RSA, since=self.window.now("main") - DAY)
        self.receiver = Receiver(*[self._confirm] * 99)
        self.server = Server(self.window, bind("127.0.0.1", 0), folders=False)
        self.text: Callable[[dict[str, Any]], str] = text_of
        self.uploads: list[Any] = []

    def _confirm(self, handler: BaseHTTPRequestHandler) -> None:
        confirms()(handler)
        Thread(target=self._upload, args=(form_of(self.receiver.posted[-1]),), daemon=True).start()

    def _upload(self, result: dict[str, str]) -> None:
        self.uploads.append(
            self.upload(signed(payment(result["sessionID"], self.window.now("main")), self.card, self.text)).json
        )

    def upload(self, body: str, path: str = UPLOAD, **headers: str) -> Answer:
        return self.client.call("POST", path, urlencode({"payExInfoStr": body}), **{**FORM, **headers})

    @property
    def client(self) -> Client:
        return Client(self.server.url)

    def requests(self) -> list[dict[str, Any]]:
        requests: list[dict[str, Any]] = self.client.get("/payment-requests").json["requests"]
        return requests

    def answered(self, count: int) -> dict[str, Any]:
        """The newest request once so many uploads were answered."""
        until(lambda: len(self.uploads) >= count, 20, f"{count} uploads")
        return self.requests()[0]


def payment(session: str, now: int) -> dict[str, Any]:
    head = {
        "guid": "0A1B2C3D-0000-4000-8000-000000000001",
        "initalRequest": "<script>alert(1)</script>",
        "initalResponse": "ok",
        "ebpCode": PLATFORM,
        "payCode": PAYER,
        "payTransactionId": "4200001",
        "totalAmount": 327.3,
        "currency": "142",
        "verDept": "3",
        "payType": "1",
        "tradingTime": "20220601090000",
        "note": "",
    }
    lists = [
        {
            "orderNo": ORDER,
            "goodsInfo": [{"gname": "奶粉", "itemLink": "https://shop.example/1"}],
            "recpAccount": "1",
            "recpCode": "",
            "recpName": "商家",
        }
    ]
    return {"sessionID": session, "payExchangeInfoHead": head, "payExchangeInfoLists": lists, "serviceTime": str(now)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("data"))
    with made.server:
        put = made.client.call(
            "PUT",
            f"/api/v1/platform-data/{PLATFORM}/address",
            json.dumps({"url": made.receiver.url}),
            Content_Type="application/json",
        )
        assert put.status == 200, put.body
        for code in TRADE:
            assert made.client.post(sample(code)).status == 202
        made.answered(1)
        yield made
    made.receiver.close()
    made.window.close()


def ask(shop: Shop, number: str = ORDER) -> Answer:
    return shop.client.call(
        "POST", "/api/v1/payment-requests", json.dumps({"order_no": number}), Content_Type="application/json"
    )


def test_payment_data_of_an_accepted_list_are_requested_and_it_continues_when_answered(shop: Shop) -> None:
    first = shop.requests()[-1]
    assert (first["order_no"], first["platform"], first["by"]) == (ORDER, PLATFORM, "customs")
    assert (first["asking"], first["verdict"], first["code"]) == ("asked", "right", "10000")
    assert shop.uploads[0] | {"serviceTime": 0} == {
        "code": "10000",
        "message": "上传成功",
        "total": 0,
        "serviceTime": 0,
    }
    answer = shop.client.get(f"/declarations/{ORDER}?wait_for=800&timeout=20").json
    assert answer["declarations"][0]["state"] == "released"


def test_what_was_signed_is_shown_beside_what_was_to_be_signed(shop: Shop) -> None:
    done = len(shop.uploads)
    shop.text = lambda data: text_of(data) + "\n"
    session = ask(shop).json["session_id"]
    shop.answered(done + 1)
    shop.text = text_of
    answer = shop.client.get(f"/payment-requests/{session}").json
    assert (answer["verdict"], [finding["code"] for finding in answer["findings"]]) == (
        "wrong",
        ["payment-signed-newline"],
    )
    assert (
        answer["signing"]["matches"] == "newline" and answer["signing"]["digest"] != answer["signing"]["signed_digest"]
    )
    page = shop.client.call("GET", f"/payment-requests/{session}?lang=en").body.decode()
    assert html.escape(answer["signing"]["expected"], quote=False).split("&lt;script")[0][-40:] in html.unescape(page)
    assert "<script>alert" not in page and "the text was signed with a line end behind it" in page
    listed = shop.client.call("GET", "/payment-requests?lang=zh").body.decode()
    assert session in listed and "不通过" in listed


def test_commands_show_the_same(shop: Shop) -> None:
    data = ["--data", str(shop.window.settings.data), "--json"]
    listed = json.loads(run_command("payment-request", "list", *data).stdout)["requests"]
    assert {row["session_id"] for row in listed} == {request["session_id"] for request in shop.requests()}
    shown = run_command("payment-request", "show", listed[-1]["session_id"], *data)
    assert json.loads(shown.stdout) == shop.client.get(f"/payment-requests/{listed[-1]['session_id']}").json
    addresses = json.loads(run_command("platform-data", "address", "list", *data).stdout)["addresses"]
    assert [(address["company"], address["url"]) for address in addresses] == [(PLATFORM, shop.receiver.url)]
    plain = run_command("payment-request", "show", listed[-1]["session_id"], *data[:2])
    assert '"sessionID":"' in plain.stdout and "right" in plain.stdout
    for command in (
        ["payment-request", "show", "x"],
        ["payment-request", "ask", "x"],
        ["platform-data", "address", "remove", "x"],
    ):
        failed = run_command(*command, *data)
        assert failed.exit_code == 1 and "Traceback" not in failed.output, failed.output


def test_an_address_that_is_removed_leaves_nothing_to_answer(shop: Shop) -> None:
    address, other = "/api/v1/platform-data/1/address", {"X_Sandbox": "other"}
    body = json.dumps({"url": shop.receiver.url})
    assert shop.client.call("PUT", address, body, Content_Type="application/json", **other).status == 200
    removed = shop.client.call("DELETE", address, **other)
    assert (removed.status, removed.body) == (204, b"") and "Content-Type" not in removed.headers
    assert shop.client.get("/platform-data/addresses", **other).json == {"addresses": []}


@each(
    ("method", "path", "body", "code"),
    [
        ("GET", "/payment-requests/x", None, "no-such-payment-request"),
        ("POST", "/payment-requests", {"order_no": "x"}, "no-such-order"),
        ("POST", "/payment-requests", {"order_no": " "}, "wrong-parameter"),
        ("PUT", "/platform-data/a;b/address", {"url": "http://example.org/"}, "platform-code"),
        ("PUT", "/platform-data/1/address", {"url": "ftp://example.org/"}, "webhook-url"),
        ("PUT", "/platform-data/1/address", {"url": "http://user@example.org/"}, "webhook-url"),
        ("DELETE", "/platform-data/1/address", None, "no-such-platform-address"),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, method: str, path: str, body: Any, code: str) -> None:
    response = shop.client.call(
        method, f"/api/v1{path}", None if body is None else json.dumps(body), Content_Type="application/json"
    )
    assert response.status in {400, 404} and response.codes == [code], response.body


@each(
    "body",
    [
        b"",
        b"payExInfoStr=",
        b"payExInfoStr=%00",
        b"payExInfoStr=%ff%fe",
        b"openReq=x",
        b"payExInfoStr=" + b"%5B" * 9_000,
        b"payExInfoStr=" + b"x" * 200_000,
        b"payExInfoStr=%7B%22sessionID%22%3A%22%5Cud800%22%7D",
        b"payExInfoStr=%7B%22sessionID%22%3A%22%5Cu0000%22%7D",
        b"&" * 2_000,
    ],
)
def test_hostile_uploads_are_answered_as_customs_does(shop: Shop, body: bytes) -> None:
    for path in (UPLOAD, f"/sandboxes/other{UPLOAD}", f"/sandboxes/nobody{UPLOAD}"):
        response = shop.client.call("POST", path, body, **FORM)
        assert (response.status, response.json["code"]) == (200, "20000"), (path, response.body)


def test_what_is_larger_than_any_upload_is_not_read(shop: Shop) -> None:
    assert shop.client.call("POST", UPLOAD, b"payExInfoStr=" + b"x" * 1_000_000, **FORM).status == 413


def test_a_session_is_known_in_its_own_sandbox_only(shop: Shop) -> None:
    body = signed(payment(shop.requests()[0]["session_id"], shop.window.now("main")), shop.card)
    for row in (
        shop.upload(body, X_Sandbox="other"),
        shop.upload(body, f"/sandboxes/other{UPLOAD}"),
        shop.upload(body, X_Sandbox="nobody"),
        shop.upload(body, f"/sandboxes/nobody{UPLOAD}"),
    ):
        assert row.json["code"] == "20000" and "sessionID" in row.json["message"], row.body
        assert "main" not in row.body.decode()
    assert shop.client.get("/payment-requests", X_Sandbox="other").json["requests"] == []
    assert shop.upload(body, f"/sandboxes/main{UPLOAD}").json["code"] in {"10000", "20000"}
