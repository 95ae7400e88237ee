"""The schemas of calls about refunds in the OpenAPI document."""

from __future__ import annotations

from apiflask.fields import Boolean

from single_window.frame.http.cases import CasesOfMerchantIn


class RefundsIn(CasesOfMerchantIn):
    """Which claims."""

    waiting = Boolean(
        load_default=False, metadata={"description": "only claims that need a decision, the oldest first, in one page"}
    )
