"""The terms of a plan as a supervisor writes them: "title=儿童玩具; basis=R; universe=flow; goods=9503; rate=0.05"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from declarations.profile_rules import BadProfile, read_text, share_of
from declarations.spot_checks.drawing import PlanScope

RANDOM, TARGETED, COMPLAINT, BOUGHT = "R", "T", "C", "M"
FLOW, STOCK = "flow", "stock"
STOPPING = frozenset({TARGETED, COMPLAINT})
"""Bases whose samples stop a parcel that is not released; a sample of another basis is bought (模拟器取值)."""
FIELDS = ("title", "kind", "basis", "universe", "goods", "origin", "rate", "size", "days")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("special", "yearly"),
    "basis": (RANDOM, TARGETED, COMPLAINT, BOUGHT),
    "universe": (FLOW, STOCK),
}
FORMS: Mapping[str, str] = {
    "title": "1–60",
    "goods": "9503 / 9503,610910 (2–10)",
    "origin": "410 (3)",
    "rate": "0–1 (0.05, 5 %)",
    "size": "1–9999",
    "days": "1–999",
}
"""What a field may hold, in signs that need no language: bounds, examples, how many characters."""
_PATTERNS: Mapping[str, str] = {
    "title": r".{1,60}",
    "goods": r"\d{2,10}(,\d{2,10}){0,19}",
    "origin": r"\d{3}",
    "rate": r"0(\.\d{1,4})?|1(\.0{1,4})?",
    "size": r"[1-9]\d{0,3}",
    "days": r"[1-9]\d{0,2}",
}


class PlanTerms(NamedTuple):
    """The terms of a plan; `rate` of a flow, `size` units of each stratum of a closed universe; 0 `days`: as by law."""

    title: str
    kind: str
    basis: str
    universe: str
    scope: PlanScope
    rate: Decimal
    size: int
    days: int


def read_terms(text: str) -> PlanTerms:
    """Return the terms of a plan that is written as "field=value; field=value"; raises `BadProfile`.

    Without `kind`: special; without `basis`: random; without `universe`: the flow of released lists."""
    given = {"kind": "special", "basis": RANDOM, "universe": FLOW, **read_text(text, FIELDS)}
    if unknown := sorted(given.keys() - set(FIELDS)):
        raise BadProfile("field", field=unknown[0][:40], known=", ".join(FIELDS))
    given["goods"] = re.sub(r"[\s,，、]+", ",", given.get("goods", "")).strip(",")
    given["rate"] = share_of(given.get("rate", ""))
    _check(given)
    return PlanTerms(
        given["title"],
        given["kind"],
        basis=given["basis"],
        universe=given["universe"],
        scope=PlanScope(tuple(sorted(filter(None, given["goods"].split(",")))), given.get("origin", "")),
        rate=Decimal(given["rate"] or 0),
        size=int(given.get("size") or 0),
        days=int(given.get("days") or 0),
    )


def write_terms(given: Mapping[str, str]) -> str:
    """Return these fields as `read_terms` reads them; what is empty is left out, and no value begins another field."""
    texts = {name: re.sub(r"[;；\s]+", " ", given.get(name, "")).strip() for name in FIELDS}
    return "; ".join(f"{name}={text}" for name, text in texts.items() if text)


def _check(given: Mapping[str, str]) -> None:
    for name, choices in CHOICES.items():
        if given[name] not in choices:
            raise BadProfile("choice", field=name, found=given[name][:40], known=", ".join(choices))
    for name in ("title", "rate" if given["universe"] == FLOW else "size"):
        if not given.get(name):
            raise BadProfile("lacks", field=name)
    for name, pattern in _PATTERNS.items():
        if given.get(name) and not re.fullmatch(pattern, given[name], re.ASCII if name != "title" else 0):
            raise BadProfile("form", field=name, known=FORMS[name], found=given[name][:40])
    if given["basis"] in STOPPING and given["universe"] == FLOW and not given["goods"]:
        raise BadProfile("lacks", field="goods")
