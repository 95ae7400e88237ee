"""A repayment of refunded tax (our own message), as when goods come back."""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled


class RefundRepaymentLine(Struct, frozen=True, array_like=True, gc=False):
    """The quantity of an item that is repaid for."""

    gnum: int
    item_no: str
    qty: Scaled


class RefundRepayment(Struct, frozen=True, array_like=True, gc=False):
    """Refunded tax is paid back."""

    guid: str
    app_type: str
    app_time: str
    ebc_code: str
    ebc_name: str
    cop_no: str
    claim_no: str
    reason_kind: str
    invt_no: str
    lines: tuple[RefundRepaymentLine, ...] = ()
