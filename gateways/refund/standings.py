"""Rows that claims draw on: exported items, pools of foreign exchange, accounts, registrations, returns.

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
    """The pool of its foreign exchange: "S" and the summary's id, or "L" and the list's."""
    used: int = 0
    returned: int = 0


@dataclass(slots=True)
class ExchangePool:
    """The foreign exchange of a summary or list in a currency: the amounts collected, and used to prove claims."""

    pool: str
    currency: str
    ebc_code: str
    collected: int = 0
    used: int = 0


@dataclass(slots=True)
class RefundAccount:
    """A company's refund account. `set_off`: owed, subtracted from the next refund (negative: added to it)."""

    ebc_code: str
    set_off: int = 0
    carry: int = 0
    blocked: int = 0
    """Number of its claims ahead of sale that are overdue for reconciliation."""
    firm_class: int = 0
    class_since: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts noted by an officer: fraud, capacity, internal_control, years, service_platform."""


class ExporterStanding(NamedTuple):
    """An exporter's registrations with other agencies. `registered`: None if unknown, False if suspended; `platform`:
    whether it is registered as a platform only, None if customs does not know it."""

    code: str
    registered: bool | None = None
    platform: bool | None = None
    taxpayer_kind: str = ""
    refund_kind: str = ""
    zone: str = ""
    tax_credit: str = ""
    net_assets: int = 0
    last_refund: int = 0
    forex_class: str = ""
    customs_grade: str = ""
    dxp_id: str = ""
    """Its registered DXP id; empty: unknown."""


class Returned(NamedTuple):
    """Returned goods of a list. Quantities are by item number, in the item's first unit: `lines` of this request,
    `total` of all closed requests."""

    request_id: int
    invt_no: str
    ebc_code: str
    lines: Mapping[str, int]
    total: Mapping[str, int]
