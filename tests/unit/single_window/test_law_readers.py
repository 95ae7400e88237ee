"""Every dated parameter is read by some code, or says that it only informs."""

from __future__ import annotations

from declarations import parameters
from single_window.reference.law_readers import readers_of_parameters


def test_a_parameter_is_read_or_says_that_it_only_informs() -> None:
    result = readers_of_parameters()
    silent = {parameter.name for parameter in parameters.describe() if not result[parameter.name]}
    assert silent == {parameter.name for parameter in parameters.describe() if parameter.informative}


def test_a_name_that_is_put_together_counts_for_all_it_may_name() -> None:
    result = readers_of_parameters()
    assert "declarations.tax.rates" in result["vat.standard"] and "declarations.tax.rates" in result["vat.reduced"]
    assert "declarations.tax.rates" in result["limits.annual"]
    assert not any(module.startswith("simulators") for modules in result.values() for module in modules)
