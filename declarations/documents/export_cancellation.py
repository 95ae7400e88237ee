"""The export cancellation request (CEB605) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader


class ExportCancellation(StagedHeader, frozen=True):
    """A request to withdraw an export list that is not yet released."""

    customs_code: str
    cop_no: str
    pre_no: str
    invt_no: str
    reason: str
    agent_code: str
    agent_name: str
    ebc_code: str
    ebc_name: str
