"""The import cancellation request (CEB623) as rules read it."""

from __future__ import annotations

from msgspec import Struct


class Cancellation(Struct, frozen=True, array_like=True, gc=False):
    """A request to withdraw a list that is not yet released."""

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
