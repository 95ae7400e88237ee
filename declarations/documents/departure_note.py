"""The departure note (CEB509): which parcels have left the country."""

from __future__ import annotations

from msgspec import Struct


class DepartureNoteLine(Struct, frozen=True, array_like=True, gc=False):
    """One parcel that left."""

    gnum: int
    total_package_no: str
    logistics_no: str


class DepartureNote(Struct, frozen=True, array_like=True, gc=False):
    """One of `msg_count` parts of a note about parcels that left."""

    searched = True
    """Kept as plain JSON: parcels are searched for in it."""
    guid: str
    app_type: str
    app_time: str
    app_status: str
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
