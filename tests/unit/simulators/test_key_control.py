"""The stand-in for the client control: hello, envelope, methods, blocks, errors, and what both kinds of clients do."""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha1
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from schemas.signature import keys
from schemas.signature.algorithms import DIALECTS, METHODS, DigestAlgorithm, Key, digest_of
from schemas.signature.certificates import read_text
from tools.key_control import blocks
from tools.key_control.__main__ import key_control
from tools.key_control.cards import Card, make_card
from tools.key_control.server import KeyControl

PAYMENT = (
    '"sessionID":"DEMO0000-0000-4000-8000-000000000001"||"payExchangeInfoHead":"{"guid":"0A1B2C3D-0000-4000-8000-00000000'
    '0001","initalRequest":"req-demo","initalResponse":"ok","ebpCode":"0000000000","payCode":"1111111111","payTransaction'
    'Id":"DEMO-PAY-1","totalAmount":88.5,"currency":"142","verDept":"3","payType":"1","tradingTime":"20300102030405","not'
    'e":""}"||"payExchangeInfoLists":"[{"orderNo":"DEMO-1","goodsInfo":[{"gname":"演示商品","itemLink":"http://shop.example'
    '/i/1"}],"recpAccount":"ACC-1","recpCode":"","recpName":"演示公司"}]"||"serviceTime":"1893553445000"'
)
PIN = "88888888"


@contextmanager
def _serving(card: Card, **options: Any) -> Iterator[KeyControl]:
    control = KeyControl(card, 0, **options)
    thread = Thread(target=control.run)
    thread.start()
    try:
        yield control
    finally:
        control.close()
        thread.join()


@pytest.fixture(scope="module", params=list(Key))
def served(request: pytest.FixtureRequest) -> Iterator[tuple[Card, KeyControl]]:
    card = make_card(request.param, "3301960A01")
    with _serving(card) as control:
        yield card, control


@contextmanager
def opened(control: KeyControl, **options: Any) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{control.port}/", **options) as connection:
        hello = json.loads(connection.recv())
        assert (hello["_id"], hello["_method"], hello["_status"]) == (0, "open", "00")
        yield connection


def ask(connection: ClientConnection, method: str, number: Any = 1, **arguments: Any) -> dict[str, Any]:
    connection.send(json.dumps({"_method": method, "_id": number, "args": arguments}))
    answer: dict[str, Any] = json.loads(connection.recv())
    assert answer["_method"] == method and answer["_status"] == "00"
    return answer


def data(connection: ClientConnection, method: str, **arguments: Any) -> list[Any]:
    answer = ask(connection, method, **arguments)["_args"]
    assert answer["Result"] and not answer["Error"], answer
    result: list[Any] = answer["Data"]
    return result


def error(connection: ClientConnection, method: str, **arguments: Any) -> list[str]:
    answer = ask(connection, method, **arguments)["_args"]
    assert not answer["Result"] and answer["Data"] == []
    result: list[str] = answer["Error"]
    return result


def test_a_payment_string_has_the_bytes_of_the_sheet() -> None:
    assert (len(PAYMENT), len(PAYMENT.encode())) == (557, 573)
    assert sha1(PAYMENT.encode()).hexdigest() == "e3cc19adb533832676e0b70d47c1b363da241acc"
    assert digest_of(DigestAlgorithm.SM3, PAYMENT.encode()).hex() == (
        "f390b7a7af76872a1ecd0ff085721cdffc1961dc7e1ff0e17db52990370a1d5f"
    )


def test_checks_of_blocks_are_those_of_the_control() -> None:
    assert (blocks.check("123456789"), blocks.check("海关")) == ("374B", "67A5")


