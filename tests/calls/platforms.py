"""A platform that uploads original payment data (announcement 179): makes them, signs them by itself, posts them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import urllib3
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from schemas.signature import keys
from schemas.signature.algorithms import DigestAlgorithm
from schemas.signature.sm2 import Sm2Key
from simulators.entry.windows import SampleTrade, SandboxClient

ADDRESS = "/ceb2grab/grab/realTimeDataUpload"
SIGNED = ("sessionID", "payExchangeInfoHead", "payExchangeInfoLists", "serviceTime")
Data = dict[str, Any]


class UploadedAnswer(NamedTuple):
    """The answer to an upload: code, message, and the window's time in milliseconds."""

    code: str
    message: str
    time: int


class Platform:
    """A platform with a certificate of its own, which posts to one window."""

    def __init__(self, url: str, sandbox: SandboxClient, company: str, algorithm: str = "rsa") -> None:
        """Have a certificate of the company issued in the sandbox."""
        made = sandbox.call("POST", "/certificates", json={"company": company, "algorithm": algorithm})
        self.number, self.sandbox = str(made["number"]), sandbox
        self._key = keys.from_pem(made["key"].encode(), own=True)
        self._url, self._pool = url, urllib3.PoolManager(retries=False)

    def signed(self, data: Data, text: str = "", *, spaced: bool = False, **others: Any) -> str:
        """Data with the signature of a text, by default of the right one, as they are uploaded; `spaced`: with white
        space between the signs of the JSON."""
        value = b64encode(self._signature((text or text_of(data)).encode())).decode()
        whole = {**data, "certNo": self.number, "signValue": value, **others}
        return json.dumps(whole, ensure_ascii=False) if spaced else compact(whole)

    def _signature(self, text: bytes) -> bytes:
        if isinstance(self._key, Sm2Key):
            return keys.sign(self._key, DigestAlgorithm.SM3, text)
        return self._key.sign(text, padding.PKCS1v15(), hashes.SHA1())

    def upload(self, body: str, field: str = "payExInfoStr", sandbox: str = "") -> UploadedAnswer:
        """Upload a body for a sandbox, which the header names, or the path where another is asked for."""
        path = f"/sandboxes/{sandbox}{ADDRESS}" if sandbox else ADDRESS
        answer = self._pool.request_encode_body(
            "POST",
            self._url.rstrip("/") + path,
            {field: body},
            headers={"X-Sandbox": self.sandbox.name},
            encode_multipart=False,
        )
        said = json.loads(answer.data)
        return UploadedAnswer(said["code"], said["message"], said["serviceTime"])


def right_data(trade: SampleTrade, session: str, now: int) -> Data:
    """Right payment data of a trade in a session, unsigned."""
    head = {
        "guid": "0A1B2C3D-0000-4000-8000-000000000001",
        "initalRequest": "pay?total=1",
        "initalResponse": "ok",
        "ebpCode": trade.value("ebpCode", "411"),
        "payCode": trade.value("payCode", "411"),
        "payTransactionId": "DEMO-PAY-1",
        "totalAmount": float(trade.value("amountPaid", "411")),
        "currency": "142",
        "verDept": "3",
        "payType": "1",
        "tradingTime": "20261124080000",
        "note": "",
    }
    return {
        "sessionID": session,
        "payExchangeInfoHead": head,
        "payExchangeInfoLists": [list_of(trade.order_no)],
        "serviceTime": str(now),
    }


def list_of(order_no: str) -> Data:
    """The goods bought by one order."""
    return {
        "orderNo": order_no,
        "goodsInfo": [{"gname": "演示商品", "itemLink": "http://shop.example/i/1"}],
        "recpAccount": "ACC-1",
        "recpCode": "",
        "recpName": "演示公司",
    }


def compact(value: Any) -> str:
    """JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def text_of(data: Mapping[str, Any]) -> str:
    """The text to sign."""
    return "||".join(f'"{name}":"{_plain(value)}"' for name, value in data.items())


def _bare(data: Data, *names: str) -> str:
    return "||".join(
        f'"{name}":{_plain(value)}' if name in names else text_of({name: value}) for name, value in data.items()
    )


WRONGLY_SIGNED: Mapping[str, Callable[[Data], str]] = {
    "white-space": lambda data: "||".join(
        f'"{name}":"{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"'
        for name, value in data.items()
    ),
    "unquoted": lambda data: _bare(data, *SIGNED[1:3]),
    "service-time-unquoted": lambda data: _bare(data, SIGNED[3]),
    "all-unquoted": lambda data: _bare(data, *SIGNED),
    "number": lambda data: text_of(data).replace('"totalAmount":327.3,', '"totalAmount":327.30,'),
    "order-of-parts": lambda data: text_of(dict(reversed(data.items()))),
    "escaped": lambda data: "||".join(f'"{name}":{compact(_plain(value))}' for name, value in data.items()),
    "old-name": lambda data: text_of(data).replace('"payExchangeInfoLists":', '"payExchangeInfoList":'),
    "newline": lambda data: f"{text_of(data)}\n",
    "joined": lambda data: text_of(data).replace('"||"', '"|"'),
}
"""Texts that are signed instead of the right one, by the name of what is wrong with them."""
