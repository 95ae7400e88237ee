"""The import payment (CEB411) as rules read it."""

from __future__ import annotations

from declarations.documents.header import StagedHeader
from declarations.money import Scaled


class Payment(StagedHeader, frozen=True):
    """A payment company's statement of what was paid, by whom, for which order."""

    pay_code: str
    pay_name: str
    pay_transaction_id: str
    order_no: str
    ebp_code: str
    ebp_name: str
    payer_id_type: str
    payer_id_number: str
    payer_name: str
    amount_paid: Scaled
    pay_time: str
