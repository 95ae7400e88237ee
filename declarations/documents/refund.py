"""The import return request (CEB625): goods of a released list come back."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class RefundLine(Facts, frozen=True):
    """The returned quantity of a line of the original list; `gnum` is the original line number."""

    gnum: int
    gcode: str
    gname: str
    qty: Scaled
    unit: str


class Refund(StagedHeader, frozen=True):
    """A request to return goods, whole or in part."""

    customs_code: str
    order_no: str
    ebp_code: str
    ebc_code: str
    logistics_no: str
    logistics_code: str
    cop_no: str
    pre_no: str
    invt_no: str
    buyer_id_number: str
    buyer_name: str
    agent_code: str
    agent_name: str
    reason: str
    lines: tuple[RefundLine, ...] = ()
