"""An application to be registered (our own message)."""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled


class Registration(Struct, frozen=True, array_like=True, gc=False):
    """A company and what it may do."""

    guid: str
    app_type: str
    app_time: str
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
