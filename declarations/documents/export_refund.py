"""The export return request (CEB213): goods of a departed list come back."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class ExportRefundLine(Facts, frozen=True):
    """The returned quantity of a line of the original list; `gnum` is the original line number."""

    gnum: int
    gcode: str
    gname: str
    gmodel: str
    qty: Scaled
    qty1: Scaled
    unit: str
    unit1: str
    qty2: Scaled | None
    unit2: str


class ExportRefund(StagedHeader, frozen=True):
    """A request to return exported goods, whole or in part. `co_el_no` is the sender's own number."""

    customs_code: str
    loct_no: str
    ebp_code: str
    ebp_name: str
    ebc_code: str
    ebc_name: str
    logistics_no: str
    logistics_code: str
    logistics_name: str
    co_el_no: str
    pre_no: str
    invt_no: str
    trade_mode: str
    agent_code: str
    agent_name: str
    bill_no: str
    ie_flag: str
    traf_mode: str
    traf_name: str
    port_code: str
    reason: str
    country: str
    voyage_no: str
    lines: tuple[ExportRefundLine, ...] = ()
