"""The uploads of original payment data that are tried: those that are wrong in some of their values, which stand in
`payment_uploads.csv`, or of which another text is signed, and those that are right, with what is remarked on."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from simulators.entry.windows import SampleTrade
from tests.calls.platforms import WRONGLY_SIGNED, Data, Platform, list_of

DAY_MS, MOST_GOODS = 86_400_000, 500
GOOD, FAILED, UNREGISTERED = "10000", "20000", "20004"
TAKEN, NOT_VERIFIED, NOT_REGISTERED = "上传成功", "上传失败，验签失败", "企业实时数据获取验签证书未在服务系统注册"
HEAD, LISTS = "payExchangeInfoHead", "payExchangeInfoLists"
SIGNATURE = ("certNo", "signValue")


class UploadOutcome(NamedTuple):
    """Code and words that answer an upload, and verdict and findings of its request."""

    code: str
    words: str
    verdict: str
    findings: str


class WrongValue(NamedTuple):
    """A wrong value of an upload whose others are right: the name of the upload, the place, the value as JSON (`"@8"`:
    a text of eight characters; empty: it is absent), the code and the beginning of the words that answer the upload,
    if the first row of it says so, and the findings, with their place where that is another one."""

    upload: str
    place: str
    value: str
    code: str
    words: str
    findings: str


class WrongUpload(NamedTuple):
    """An upload that is wrong: its wrong values, or the name of the text that is signed instead."""

    name: str
    values: Sequence[WrongValue]
    signed: str
    outcome: UploadOutcome


def table() -> Sequence[WrongUpload]:
    """All uploads that are wrong."""
    text = Path(__file__).with_name("payment_uploads.csv").read_text("utf-8")
    grouped = groupby((WrongValue(**row) for row in csv.DictReader(text.splitlines())), lambda row: row.upload)
    return [_wrong_upload(name, list(values)) for name, values in grouped] + [
        WrongUpload(name, (), name, UploadOutcome(FAILED, NOT_VERIFIED, "wrong", f"payment-signed-{name}@signValue"))
        for name in WRONGLY_SIGNED
    ]


def _wrong_upload(name: str, values: Sequence[WrongValue]) -> WrongUpload:
    findings = [
        finding if "@" in finding else f"{finding}@{_path(row.place)}"
        for row in values
        for finding in row.findings.split()
    ]
    return WrongUpload(
        name, values, "", UploadOutcome(values[0].code, values[0].words, "wrong", " ".join(sorted(findings)))
    )


def _path(place: str) -> str:
    """A place as findings name it."""
    part, _, name = place.partition(".")
    path = {"head": HEAD, "list": f"{LISTS}[1]" if name else LISTS, "goods": f"{LISTS}[1].goodsInfo[1]"}.get(part, part)
    return f"{path}.{name}" if name else path


def body_of(platform: Platform, data: Data, row: WrongUpload) -> str:
    """The upload of a row of the table, signed after it was changed."""
    others = {}
    for each in row.values:
        value = json.loads(each.value) if each.value else None
        value = "1" * int(value[1:]) if isinstance(value, str) and value.startswith("@") else value
        if each.place in SIGNATURE:
            others[each.place] = value
        else:
            data = replaced(data, each.place, value)
    text = WRONGLY_SIGNED[row.signed](data) if row.signed else ""
    return platform.signed(data, text, spaced=row.signed == "white-space", **others)


def replaced(data: Data, place: str, value: Any) -> Data:
    """Data with another value in one place: `head.guid`, `list.orderNo`, `goods.gname`, or a name of the outermost."""
    part, _, name = place.partition(".")
    lists = data[LISTS]
    first: Mapping[str, Any] = lists[0] if lists else {}
    if part == "head":
        return {**data, HEAD: {**data[HEAD], name: value} if name else value}
    if part == "list":
        return {**data, LISTS: [{**first, name: value}, *lists[1:]] if name else value}
    if part == "goods":
        goods = [{**first["goodsInfo"][0], name: value} if name else value]
        return {**data, LISTS: [{**first, "goodsInfo": goods}, *lists[1:]]}
    return {**data, place: value}


def accepted(trade: SampleTrade, other: SampleTrade, now: int) -> Mapping[str, tuple[Mapping[str, Any], str]]:
    """Changes of right data that stay right, and what is remarked on."""
    lengths = {"initalRequest": 8_000, "initalResponse": 8_000, "payTransactionId": 60, "note": 1_000, "guid": 36}
    of_list = {"recpAccount": 60, "recpCode": 18, "recpName": 100}
    of_goods = {"gname": 250, "itemLink": 3_000}
    both = [list_of(trade.order_no), list_of(other.order_no)]
    unknown = [list_of(trade.order_no), list_of("NEVER-DECLARED")]
    many = [{**list_of(trade.order_no), "goodsInfo": list_of("")["goodsInfo"] * MOST_GOODS}]
    return {
        "right values": ({}, ""),
        "the longest values": (
            {f"head.{name}": "1" * length for name, length in lengths.items()}
            | {f"list.{name}": "1" * length for name, length in of_list.items()}
            | {f"goods.{name}": "示" * length for name, length in of_goods.items()},
            "",
        ),
        "the shortest values": (
            {"head.guid": "0A1B2C3D-0000-4000-800", "head.payType": "", "head.note": None, "list.recpCode": ""}
            | {"head.verDept": "1"},
            "",
        ),
        "the sum of two payments": ({"list": both, "head.totalAmount": 654.6}, ""),
        "an order that nobody declared": (
            {"list": unknown, "head.totalAmount": 327.3},
            f"payment-unknown-order@{LISTS}",
        ),
        "as many goods as may be": ({"list": many, "head.payType": "4"}, ""),
        "a time of a day ago": ({"serviceTime": str(now - DAY_MS)}, ""),
        "a time of a day from now": ({"serviceTime": str(now + DAY_MS)}, ""),
        "a time of more than a day ago": ({"serviceTime": str(now - DAY_MS - 1)}, "payment-service-time@serviceTime"),
        "a time of more than a day from now": (
            {"serviceTime": str(now + DAY_MS + 1)},
            "payment-service-time@serviceTime",
        ),
    }
