"""The export waybill (CEB505) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader
from declarations.money import Scaled


class ExportWaybill(StagedHeader, frozen=True):
    """A carrier's statement of what it carries abroad; it names no order."""

    logistics_code: str
    logistics_name: str
    logistics_no: str
    freight: Scaled
    insured_fee: Scaled
    currency: str
    gross_weight: Scaled
    pack_no: int
    goods_info: str
    ebc_code: str
    ebc_name: str
