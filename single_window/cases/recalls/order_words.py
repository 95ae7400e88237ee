"""The terms of an ordered recall in words, as a second officer reads them, and what is there of the goods now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from declarations.money import amount_text
from declarations.traceability.goods import LOT
from declarations.traceability.orders import KEYS, BadOrder, read_order
from gateways.traceability.scope import Recalled, find_in
from single_window.language.company_names import short_name
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window.store import sandboxes
from single_window.store.gateways.traceability import StoredTraces
from single_window.store.participants import company_names

COMPANIES, DAYS = ("ebc", "ebp"), ("from", "until")
"""Terms that hold codes of companies, and days."""


def rows(connection: Connection, sandbox: str, terms: str) -> Sequence[tuple[Words, Words]]:
    """Return the name and the value of each term of an order (`ebc=3702961003; kind=F; …`), in the order of the form;
    companies by name and code, days as 2026-11-30."""
    parts = (part.strip().partition("=") for part in terms.split(";"))
    told = {key.strip(): value.strip() for key, _, value in parts}
    names = company_names(connection, sandbox, {told[key] for key in COMPANIES if told.get(key)})
    return [(phrase("label", f"recall_key_{key}"), _value(key, told[key], names)) for key in KEYS if told.get(key)]


def quantities(connection: Connection, sandbox: str, terms: str) -> Sequence[tuple[Words, Words]]:
    """Return what an order would hold, and what was sold: names and quantities, as of now; empty for terms that cannot
    be read."""
    try:
        order = read_order(terms)
    except BadOrder:
        return ()
    goods = Recalled(**{name: getattr(order, name) for name in Recalled._fields})
    found = find_in(StoredTraces(connection, sandbox), goods, sandboxes.find(connection, sandbox).clock.now())
    sold = amount_text(sum(line.quantity for line in found.sold))
    lists = len({line.declaration_id for line in found.sold})
    counted = phrase("label", "recall_sold_in").filled(sold=Words(sold, sold), lists=Words(str(lists), str(lists)))
    held = amount_text(found.held)
    precision = phrase("label", "recall_precision_lot" if found.precision == LOT else "recall_precision_sku")
    return [
        (phrase("label", "recall_held"), Words(held, held)),
        (phrase("label", "recall_sold"), counted),
        (phrase("label", "recall_precision"), precision),
    ]


def _value(key: str, text: str, names: Mapping[str, str]) -> Words:
    if key in ("kind", "class"):
        return phrase("label", f"recall_{key}_{text}")
    if key in COMPANIES and text in names:
        text = f"{short_name(names[text])} {text}"
    elif key in DAYS and len(text) == len("20261130"):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return Words(text, text)
