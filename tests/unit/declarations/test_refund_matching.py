"""Claims whose links have reasons take nothing; numbers of items."""

from __future__ import annotations

import pytest
from known import file_cases

from declarations.refund.matching import match_exports
from declarations.refund.numbers import item_number, split_item_number
from tests.law.refund_claims import read, rule

CASES = file_cases("refund/matching")


def test_a_link_with_reasons_takes_nothing() -> None:
    for case in CASES:
        for link in read(case.values[0]).matched().links:
            if link.reasons:
                assert not link.base and not link.invoice_uses and not link.item_uses


def test_exports_alone_match_without_purchases() -> None:
    clean = read(CASES[0].values[0])
    matching = match_exports(clean.exports, clean.items, rule())
    assert not matching.reasons and matching.links[0].item_uses[0].qty == clean.exports[0].qty
    wrong = match_exports([clean.exports[0]._replace(currency="EUR")], clean.items, rule())
    assert [reason.rule for reason in wrong.reasons] == ["20207"] and not wrong.links[0].item_uses


def test_the_number_of_an_item_has_21_characters() -> None:
    assert item_number("422720260000000123", 3) == "422720260000000123003"
    assert split_item_number("422720260000000123003") == ("422720260000000123", 3)
    assert item_number("42272026E000000123", 99) == "42272026E000000123099"
    for declaration, line in (
        ("422720260000000123", 0),
        ("422720260000000123", 100),
        ("422720261000000123", 1),
        ("42272026000000012", 1),
        ("", 1),
    ):
        with pytest.raises(ValueError):
            item_number(declaration, line)
    with pytest.raises(ValueError):
        split_item_number("422720260000000123000")
