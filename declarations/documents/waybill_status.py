"""The import waybill status (CEB513): a parcel was delivered."""

from __future__ import annotations

from msgspec import Struct


class WaybillStatus(Struct, frozen=True, array_like=True, gc=False):
    """A carrier's report on a parcel; only S (signed) is allowed by the text."""

    guid: str
    app_type: str
    app_time: str
    app_status: str
    logistics_code: str
    logistics_name: str
    logistics_no: str
    logistics_status: str
    logistics_time: str
