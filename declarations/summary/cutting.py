"""Converts the sums of a merge to lines and declarations: units converted, lines ordered, declarations cut when
full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from declarations.money import SCALE, Scaled
from declarations.summary.rule import LEGAL, SummaryRule
from declarations.summary.shapes import MergedLine, SummaryDeclaration, SummaryHead
from declarations.summary.units import measure_of, total_quantity

Key: TypeAlias = tuple[str, ...]
Group: TypeAlias = int
"""A group of source lines: its index in the sums."""
_Row: TypeAlias = tuple[Key, str, Group]
"""(key without the unit, unit, group); rows with equal keys are merged into one line."""
_FIELDS = ("hs10", "final_destination", "currency", "item_name", "legal_unit")
_FOURTH_DECIMAL = SCALE // 10_000


class GroupSums(NamedTuple):
    """The sums of each group, as plain lists, because a month may have hundreds of thousands of groups."""

    quantity: list[Scaled]
    amount: list[Scaled]
    gross: list[Scaled]
    net: list[Scaled]


class _OrderedLine(NamedTuple):
    """The sort key of a line (reading 31), the line, not yet numbered, and its groups."""

    order: Key
    line: MergedLine
    groups: tuple[Group, ...]


def cut_declarations(
    heads: Mapping[SummaryHead, Mapping[Key, Group]],
    names: Sequence[str],
    sums: GroupSums,
    rule: SummaryRule,
    placements: list[tuple[str, int, int]],
) -> Iterator[SummaryDeclaration]:
    """Yield the declarations of all groups. `heads`: head → key (with the fields `names`) → group. Fills `placements`:
    for each group its goods code, declaration number and line."""
    number = 0
    for head in sorted(heads):
        by_line = groupby(_make_rows(heads[head], names, rule), itemgetter(0))
        for sheet in _split_sheets(sorted(_make_line(fields, list(rows), sums) for fields, rows in by_line), rule):
            number += 1
            yield _make_declaration(number, head, sheet, placements)


def unit_price(amount: Scaled, quantity: Scaled) -> Scaled:
    """Return Σ amount ÷ Σ quantity, rounded half up to four decimals (reading 31); 0 if the quantity is 0."""
    if not quantity:
        return 0
    return (2 * amount * 10_000 + quantity) // (2 * quantity) * _FOURTH_DECIMAL


def _make_rows(groups: Mapping[Key, Group], names: Sequence[str], rule: SummaryRule) -> list[_Row]:
    """The groups as rows, sorted so that those with convertible units are adjacent."""
    unit = names.index(rule.counted_unit)
    readers = [_make_reader(names, name) for name in _FIELDS if name != rule.counted_unit]
    rows = []
    for key, group in groups.items():
        family = measure_of(key[unit]).family if rule.quantity == LEGAL else key[unit]
        rows.append(((*[read(key) for read in readers], family), key[unit], group))
    rows.sort()
    return rows


def _make_reader(names: Sequence[str], name: str) -> Callable[[Key], str]:
    """Return a function that reads a field of a key; empty if the key does not have it."""
    if name not in names:
        return lambda key: ""
    position = names.index(name)
    return lambda key: key[position]


def _make_line(fields: Key, rows_of_line: Sequence[_Row], sums: GroupSums) -> _OrderedLine:
    hs10, destination, currency, item_name, *other_fields = fields
    groups = tuple([group for _, _, group in rows_of_line])
    if len(groups) == 1:
        unit, quantity, amount, gross, net = rows_of_line[0][1], *(by_group[groups[0]] for by_group in sums)
    else:
        unit, quantity = total_quantity({unit: sums.quantity[group] for _, unit, group in rows_of_line})
        amount, gross, net = (
            sum(by_group[group] for group in groups) for by_group in (sums.amount, sums.gross, sums.net)
        )
    line = MergedLine(
        gseqno=0,
        hs10=hs10,
        final_destination=destination,
        currency=currency,
        unit=unit,
        item_name=item_name,
        quantity=quantity,
        amount=amount,
        unit_price=unit_price(amount, quantity),
        gross=gross,
        net=net,
    )
    return _OrderedLine((hs10, destination, currency, unit, item_name, *other_fields), line, groups)


def _split_sheets(lines: Sequence[_OrderedLine], rule: SummaryRule) -> Iterator[Sequence[_OrderedLine]]:
    """Divide lines into declarations: by currency, if requested, and at most `rule.lines` in each."""
    currencies = sorted({line.line.currency for line in lines}) if rule.split_currency else [""]
    for currency in currencies:
        lines_of_currency = [line for line in lines if currency in ("", line.line.currency)]
        for first in range(0, len(lines_of_currency), rule.lines):
            yield lines_of_currency[first : first + rule.lines]


def _make_declaration(
    number: int, head: SummaryHead, sheet: Sequence[_OrderedLine], placements: list[tuple[str, int, int]]
) -> SummaryDeclaration:
    lines = tuple([ordered_line.line._replace(gseqno=gseqno) for gseqno, ordered_line in enumerate(sheet, 1)])
    for line, ordered_line in zip(lines, sheet, strict=True):
        placement = (line.hs10, number, line.gseqno)
        for group in ordered_line.groups:
            placements[group] = placement
    return SummaryDeclaration(number, head, lines, sum(line.gross for line in lines), sum(line.net for line in lines))
