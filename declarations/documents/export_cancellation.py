"""The export cancellation request (CEB605) as rules read it."""

from __future__ import annotations

from msgspec import Struct


class ExportCancellation(Struct, frozen=True, array_like=True, gc=False):
    """A request to withdraw an export list that is not yet released."""

    guid: str
    app_type: str
    app_time: str
    app_status: str
    customs_code: str
    cop_no: str
    pre_no: str
    invt_no: str
    reason: str
    agent_code: str
    agent_name: str
    ebc_code: str
    ebc_name: str
