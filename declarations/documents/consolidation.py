"""The consolidation note (CEB607): parcels under one master waybill."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class ConsolidationLine(Facts, frozen=True):
    """One parcel of the master waybill; `invt_no` only for returned goods."""

    gnum: int
    total_package_no: str
    logistics_no: str
    invt_no: str


class Consolidation(StagedHeader, frozen=True):
    """One of `msg_count` parts of a note that binds parcels to a master waybill and its vehicle."""

    searched = True
    """Stored as plain JSON, because SQL searches it for parcels."""
    customs_code: str
    cop_no: str
    pre_no: str
    agent_code: str
    agent_name: str
    loct_no: str
    traf_mode: str
    traf_name: str
    voyage_no: str
    bill_no: str
    domestic_traf_no: str
    gross_weight: Scaled
    logistics_code: str
    logistics_name: str
    msg_count: int
    msg_seq_no: int
    lines: tuple[ConsolidationLine, ...] = ()
