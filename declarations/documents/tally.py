"""The tally of returned goods (CEB215): a returned parcel stands at a supervised site."""

from __future__ import annotations

from msgspec import Struct


class ReturnTally(Struct, frozen=True, array_like=True, gc=False):
    """A site operator's count of a return. `co_el_no` is the sender's own number."""

    guid: str
    app_type: str
    app_time: str
    app_status: str
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
