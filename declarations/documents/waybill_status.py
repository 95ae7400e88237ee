"""The import waybill status (CEB513): a parcel was delivered."""

from __future__ import annotations

from declarations.documents.header import StagedHeader


class WaybillStatus(StagedHeader, frozen=True):
    """A carrier's report on a parcel; only S (signed) is allowed by the text."""

    logistics_code: str
    logistics_name: str
    logistics_no: str
    logistics_status: str
    logistics_time: str
