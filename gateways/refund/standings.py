"""Records that the refund desk counts with: exported items, pools of foreign exchange, accounts, and what others know.

Amounts and quantities are scaled; days are ISO texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(slots=True)
class Item:
    """An exported item by its 21 characters; `used` and `returned` are counted in `unit`."""

    item_no: str
    ebc_code: str
    trade_mode: str
    exported_on: str
    gcode: str
    unit: str
    qty: int
    unit2: str
    qty2: int
    currency: str
    fob: int
    pool: str
    """Where its foreign exchange comes in: "S" and the summary's id, "L" and the list's."""
    used: int = 0
    returned: int = 0


@dataclass(slots=True)
class ExchangePool:
    """The foreign exchange of a summary or list in a currency: what was collected, and what of it proves claims."""

    pool: str
    currency: str
    ebc_code: str
    collected: int = 0
    used: int = 0


@dataclass(slots=True)
class RefundAccount:
    """A company's standing with the desk. `set_off`: owed, taken from the next refund (negative: added to it)."""

    ebc_code: str
    set_off: int = 0
    carry: int = 0
    blocked: int = 0
    """How many of its pre-refunds were never reconciled."""
    firm_class: int = 0
    class_since: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What an officer knows of it: fraud, capacity, internal_control, years, service_platform."""


class ExporterStanding(NamedTuple):
    """The facts that other agencies have on an exporter. `registered` is None if it is not registered."""

    code: str
    registered: bool | None = None
    platform: bool = False
    taxpayer_kind: str = ""
    refund_kind: str = ""
    zone: str = ""
    tax_credit: str = ""
    net_assets: int = 0
    last_refund: int = 0
    forex_class: str = ""
    customs_grade: str = ""
    dxp_id: str = ""
    """The DXP id that it sends from; empty: not known."""


class Returned(NamedTuple):
    """Goods of a list that came back: quantities by item number in the item's first unit, of this request and of all
    that were closed."""

    request_id: int
    invt_no: str
    ebc_code: str
    lines: Mapping[str, int]
    total: Mapping[str, int]
