"""Every dated parameter is read by some code, or says that it only informs."""

from __future__ import annotations

from declarations import parameters
from single_window.reference.law_readers import readers


def test_a_parameter_is_read_or_says_that_it_only_informs() -> None:
    found = readers()
    silent = {one.name for one in parameters.describe() if not found[one.name]}
    assert silent == {one.name for one in parameters.describe() if one.informative}


def test_a_name_that_is_put_together_counts_for_all_it_may_name() -> None:
    found = readers()
    assert "declarations.tax.rates" in found["vat.standard"] and "declarations.tax.rates" in found["vat.reduced"]
    assert "declarations.tax.rates" in found["limits.annual"]
    assert not any(module.startswith("simulators") for modules in found.values() for module in modules)
