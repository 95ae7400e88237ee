"""The export collection (CEB403) as rules read it."""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled


class Collection(Struct, frozen=True, array_like=True, gc=False):
    """A payment company's or the seller's statement of what was received for an export order, and when."""

    guid: str
    app_type: str
    app_time: str
    app_status: str
    ebp_code: str
    ebp_name: str
    ebc_code: str
    ebc_name: str
    order_no: str
    pay_code: str
    pay_name: str
    pay_no: str
    charge: Scaled
    currency: str
    accounting_date: str
