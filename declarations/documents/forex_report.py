"""A report of foreign exchange received or paid (our own message), by a bank or payment institution."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class ForexReportLine(Facts, frozen=True):
    """One gross leg: goods or a cost, of an order or a declaration."""

    gnum: int
    leg_kind: str
    trans_code: str
    order_no: str
    entry_no: str
    counterparty: str
    country: str
    currency: str
    amount: Scaled
    leg_time: str


class ForexReport(Header, frozen=True):
    """A receipt or payment; `amount` is the net amount if it is netted."""

    reporter_code: str
    reporter_name: str
    cop_no: str
    ebc_code: str
    ebc_name: str
    direction: str
    settlement: str
    currency: str
    amount: Scaled
    value_time: str
    lines: tuple[ForexReportLine, ...] = ()