def test_what_it_signs_is_utf8_of_the_text_and_verifies(served: tuple[Card, KeyControl]) -> None:
    card, control = served
    with opened(control) as connection:
        value, number = data(connection, "cus-sec_SpcSignDataAsPEM", inData=PAYMENT, passwd=PIN)
        certificate = read_text(data(connection, "cus-sec_SpcGetSignCertAsPEM")[0])
        assert len(value) == (172 if card.certificate.kind is Key.RSA else 88)
        assert number == certificate.number == data(connection, "cus-sec_SpcGetCertNo")[0]
        method = METHODS[DIALECTS["rsa-sha1" if card.certificate.kind is Key.RSA else "sm2"].method]
        assert keys.verify(certificate.key, method, PAYMENT.encode(), b64decode(value))
        assert data(connection, "cus-sec_SpcVerifySignData", inData=PAYMENT, signData=value) == ["成功!"]
        assert error(connection, "cus-sec_SpcVerifySignData", inData=PAYMENT + "\n", signData=value)
        again = data(connection, "cus-sec_SpcSignPemDataAsPem", inData=b64encode(PAYMENT.encode()).decode(), passwd=PIN)
        assert (again[0] == value) is (card.certificate.kind is Key.RSA)


def test_digests_are_of_the_cards_algorithm(served: tuple[Card, KeyControl]) -> None:
    card, control = served
    with opened(control) as connection:
        expected = (
            "A9993E364706816ABA3E25717850C26C9CD0D89D"
            if card.certificate.kind is Key.RSA
            else ("66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0")
        )
        assert data(connection, "cus-sec_SpcSHA1Digest", szInfo="abc") == [expected]


def test_it_says_who_holds_the_card(served: tuple[Card, KeyControl]) -> None:
    card, control = served
    with opened(control) as connection:
        parts = data(connection, "cus-sec_SpcGetCardUserInfo")[0].split("||")
        assert (parts[0], parts[5], len(parts[12])) == (card.certificate.number, card.number, 14)
        assert data(connection, "cus-sec_SpcGetValidTimeFromCert") == [
            {"szStartTime": "20200101080000", "szEndTime": "20400101080000"}
        ]
        assert data(connection, "cus-sec_SpcGetEntID") == ["3301960A01"]
        assert data(connection, "ra_Is903Reader") == ["0"]


@pytest.mark.parametrize(("sent", "answered"), [(1, 1), ("1", 1), (0, 0), ("a-7", "a-7"), (None, 0), (True, 0)])
def test_ids_come_back(served: tuple[Card, KeyControl], sent: Any, answered: Any) -> None:
    with opened(served[1]) as connection:
        assert ask(connection, "cus-sec_SpcGetCertNo", sent)["_id"] == answered


def test_clients_may_send_before_they_read_and_in_binary_frames(served: tuple[Card, KeyControl]) -> None:
    with connect(f"ws://127.0.0.1:{served[1].port}") as connection:
        for number in range(1, 4):
            call = {"_id": number, "_method": "cus-sec_SpcGetCardID", "args": {}}
            connection.send(json.dumps(call).encode(), text=False)
        assert [json.loads(connection.recv())["_id"] for _ in range(4)] == [0, 1, 2, 3]


def test_a_large_request_goes_in_blocks(served: tuple[Card, KeyControl]) -> None:
    request = json.dumps(
        {"_method": "cus-sec_SpcEncodePEM", "_id": 5, "args": {"inData": "海" * 50_000}}, ensure_ascii=False
    )
    frames = blocks.split(request, "0A1B2C3D-0000-4000-8000-000000000001")
    assert len(frames) == 2
    with opened(served[1]) as connection:
        connection.send(frames[0][:-1] + "x")
        again = json.loads(connection.recv())
        assert again["_method"] == "_nextBlock" and again["_args"]["Result"] is False
        assert again["_args"]["Data"][0]["next"] == 0
        for number, frame in enumerate(frames, 1):
            connection.send(frame)
            query = json.loads(connection.recv())["_args"]["Data"][0]
            assert (query["next"], query["finish"]) == (number, number == len(frames))
        answer = json.loads(connection.recv())
        assert answer["_id"] == 5 and b64decode(answer["_args"]["Data"][0]).decode() == "海" * 50_000


