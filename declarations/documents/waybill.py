"""The import waybill (CEB511) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader
from declarations.money import Scaled


class Waybill(StagedHeader, frozen=True):
    """A carrier's statement of what it carries, for which order. Freight and insurance may be absent."""

    logistics_code: str
    logistics_name: str
    logistics_no: str
    bill_no: str
    order_no: str
    freight: Scaled | None
    insured_fee: Scaled | None
    weight: Scaled
    pack_no: int
    consignee: str
