"""The arrival note (CEB507): parcels that are at a supervised site."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader


class ArrivalNoteLine(Facts, frozen=True):
    """One parcel that arrived."""

    gnum: int
    logistics_no: str
    total_package_no: str


class ArrivalNote(StagedHeader, frozen=True):
    """One of `msg_count` parts of a note about parcels that arrived; `bill_no` may be empty for post."""

    searched = True
    """Stored as plain JSON, because SQL searches it for parcels."""
    customs_code: str
    cop_no: str
    pre_no: str
    operator_code: str
    operator_name: str
    loct_no: str
    ie_flag: str
    traf_mode: str
    bill_no: str
    domestic_traf_no: str
    logistics_code: str
    logistics_name: str
    msg_count: int
    msg_seq_no: int
    lines: tuple[ArrivalNoteLine, ...] = ()