def _zeros(at: int, width: int) -> Callable[[str], str]:
    return lambda frame: frame[:at] + "9" * width + frame[at + width :]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "x",
        "[]",
        "{",
        '{"_method":1}',
        '{"_method":"ver","args":[]}',
        "{" * 5000,
        "BLOCKTXT",
        "BLOCKTXT" + "0" * 120,
        _zeros(16, 16)(blocks.split("{}", "g")[0]),
        _zeros(76, 4)(blocks.split("{}", "g")[0]),
    ],
)
def test_hostile_frames_are_answered_and_the_connection_goes_on(served: tuple[Card, KeyControl], frame: str) -> None:
    with opened(served[1]) as connection:
        connection.send(frame)
        assert json.loads(connection.recv())["_args"]["Result"] is False
        assert data(connection, "ver")


def test_a_frame_that_is_too_large_ends_the_connection(served: tuple[Card, KeyControl]) -> None:
    with opened(served[1]) as connection:
        connection.send("{" + "x" * (1 << 20))
        with pytest.raises(ConnectionClosed):
            connection.recv()
    with opened(served[1]) as connection:
        assert data(connection, "ver")


def test_errors_come_on_demand_and_in_their_words() -> None:
    with _serving(make_card(Key.RSA, "3301960A01")) as control, opened(control) as connection:
        data(connection, "test_fail", codes="50200 50070")
        assert error(connection, "cus-sec_SpcGetCertNo") == [
            "[读卡器底层库]打开读卡器失败:错误码=50200",
            "Err:Custom50200",
        ]
        assert error(connection, "cus-sec_SpcGetCertNo")[1] == "Err:Custom50070"
        assert data(connection, "cus-sec_SpcGetCertNo")
        assert error(connection, "cus-sec_SpcSignDataAsPEM", passwd=PIN)[1] == "Err:Base50000"
        assert error(connection, "cus-sec_NoSuch")[1] == "Err:Base50404"
        assert error(connection, "cus-sec_SpcDecodePEM", inData="*")[1] == "Err:Custom51500"


def test_wrong_pins_lock_the_card() -> None:
    with _serving(make_card(Key.RSA, "3301960A01")) as control, opened(control) as connection:
        sign = {"inData": "x"}
        assert "输入口令错误" in error(connection, "cus-sec_SpcSignDataAsPEM", **sign)[0]
        data(connection, "cus-sec_SpcVerifyPIN", passwd=PIN)
        assert len(data(connection, "cus-sec_SpcSignDataAsPEM", **sign)) == 2
        for _ in range(4):
            locked = error(connection, "cus-sec_SpcVerifyPIN", passwd="00000000")
        assert "卡已锁死" in locked[0]
        assert "卡已锁死" in error(connection, "cus-sec_SpcSignDataAsPEM", passwd=PIN, **sign)[0]


def test_only_pages_of_a_known_origin_may_use_it() -> None:
    with _serving(make_card(Key.RSA, "3301960A01"), origins=["https://erp.example"]) as control:
        with opened(control, origin="https://erp.example"), opened(control):
            pass
        with pytest.raises(InvalidStatus):
            connect(f"ws://127.0.0.1:{control.port}", origin="https://other.example")


def test_connections_share_one_card_which_does_one_thing_after_another() -> None:
    card = make_card(Key.RSA, "3301960A01")
    with _serving(card) as control, opened(control) as result, opened(control) as other:
        for connection in (result, other):
            for number in range(5):
                connection.send(
                    json.dumps(
                        {"_id": number, "_method": "cus-sec_SpcSignDataAsPEM", "args": {"inData": "x", "passwd": PIN}}
                    )
                )
        for connection in (result, other):
            assert [json.loads(connection.recv())["_id"] for _ in range(5)] == list(range(5))


def test_without_its_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tools.key_control.server")
    monkeypatch.setitem(sys.modules, "websockets.exceptions", None)
    result = CliRunner().invoke(key_control, ["--port", "0"])
    assert (result.exit_code, "pip install websockets" in result.output) == (1, True)
