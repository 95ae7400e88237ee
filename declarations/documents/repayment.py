"""A repayment of refunded tax (our own message), for instance for returned goods."""

from __future__ import annotations

from declarations.documents.header import Facts, Header
from declarations.money import Scaled


class RefundRepaymentLine(Facts, frozen=True):
    """The quantity of an item whose refund is repaid."""

    gnum: int
    item_no: str
    qty: Scaled


class RefundRepayment(Header, frozen=True):
    """Refunded tax is paid back."""

    ebc_code: str
    ebc_name: str
    cop_no: str
    claim_no: str
    reason_kind: str
    invt_no: str
    lines: tuple[RefundRepaymentLine, ...] = ()
