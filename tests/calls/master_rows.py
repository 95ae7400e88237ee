"""Rows of master data that fit, one of each kind, and the files that are made of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from simulators.entry.windows import CallRefused, SandboxClient

BASES: Mapping[str, Mapping[str, str]] = {
    "participants": {"code": "3702961{n:03d}", "name": "青岛示例电商有限公司", "kinds": "merchant;agent"},
    "guarantees": {"assure_code": "PROBE{n:03d}", "amount": "1000.00"},
    "stock": {
        "ems_no": "T4258W000001",
        "item_record_no": "{n:06d}",
        "gcode": "1901101010",
        "gname": "婴幼儿奶粉",
        "unit": "122",
        "qty": "1000",
    },
    "persons": {"id_number": "{person}", "name": "王海燕"},
    "credit_events": {
        "company": "3702961000",
        "agency": "customs",
        "event_no": "E{n:03d}",
        "kind": "103",
        "degree": "G",
        "occurred": "2026-05-01",
        "decided": "2026-05-10",
        "final": "",
        "amount": "0.01",
    },
    "licences": {
        "credit_code": "91350100M000100Y43",
        "since": "{month}-01",
        "revision": "1",
        "state": "1",
        "name": "青岛示例电商有限公司",
    },
    "zone_companies": {"zone": "青岛", "since": "{month}-01", "company": "3702961000"},
    "forex_enterprises": {"code": "3702961{n:03d}", "class": "B", "registered": "2024-06-01"},
    "goods": {
        "hs10": "3304990{n:03d}",
        "zh": "面霜",
        "en": "face cream",
        "unit1": "035",
        "unit2": "",
        "vat": "standard",
        "consumption": "",
        "duty_rate": "0.05",
        "duty_specific": "",
        "content": "",
        "listed_since": "2016-04-08",
        "listed_until": "",
        "remark": "",
        "remark_value": "",
        "confidence": "I",
        "source": "示例",
    },
    "refund_rates": {
        "hs10": "6109100{n:03d}",
        "name": "T恤衫",
        "unit": "011",
        "levy": "0.13",
        "refund": "0.13",
        "since": "2019-04-01",
        "until": "",
        "flag": "",
        "confidence": "I",
        "source": "示例",
    },
    "exchange_rates": {
        "currency": "USD",
        "month": "{month}",
        "rate": "7.1795",
        "source": "示例",
        "fixed_on": "",
        "confidence": "",
    },
}
"""A row of each kind that fits; what names it differs from row to row."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def row_of(kind: str, number: int, column: str = "", text: str = "") -> dict[str, str]:
    """A row that fits, the so-manieth of its kind, but for one cell; its text `@8` is one of eight characters."""
    first = f"370202{1950 + number}0101001"
    person = first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]
    month = f"{2027 + number // 12}-{number % 12 + 1:02d}"
    row = {name: text.format(n=number, person=person, month=month) for name, text in BASES[kind].items()}
    if text.startswith("@"):
        text = f"{number:03d}" + "1" * (int(text[1:]) - 3)
    return {**row, **({column: text} if column else {})}


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a file with all columns of any of them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    written = csv.DictWriter(text, names, restval="", lineterminator="\n")
    written.writeheader()
    written.writerows(rows)
    return text.getvalue().encode()


def refused(sandbox: SandboxClient, kind: str, body: bytes, content: str = "text/csv") -> set[str]:
    """The places that are named when a file is refused; none where it is imported."""
    try:
        sandbox.call("PUT", f"/master-data/{kind}", body=body, headers={"Content-Type": content})
    except CallRefused as refusal:
        if refusal.status != 400:
            raise
        return {finding.path or finding.code for finding in refusal.findings}
    return set()
