"""An application to be registered (our own message)."""

from __future__ import annotations

from declarations.documents.header import Header
from declarations.money import Scaled


class Registration(Header, frozen=True):
    """A company and what it may do."""

    code: str
    credit_code: str
    name: str
    kinds: str
    dxp_id: str
    customs_code: str
    express_licence: str
    payment_licence: str
    agent_code: str
    zone: str
    taxpayer_kind: str
    refund_kind: str
    tax_credit: str
    net_assets: Scaled | None
    last_refund: Scaled | None
