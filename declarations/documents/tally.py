"""The tally of returned goods (CEB215): a returned parcel is at a supervised site."""

from __future__ import annotations

from declarations.documents.header import StagedHeader


class ReturnTally(StagedHeader, frozen=True):
    """A site operator's count of a return. `co_el_no` is the sender's own number."""

    customs_code: str
    operator_code: str
    operator_name: str
    logistics_code: str
    logistics_name: str
    logistics_no: str
    invt_no: str
    co_el_no: str
    pre_no: str
    bill_no: str
    ie_flag: str
    traf_mode: str
    traf_name: str
    voyage_no: str
    location: str
