"""The buyer's identity against the register, by the cases of specifications/identity."""

from __future__ import annotations

from typing import Any

import pytest
from clean_trade import cases, document

from declarations.identity import identify
from declarations.matching import compare
from schemas.receipt_texts import words


@pytest.mark.parametrize("case", cases("identity"))
def test_name_and_number_decide_who_may_pay(case: dict[str, Any]) -> None:
    order, payment, waybill, inventory = (
        document(kind, case.get(kind)) for kind in ("order", "payment", "waybill", "inventory")
    )
    identity = identify(order, inventory, case["persons"])
    reasons = [*identity.reasons, *compare(order, payment, waybill, inventory, verified=identity.verified)]
    assert identity.verified is case["verified"]
    assert [reason.rule for reason in reasons] == case["reasons"]
    assert all(words(reason.rule, reason.values, language) for reason in reasons for language in ("zh", "en"))
