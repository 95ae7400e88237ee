"""Merging loses nothing and invents nothing, in any order of lists."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from declarations.parameters import load
from declarations.summary.merging import merge_by_rule
from declarations.summary.rule import MergingOptions, SummaryRule, rule_on
from declarations.summary.shapes import ClearedLine, ClearedList
from declarations.summary.units import _load_measures, measure_of, total_quantity
from schemas.codes import units
from tests.law.of_batches import cleared_list

OLD, NEW = date(2018, 12, 31), date(2019, 1, 31)


def test_units_of_a_family_divide_each_other_and_are_units() -> None:
    families: dict[str, list[int]] = {}
    for unit, unit_measure in _load_measures().items():
        assert units.get(unit), unit
        families.setdefault(unit_measure.family, []).append(unit_measure.factor)
    for factors in families.values():
        assert len(factors) > 1
        assert all(larger % smaller == 0 for larger in factors for smaller in factors if smaller <= larger)


codes = st.sampled_from
quantities = st.integers(1, 10**9)
line_rows = st.tuples(
    codes(["6109100010", "6404110000", "0902101000"]),
    codes(["133", "116"]),
    codes(["502", "142"]),
    quantities,
    codes(["011", "035"]),
    quantities,
    codes(["011", "035", "036", "070", "054", "007"]),
    quantities,
    codes(["x", "y"]),
)
heads = st.tuples(
    codes(["C1", "C2"]),
    codes(["P1", "P2"]),
    codes(["2", "5"]),
    codes(["133", "116"]),
    codes(["4227", "4220"]),
    codes(["9610", "1210"]),
)
weights = st.integers(0, 10**8)
months = st.lists(st.tuples(heads, weights, weights, st.lists(line_rows, min_size=1, max_size=5)), max_size=40)
merging_options = st.builds(MergingOptions, codes(["", "1", "2"]), codes(["", "1"]), st.booleans())


def _month(rows: Any) -> list[ClearedList]:
    return [
        ClearedList(number, *head, gross, net, [ClearedLine(gnum, *line) for gnum, line in enumerate(lines, 1)])
        for number, (head, gross, net, lines) in enumerate(rows)
    ]


def _measured(quantity: int, unit: str, rule: SummaryRule) -> tuple[str, Fraction]:
    """A quantity in a size that does not depend on the unit chosen."""
    unit_measure = measure_of(unit)
    return (
        (unit_measure.family, Fraction(quantity) * unit_measure.factor)
        if rule.quantity == "legal"
        else (unit, Fraction(quantity))
    )


@given(months, codes([OLD, NEW, date(2015, 6, 30)]), merging_options, st.integers(1, 7))
def test_merging_loses_nothing_and_invents_nothing(rows: Any, day: date, options: MergingOptions, most: int) -> None:
    rule = rule_on(day, load(), options)._replace(lines=most)
    lists = _month(rows)
    merged = merge_by_rule(lists, rule)
    made = [(declaration, line) for declaration in merged.declarations for line in declaration.lines]
    sources = {(cleared.list_id, line.gnum): (cleared, line) for cleared in lists for line in cleared.lines}

    quantity, amount = Counter[tuple[str, str]](), Counter[str]()
    for source in sources.values():
        line = source[1]
        size = _measured(
            *((line.legal_quantity, line.legal_unit) if rule.quantity == "legal" else (line.quantity, line.unit)), rule
        )
        quantity[line.hs10, size[0]] += size[1]  # type: ignore[assignment]
        amount[line.currency] += line.amount
    for _, entry in made:
        size = _measured(entry.quantity, entry.unit, rule)
        quantity[entry.hs10, size[0]] -= size[1]  # type: ignore[assignment]
        amount[entry.currency] -= entry.amount
    assert not any(quantity.values()) and not any(amount.values())
    for weight in ("gross", "net"):
        assert sum(getattr(cleared, weight) for cleared in lists) == sum(
            getattr(declaration, weight) for declaration in merged.declarations
        )
        assert all(
            getattr(declaration, weight) == sum(getattr(line, weight) for line in declaration.lines)
            for declaration in merged.declarations
        )

    placements = list(merged.placements())
    assert [(placement.list_id, placement.gnum) for placement in placements] == list(sources)
    by_number = {declaration.number: declaration for declaration in merged.declarations}
    for place in placements:
        source, line = sources[place.list_id, place.gnum]
        target = by_number[place.declaration]
        into = target.lines[place.gseqno - 1]
        assert (into.hs10, into.currency, into.gseqno) == (line.hs10, line.currency, place.gseqno)
        assert all(getattr(target.head, name) == getattr(source, name) for name in rule.head)
        assert into.final_destination in ("", line.final_destination) and into.item_name in ("", line.item_name)
    assert {(place.declaration, place.gseqno) for place in placements} == {
        (declaration.number, line.gseqno) for declaration, line in made
    }
    assert all(1 <= len(declaration.lines) <= most for declaration in merged.declarations)
    if options.split_currency:
        assert all(len({line.currency for line in declaration.lines}) == 1 for declaration in merged.declarations)


@given(months, codes([OLD, NEW]), merging_options, st.randoms(use_true_random=False))
def test_the_order_of_lists_and_lines_decides_nothing(
    rows: Any, day: date, options: MergingOptions, chance: Any
) -> None:
    rule = rule_on(day, load(), options)._replace(lines=3)
    lists = _month(rows)
    mixed = [cleared._replace(lines=chance.sample(list(cleared.lines), len(cleared.lines))) for cleared in lists]
    chance.shuffle(mixed)
    first, second = merge_by_rule(lists, rule), merge_by_rule(mixed, rule)
    assert first.declarations == second.declarations
    assert sorted(first.placements()) == sorted(second.placements())


@given(st.dictionaries(codes(["084", "036", "035", "070"]), quantities, min_size=1))
def test_a_sum_of_units_is_exact(amounts: dict[str, int]) -> None:
    unit, quantity = total_quantity(amounts)
    assert unit in amounts
    assert quantity * measure_of(unit).factor == sum(
        number * measure_of(name).factor for name, number in amounts.items()
    )


def test_a_declaration_is_full_at_fifty_lines() -> None:
    lists = [
        cleared_list(f"L{number} C P 2 133 4227 9610 | 1.00 | {6109100000 + number} 133 502 1 011 1 011 1.00 x")
        for number in range(101)
    ]
    merged = merge_by_rule(lists, rule_on(NEW, load()))
    assert [len(declaration.lines) for declaration in merged.declarations] == [50, 50, 1]
    assert [declaration.number for declaration in merged.declarations] == [1, 2, 3]
    assert merged.declarations[1].lines[0].hs10 == "6109100050"
    assert [line.gseqno for line in merged.declarations[1].lines] == list(range(1, 51))
