"""Which prepared reason fits each of several cases, and how the page is told."""

from __future__ import annotations

from single_window.cases.bulk_reasons import fitting_reason, fitting_sets
from single_window.language.prepared_reasons import reason_choices
from tests.tables import each

CHOICES = reason_choices("declaration")


@each(
    ("rules", "action", "fitting"),
    [
        (("14204",), "reject", "reject.8"),
        (("14208.expired",), "reject", "reject.8"),
        (("17227",), "reject", "reject.3"),
        (("17227",), "inspect", ""),
        (("14204", "14025"), "reject", "reject.1"),
        ((), "reject", ""),
    ],
)
def test_a_case_has_the_reason_that_its_page_offers_first(rules: tuple[str, ...], action: str, fitting: str) -> None:
    found = fitting_reason(CHOICES, action, rules)
    assert (found.value if found else "") == fitting


def test_cases_that_the_same_reasons_fit_share_a_set() -> None:
    waiting = {("declaration", str(place)): codes for place, codes in enumerate((["14204"], ["14025"], ["14208"], []))}
    sets = fitting_sets(waiting, {"declaration": CHOICES})
    assert sets.sets == ("declaration.reject.8", "declaration.reject.1 declaration.inspect.1", "")
    assert list(sets.of.values()) == [0, 1, 0, 2]


def test_kinds_without_prepared_reasons_have_none() -> None:
    assert fitting_sets({("declaration", "1"): ["14204"]}, {}).sets == ("",)
