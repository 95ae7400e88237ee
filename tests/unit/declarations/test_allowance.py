"""Each capped group of a person has a yearly ledger of its own."""

from __future__ import annotations

from declarations.allowance import Allowance

EMPTY = Allowance("11010519491231002X", 2026)


def test_each_capped_group_has_its_own_ledger():
    rice = Allowance("11010519491231002X", 2026, group="rice")
    assert rice.key != EMPTY.key and rice.reserve(5).group == "rice"
