"""The terms of a recall that an officer orders, as he writes them: `ebc=3702961003; kind=F; class=1; item=SKU1;
lots=L1 L2; hazard=…`."""

from __future__ import annotations

import re
from typing import NamedTuple

from declarations.traceability.goods import FOOD
from declarations.traceability.recalls import CLASSES
from schemas.identifiers import is_valid_date, is_valid_gtin

GOODS = "G"
KEYS = {
    "ebc": "ebc_code",
    "kind": "goods_kind",
    "class": "recall_class",
    "ebp": "ebp_code",
    "gtin": "gtin",
    "item": "item_no",
    "book": "ems_no",
    "record": "item_record_no",
    "lots": "lots",
    "from": "made_from",
    "until": "made_until",
    "hazard": "hazard",
}
"""Key of the terms -> field of the order."""
_FORMS = {
    "ebc": r"[0-9A-Z]{1,18}",
    "kind": rf"[{FOOD}{GOODS}]",
    "class": rf"[{''.join(CLASSES)}]",
    "ebp": r"[0-9A-Z]{1,18}",
    "item": r"\S{1,30}",
    "book": r"\S{1,30}",
    "record": r"\S{1,30}",
    "lots": r"\S{1,20}( \S{1,20})*",
    "hazard": r".{1,500}",
}


class BadOrder(ValueError):
    """Raised for terms that are no order of a recall; `key` is the one that is wrong or missing."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"{key}: {text!r}")
        self.key, self.text = key, text


class RecallOrder(NamedTuple):
    """The goods that an officer orders to be recalled, and the reason."""

    ebc_code: str
    goods_kind: str
    recall_class: str
    ebp_code: str
    gtin: str
    item_no: str
    ems_no: str
    item_record_no: str
    made_from: str
    made_until: str
    hazard: str
    lots: tuple[str, ...] = ()


def read_order(text: str) -> RecallOrder:
    """Read the terms; raises `BadOrder` for a key that is unknown, wrong, or missing."""
    terms: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in KEYS or key in terms or not _fits(key, value):
            raise BadOrder(key, value)
        terms[key] = value
    for key in ("ebc", "kind", "hazard", *(["class"] if terms.get("kind") == FOOD else [])):
        if not terms.get(key):
            raise BadOrder(key, "")
    if not (terms.get("gtin") or terms.get("item") or (terms.get("book") and terms.get("record"))):
        raise BadOrder("item", "")
    told = {name: terms.get(key, "") for key, name in KEYS.items() if key != "lots"}
    return RecallOrder(**told, lots=tuple(dict.fromkeys(terms.get("lots", "").split())))


def _fits(key: str, value: str) -> bool:
    if key == "gtin":
        return is_valid_gtin(value)
    if key in ("from", "until"):
        return is_valid_date(value)
    return bool(re.fullmatch(_FORMS[key], value))
