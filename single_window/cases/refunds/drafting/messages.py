"""Drafts the messages that a company and its bank would send for an export, with synthetic values where needed.

Drafts for the same export have the same numbers. The supplier's price is a share of the FOB value in yuan.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from declarations.calendar import stamp14
from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import Parameters
from declarations.refund.rates import RefundRate, RefundRates
from declarations.refund.yuan import convert_fob
from gateways.refund.repository import Item
from schemas import catalogue, writing
from schemas.identifiers import example_credit_code, example_dxp_id
from schemas.message import Transfer
from schemas.rendering import Row
from single_window.cases.refunds.drafting.sources import Source
from single_window.intake.made_messages import nobodys_mailbox
from single_window.receipts.rows import NAMESPACE

SELLER = ("91370202MA3C00011L", "青岛示例针织制衣有限公司（模拟）")
BANK = ("3702910009", "青岛示例银行（模拟）", "DXPENT0000000012")
ZONE = "中国（青岛）跨境电子商务综合试验区"
OFFICE, GENERAL, CREDIT, ASSETS = "4227", "1", "B", 500_000_000_000
BUYER, GOODS_CODE = "Sample Buyers Inc.", "122030"
COUNTRIES = {
    "USD": "USA",
    "EUR": "DEU",
    "GBP": "GBR",
    "JPY": "JPN",
    "KRW": "KOR",
    "AUD": "AUS",
    "NZD": "NZL",
    "HKD": "HKG",
}
PRE_REFUND, TRADER, MANUFACTURER, EXEMPTION = "HWC-YT", "T", "M", "E"
OVERSEAS = "9810"


class Terms(NamedTuple):
    """The choices for a draft: the instant, the supplier's price as a share of the FOB value, the kind of claim, and
    whether goods of 9810 are claimed `ahead` of their sale."""

    now: int
    law: Parameters
    rates: RefundRates
    share: Decimal = Decimal("0.8")
    kind: str = TRADER
    ahead: bool = False


class _Bought(NamedTuple):
    """An item with its refund rate, and the supplier's price and tax."""

    item: Item
    row: RefundRate
    amount: Scaled
    tax: Scaled


_Blocks = list[tuple[Row, Sequence[Row]]]


def draft(kind: str, source: Source, terms: Terms) -> bytes:
    """Return the message of a kind (see `KINDS`) for a source. Raises `KeyError` for another kind, `NoRate` or
    `NoValue` if the law has no value for the export date."""
    transfer = Transfer(source.ebc_code, source.name, "DXP", source.dxp_id or nobodys_mailbox(source.ebc_code))
    if kind == "exchange":
        transfer = Transfer(BANK[0], BANK[1], "DXP", BANK[2])
    code = catalogue.by_kind(_KIND[kind]).code
    return writing.write(
        code, KINDS[kind](source, terms), guid=_guid(kind, source.number, str(terms.now), "message"), transfer=transfer
    )


def _registration(source: Source, terms: Terms) -> _Blocks:
    return [
        (
            {
                **_opening("registration", source.ebc_code, terms),
                "code": source.ebc_code,
                "creditCode": source.credit_code or example_credit_code(source.ebc_code),
                "name": source.name,
                "kinds": "merchant",
                "dxpId": source.dxp_id or example_dxp_id(source.ebc_code),
                "customsCode": OFFICE,
                "zone": ZONE,
                "taxpayerKind": GENERAL,
                "refundKind": MANUFACTURER if terms.kind == MANUFACTURER else TRADER,
                "taxCredit": CREDIT,
                "netAssets": amount_text(ASSETS),
                "lastRefund": "0",
            },
            [],
        )
    ]


def _invoice(source: Source, terms: Terms) -> _Blocks:
    issued = min(date.fromisoformat(item.exported_on) for item in source.items).replace(day=1)
    head = {
        **_opening("invoice", source.number, terms),
        **_merchant(source),
        "invoiceNo": invoice_no(source.number),
        "invoiceKind": "1" if terms.kind != EXEMPTION else "4",
        "invoiceDate": f"{issued:%Y%m%d}",
        "sellerCode": SELLER[0],
        "sellerName": SELLER[1],
        "contractNo": f"HT{source.number}",
        "usage": "1",
    }
    return [
        (
            head,
            [
                {
                    "gnum": str(number),
                    **_goods(line),
                    "qty": amount_text(line.item.qty),
                    "amount": amount_text(line.amount),
                    "taxRate": f"{line.row.levy}",
                    "tax": amount_text(line.tax),
                }
                for number, line in enumerate(_purchases_of(source, terms), 1)
            ],
        )
    ]


