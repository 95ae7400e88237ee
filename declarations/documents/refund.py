"""The import return request (CEB625): goods of a released list come back."""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled


class RefundLine(Struct, frozen=True, array_like=True, gc=False):
    """The quantity of a line of the original list that comes back; `gnum` is the original line number."""

    gnum: int
    gcode: str
    gname: str
    qty: Scaled
    unit: str


class Refund(Struct, frozen=True, array_like=True, gc=False):
    """A request to return goods, whole or in part."""

    guid: str
    app_type: str
    app_time: str
    app_status: str
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
