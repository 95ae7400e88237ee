"""Checks the fields of an upload by the annex of the announcement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from schemas.findings import Finding
from schemas.payment_data.upload import PaymentUpload
from schemas.wording import finding

MAX_LISTS, MAX_GOODS = 100, 500
"""Maximum numbers of orders in an upload, and of goods in an order, that are checked."""


class UploadField(NamedTuple):
    """A field: maximum length, whether it is required, and its form."""

    name: str
    max_length: int
    required: bool = True
    pattern: str = ""
    number: bool = False


TOP = (
    UploadField("sessionID", 36),
    UploadField("serviceTime", 13, pattern=r"\d{13}"),
    UploadField("certNo", 40),
    UploadField("signValue", 1_000),
)
HEAD = (
    UploadField("guid", 36, pattern=r"[0-9A-Z-]{22,36}"),
    UploadField("initalRequest", 8_000),
    UploadField("initalResponse", 8_000),
    UploadField("ebpCode", 18),
    UploadField("payCode", 18),
    UploadField("payTransactionId", 60),
    UploadField("totalAmount", 20, number=True),
    UploadField("currency", 4, pattern=r"\d{3}"),
    UploadField("verDept", 1, pattern="[123]"),
    UploadField("payType", 1, False, pattern="[1234]"),
    UploadField("tradingTime", 14, pattern=r"\d{14}"),
    UploadField("note", 1_000, False),
)
LIST = (
    UploadField("orderNo", 60),
    UploadField("recpAccount", 60),
    UploadField("recpCode", 18, False),
    UploadField("recpName", 100),
)
GOODS = (UploadField("gname", 250), UploadField("itemLink", 3_000))
LIST_ORDER = ("orderNo", "goodsInfo", "recpAccount", "recpCode", "recpName")
_AMOUNT = re.compile(r"(0|[1-9]\d{0,13})(\.\d{1,5})?", re.ASCII)
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_EXPONENT = re.compile(r'"totalAmount"\s*:\s*(-?[0-9.]+[eE][-+]?[0-9]+)')
_TRAILING_ZEROS = re.compile(r"\.\d*0$")
_PRETTY_AMOUNT = "N19,5: 100, 100.1"


def findings(upload: PaymentUpload) -> Iterator[Finding]:
    """Yield all faults of the fields."""
    yield from _fields(upload.values, TOP, "")
    if not upload.head:
        yield _absent_field("payExchangeInfoHead", "payExchangeInfoHead")
    else:
        yield from _fields(upload.head, HEAD, "payExchangeInfoHead.")
        yield from _order(upload.head, [field.name for field in HEAD], "payExchangeInfoHead")
    if not upload.lists:
        yield _absent_field("payExchangeInfoLists", "payExchangeInfoLists")
    if len(upload.lists) > MAX_LISTS:
        yield finding("payment-too-many", path="payExchangeInfoLists", name="payExchangeInfoLists", most=MAX_LISTS)
    for number, entry in enumerate(upload.lists[:MAX_LISTS], 1):
        yield from _entry(entry, f"payExchangeInfoLists[{number}].")


def remarks(upload: PaymentUpload) -> Iterator[Finding]:
    """Yield warnings about accepted deviations from the announcement: amounts with trailing zeros, as in live
    uploads, or with an exponent."""
    for field in HEAD:
        value = upload.head.get(field.name)
        if field.number and isinstance(value, Decimal) and _zeros_alone_are_wrong(str(value)):
            place = f"payExchangeInfoHead.{field.name}"
            yield finding(
                "payment-amount-zeros", path=place, name=field.name, expected=_PRETTY_AMOUNT, found=str(value)
            )
    for text in _amounts_with_exponents(upload):
        place = "payExchangeInfoHead.totalAmount"
        yield finding("payment-amount-exponent", path=place, name="totalAmount", expected=_PRETTY_AMOUNT, found=text)


def _amounts_with_exponents(upload: PaymentUpload) -> list[str]:
    """The totalAmount as it was written, if that has an exponent although its value is an allowed amount."""
    amount = upload.amount
    if amount is None or not _AMOUNT.fullmatch(str(amount)):
        return []
    written = _STRINGS.sub(_keep_name, upload.parts.get("payExchangeInfoHead", ""))
    return _EXPONENT.findall(written)[:1]


def _keep_name(string: re.Match[str]) -> str:
    """Empty every string but the name of the amount, so that none looks like it."""
    return string.group() if string.group() == '"totalAmount"' else '""'


def _zeros_alone_are_wrong(amount: str) -> bool:
    return bool(_AMOUNT.fullmatch(amount) and _TRAILING_ZEROS.search(amount))


def _entry(entry: Mapping[str, Any], path: str) -> Iterator[Finding]:
    yield from _fields(entry, LIST, path)
    yield from _order(entry, LIST_ORDER, path[:-1])
    goods = entry.get("goodsInfo")
    if not isinstance(goods, list) or not goods:
        yield _absent_field("goodsInfo", f"{path}goodsInfo")
        return
    if len(goods) > MAX_GOODS:
        yield finding("payment-too-many", path=f"{path}goodsInfo", name="goodsInfo", most=MAX_GOODS)
    for number, item in enumerate(goods[:MAX_GOODS], 1):
        place = f"{path}goodsInfo[{number}]"
        if isinstance(item, dict):
            yield from _fields(item, GOODS, f"{place}.")
        else:
            yield finding("payment-type", path=place, name="goodsInfo", expected="object")


def _fields(values: Mapping[str, Any], fields: Sequence[UploadField], path: str) -> Iterator[Finding]:
    for field in fields:
        value, place = values.get(field.name), path + field.name
        if value in (None, ""):
            if field.required:
                yield _absent_field(field.name, place)
        elif field.number:
            yield from _number(value, field, place)
        elif not isinstance(value, str):
            yield finding("payment-type", path=place, name=field.name, expected="string", found=str(value))
        elif len(value) > field.max_length:
            yield finding("payment-too-long", path=place, name=field.name, most=field.max_length)
        elif field.pattern and not re.fullmatch(field.pattern, value, re.ASCII):
            yield finding("payment-form", path=place, name=field.name, expected=field.pattern, found=value)


def _number(value: object, field: UploadField, place: str) -> Iterator[Finding]:
    if not isinstance(value, Decimal):
        yield finding("payment-type", path=place, name=field.name, expected="number", found=str(value))
    elif not _AMOUNT.fullmatch(str(value)):
        yield finding("payment-amount-form", path=place, name=field.name, expected=_PRETTY_AMOUNT, found=str(value))


def _order(values: Mapping[str, Any], names: Sequence[str], path: str) -> Iterator[Finding]:
    """Check the order of names, which is fixed because the text is signed."""
    sent = [name for name in values if name in names]
    expected = [name for name in names if name in values]
    if sent != expected:
        yield finding("payment-order", path=path, name=path, expected=", ".join(expected), found=", ".join(sent))


def _absent_field(name: str, path: str) -> Finding:
    return finding("payment-absent", path=path, name=name)