def _exchange(source: Source, terms: Terms) -> _Blocks:
    """Return a report for each currency, with one gross leg for the full amount of each declaration or list."""
    sums: dict[str, dict[str, Scaled]] = {}
    for item in source.items:
        legs = sums.setdefault(item.currency, {})
        legs[item.item_no[:18]] = legs.get(item.item_no[:18], 0) + item.fob
    when = stamp14(terms.now)
    blocks: _Blocks = []
    for place, (currency, legs) in enumerate(sorted(sums.items()), 1):
        cop_no = f"S{place}{source.number}"[:20]
        head = {
            **_opening("exchange", cop_no, terms),
            "reporterCode": BANK[0],
            "reporterName": BANK[1],
            "copNo": cop_no,
            **_merchant(source),
            "direction": "1",
            "settlement": "1",
            "currency": currency,
            "amount": amount_text(sum(legs.values())),
            "valueTime": when,
        }
        blocks.append((head, list(_legs(legs, currency, when))))
    return blocks


def _legs(amounts: Mapping[str, Scaled], currency: str, when: str) -> Iterator[dict[str, str]]:
    for gnum, (entry, amount) in enumerate(sorted(amounts.items()), 1):
        yield {
            "gnum": str(gnum),
            "legKind": "1",
            "transCode": GOODS_CODE,
            "entryNo": entry,
            "counterparty": BUYER,
            "country": COUNTRIES.get(currency, "USA"),
            "currency": currency,
            "amount": amount_text(amount),
            "legTime": when,
        }


def _claim(source: Source, terms: Terms) -> _Blocks:
    """Return an export line for each item and, unless for a manufacturer, a purchase line with the same link number."""
    period = stamp14(terms.now)[:6]
    bought = _purchases_of(source, terms)
    head: dict[str, str | None] = {
        **_opening("claim", source.number, terms),
        **_merchant(source),
        "copNo": f"TS{source.number}"[:20],
        "period": period,
        "claimKind": terms.kind,
        "business": PRE_REFUND if terms.ahead else None,
    }
    if terms.kind == MANUFACTURER:
        head |= {"outputVat": "0", "inputVat": amount_text(sum(line.tax for line in bought)), "creditForward": "0"}
    lines = _claim_lines(bought, source, terms, period)
    return [(head, [{"gnum": str(number), **line} for number, line in enumerate(lines, 1)])]


def _claim_lines(bought: Sequence[_Bought], source: Source, terms: Terms, period: str) -> list[dict[str, str | None]]:
    lines: list[dict[str, str | None]] = []
    for number, line in enumerate(bought, 1):
        link = {"linkNo": f"{period}{number:06d}", **_goods(line), "qty": amount_text(line.item.qty)}
        sale = ("0" if terms.ahead else "1") if line.item.trade_mode == OVERSEAS else None
        lines.append(
            {
                "part": "E",
                **link,
                "itemNo": line.item.item_no,
                "currency": line.item.currency,
                "amount": amount_text(line.item.fob),
                "saleState": sale,
            }
        )
        if terms.kind != MANUFACTURER:
            lines.append(
                {
                    "part": "P",
                    **link,
                    "amount": amount_text(line.amount),
                    "invoiceNo": invoice_no(source.number),
                    "invoiceLine": str(number),
                }
            )
    return lines


KINDS: Mapping[str, Callable[[Source, Terms], _Blocks]] = {
    "registration": _registration,
    "invoice": _invoice,
    "exchange": _exchange,
    "claim": _claim,
}
"""The drafts, in the order of sending."""
_KIND = {"registration": "registration", "invoice": "vat_invoice", "exchange": "forex_report", "claim": "refund_claim"}


def invoice_no(number: str) -> str:
    """Return the number (20 digits) of the synthetic invoice for an export."""
    return f"26372{int(sha256(number.encode()).hexdigest(), 16) % 10**15:015d}"


def _purchases_of(source: Source, terms: Terms) -> list[_Bought]:
    lines = []
    for item in source.items:
        day = date.fromisoformat(item.exported_on)
        row = terms.rates.on(item.gcode, day)
        exact = decimal_of(convert_fob(item.fob, item.currency, day, terms.law).amount) * terms.share
        amount = max(round_to_fen(exact), Decimal("0.01"))
        lines.append(_Bought(item, row, scaled_of(amount), scaled_of(round_to_fen(amount * row.levy))))
    return lines


def _goods(bought: _Bought) -> dict[str, str]:
    return {"gcode": bought.item.gcode, "gname": bought.row.name, "unit": bought.item.unit}


def _opening(kind: str, key: str, terms: Terms) -> dict[str, str]:
    when = stamp14(terms.now)
    return {"guid": _guid(kind, key, when), "appType": "1", "appTime": when}


def _merchant(source: Source) -> dict[str, str]:
    return {"ebcCode": source.ebc_code, "ebcName": source.name}


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "|".join(("draft", *parts)))).upper()
