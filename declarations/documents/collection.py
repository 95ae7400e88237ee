"""The export collection (CEB403) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader
from declarations.money import Scaled


class Collection(StagedHeader, frozen=True):
    """A payment company's or the seller's statement of what was received for an export order, and when."""

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
