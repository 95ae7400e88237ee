"""The intake note (CEB711): parcels that arrived at a supervised site."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader


class IntakeLine(Facts, frozen=True):
    """One parcel that arrived."""

    gnum: int
    logistics_no: str


class Intake(StagedHeader, frozen=True):
    """Parcels of one master waybill that a site operator took in."""

    customs_code: str
    cop_no: str
    pre_no: str
    rkd_no: str
    operator_code: str
    operator_name: str
    ie_flag: str
    traf_mode: str
    traf_no: str
    voyage_no: str
    bill_no: str
    logistics_code: str
    logistics_name: str
    lines: tuple[IntakeLine, ...] = ()
