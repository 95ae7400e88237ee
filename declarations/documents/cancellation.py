"""The import cancellation request (CEB623) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader


class Cancellation(StagedHeader, frozen=True):
    """A request to withdraw a list that is not yet released."""

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
