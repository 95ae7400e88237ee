"""Claims that hypothesis makes."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from declarations.refund.matching import ExportLine, InvoiceLine, ItemFacts, PurchaseLine
from tests.law.refund_claims import CLAIMANT
from tests.law.refund_claims import KnownClaim as Claim


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Claims without faults: a few links, each with some items and some invoice lines of which a part is used."""
    claim = Claim([], [], {}, {})
    number = 0
    for link in range(draw(st.integers(1, 3))):
        parts = draw(st.lists(st.integers(1, 50_00000), min_size=1, max_size=3))
        for part, qty in enumerate(parts):
            number += 1
            item_no = f"42272026000000{link:04d}0{part + 1:02d}"
            fob = qty * draw(st.integers(1, 20))
            claim.exports.append(ExportLine(number, f"L{link}", item_no, "6109100010", "衫", "011", qty, "USD", fob))
            claim.items[item_no] = ItemFacts(item_no, "6109100010", "011", qty, "", 0, 0, 0, "USD", fob)
        number = _buy(draw, claim, link, sum(parts), number)
    return claim


def _buy(draw: st.DrawFn, claim: Claim, link: int, qty: int, number: int) -> int:
    cuts = sorted([*draw(st.lists(st.integers(1, qty), max_size=2, unique=True)), 0, qty])
    for place, (since, until) in enumerate(pairwise(cuts), 1):
        if since == until:
            continue
        number += 1
        whole = until - since + draw(st.integers(0, 50_00000))
        amount = draw(st.integers(1, 10_000_00)) * 1000
        stated = max(1, amount * (until - since) // whole)
        key = (f"F{link}", place)
        claim.invoices[key] = InvoiceLine(
            *key, "1", "1", "S", CLAIMANT, "6109100010", "衫", "011", whole, amount, Decimal("0.13"), 0, "K", 0
        )
        claim.purchases.append(PurchaseLine(number, f"L{link}", *key, "6109100010", "衫", "011", until - since, stated))
    return number


_NUMBERS = st.sampled_from([0, 1, -1, 1000, 60_000_000, 2**63 - 1, -(2**63), 10**24])
_TEXTS = st.sampled_from(
    [
        "",
        " ",
        "L1",
        "L2",
        "011",
        "035",
        "USD",
        "502",
        "{x}",
        "\x00",
        "Ｔ",
        "1",
        "2",
        "3",
        "422720260000000123003",
        "42272026E000000123001",
        CLAIMANT,
    ]
)
_RATES = st.sampled_from([Decimal("0.13"), Decimal("0.130"), Decimal(0), Decimal(-1), Decimal(17)])
_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "int": _NUMBERS,
    "Scaled": _NUMBERS,
    "str": _TEXTS,
    "Decimal": _RATES,
    "Scaled | None": st.none() | _NUMBERS,
}


def _anything(shape: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(shape, **{name: _KINDS[str(kind.__forward_arg__)] for name, kind in shape.__annotations__.items()})


@st.composite
def strange_claims(draw: st.DrawFn) -> Claim:
    """Claims whose every field may hold anything, though numbers of items and invoices often meet."""
    invoices = draw(st.lists(_anything(InvoiceLine), max_size=4))
    items = draw(st.lists(_anything(ItemFacts), max_size=4))
    return Claim(
        draw(st.lists(_anything(ExportLine), max_size=5)),
        draw(st.lists(_anything(PurchaseLine), max_size=5)),
        {(invoice.invoice_no, invoice.line): invoice for invoice in invoices},
        {item.item_no: item for item in items},
    )


@st.composite
def spoilt_claims(draw: st.DrawFn) -> Claim:
    """Clean claims of which one or two fields hold anything."""
    claim = draw(claims())
    for _ in range(draw(st.integers(1, 2))):
        rows: Any = draw(st.sampled_from(list(claim)))
        place = draw(st.sampled_from(sorted(rows) if isinstance(rows, dict) else range(len(rows))))
        field, kind = draw(
            st.sampled_from(
                sorted((name, str(kind.__forward_arg__)) for name, kind in type(rows[place]).__annotations__.items())
            )
        )
        rows[place] = rows[place]._replace(**{field: draw(_KINDS[kind])})
    return claim
