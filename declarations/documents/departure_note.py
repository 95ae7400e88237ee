"""The departure note (CEB509): parcels that have left the country."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader


class DepartureNoteLine(Facts, frozen=True):
    """One parcel that left."""

    gnum: int
    total_package_no: str
    logistics_no: str


class DepartureNote(StagedHeader, frozen=True):
    """One of `msg_count` parts of a note about parcels that left."""

    searched = True
    """Stored as plain JSON, because SQL searches it for parcels."""
    customs_code: str
    cop_no: str
    pre_no: str
    logistics_code: str
    logistics_name: str
    traf_mode: str
    traf_name: str
    voyage_no: str
    bill_no: str
    leave_time: str
    msg_count: int
    msg_seq_no: int
    lines: tuple[DepartureNoteLine, ...] = ()
