"""A platform as announcement 179 wants it: takes `openReq` at an address of its own, makes and signs payment data."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from declarations.money import decimal_of, scaled_from_text
from schemas.payment_data.signing import METHODS
from schemas.signature import keys
from simulators.imports.trade import ImportTrade
from single_window.master_data.certificates import IssuedCertificate
from tests.receivers import Answer, Posted, status

GOOD = json.dumps({"code": "10000", "message": "", "serviceTime": 1}).encode()


def confirms(body: bytes = GOOD, code: int = 200) -> Answer:
    """What a platform says at once."""
    return status(code, body, **{"Content-Type": "application/json"})


def form_of(posted: Posted) -> dict[str, str]:
    """What a platform is asked, as it reads the form."""
    query = parse_qs(posted.body.decode("ascii"), strict_parsing=True)
    answer: dict[str, str] = json.loads(html.unescape(query["openReq"][0]))
    return answer


def data_of(trade: ImportTrade, session_id: str, service_time: int, **changes: Any) -> dict[str, Any]:
    """Right payment data of a trade, unsigned; `changes` alter the head."""
    payment = trade.document("payment").head
    paid = decimal_of(scaled_from_text(payment["amountPaid"]))
    amount = int(paid) if paid == int(paid) else float(paid)
    head = {
        "guid": "0A1B2C3D-0000-4000-8000-000000000001",
        "initalRequest": "pay?total=1",
        "initalResponse": "ok",
        "ebpCode": payment["ebpCode"],
        "payCode": payment["payCode"],
        "payTransactionId": "DEMO-PAY-1",
        "totalAmount": amount,
        "currency": "142",
        "verDept": "3",
        "payType": "1",
        "tradingTime": "20300102030405",
        "note": "",
        **changes,
    }
    lists = [
        {
            "orderNo": trade.id,
            "goodsInfo": [{"gname": "演示商品", "itemLink": "http://shop.example/i/1"}],
            "recpAccount": "ACC-1",
            "recpCode": "",
            "recpName": "演示公司",
        }
    ]
    return {
        "sessionID": session_id,
        "payExchangeInfoHead": head,
        "payExchangeInfoLists": lists,
        "serviceTime": str(service_time),
    }


def compact(value: Any) -> str:
    """JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_of(data: dict[str, Any]) -> str:
    """What is to be signed."""
    return "||".join(
        f'"{name}":"{value if isinstance(value, str) else compact(value)}"' for name, value in data.items()
    )


def signed(data: dict[str, Any], by: IssuedCertificate, text: Callable[[dict[str, Any]], str] = text_of) -> str:
    """Payment data with the signature of what `text` makes of them, as they are uploaded."""
    method = METHODS[by.certificate.kind]
    value = keys.sign(by.key, method.digest, text(data).encode())
    return compact({**data, "certNo": by.certificate.number, "signValue": b64encode(value).decode()})


def handler_of(answers: list[Answer]) -> Answer:
    """One answer after the other."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        answers.pop(0)(handler)

    return answer
