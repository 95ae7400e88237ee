"""Sums become lines, lines become declarations: units converted, lines in order, cut where a declaration is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from declarations.money import SCALE, Scaled
from declarations.summary.rule import LEGAL, SummaryRule
from declarations.summary.shapes import MergedLine, SummaryDeclaration, SummaryHead
from declarations.summary.units import measure, total

Key: TypeAlias = tuple[str, ...]
Group: TypeAlias = int
"""A group of source lines, by its place in the sums."""
_Row: TypeAlias = tuple[Key, str, Group]
"""What keeps a group apart from others however units convert, its unit, and the group."""
_FIELDS = ("hs10", "final_destination", "currency", "item_name", "legal_unit")
_FOURTH_DECIMAL = SCALE // 10_000


class GroupSums(NamedTuple):
    """The sums of each group: plain lists, since a month may make hundreds of thousands of them."""

    quantity: list[Scaled]
    amount: list[Scaled]
    gross: list[Scaled]
    net: list[Scaled]


class _OrderedLine(NamedTuple):
    """The values that put a line in order (reading 31), the line, not yet numbered, and its groups."""

    order: Key
    line: MergedLine
    groups: tuple[Group, ...]


def declarations(
    heads: Mapping[SummaryHead, Mapping[Key, Group]],
    names: Sequence[str],
    sums: GroupSums,
    rule: SummaryRule,
    places: list[tuple[str, int, int]],
) -> Iterator[SummaryDeclaration]:
    """The declarations of all groups, by head and key (whose fields `names` says); fills in `places`, by group its
    goods code, declaration and line."""
    number = 0
    for head in sorted(heads):
        rows = _rows(heads[head], names, rule)
        lines = sorted(_line(apart, list(same), sums) for apart, same in groupby(rows, itemgetter(0)))
        for sheet in _sheets(lines, rule):
            number += 1
            yield _declaration(number, head, sheet, places)


def unit_price(amount: Scaled, quantity: Scaled) -> Scaled:
    """Σ amount ÷ Σ quantity, rounded half up to four decimals (reading 31); nothing where nothing is counted."""
    if not quantity:
        return 0
    return (2 * amount * 10_000 + quantity) // (2 * quantity) * _FOURTH_DECIMAL


def _rows(groups: Mapping[Key, Group], names: Sequence[str], rule: SummaryRule) -> list[_Row]:
    """Groups in an order that puts those side by side whose units convert into each other."""
    unit = names.index(rule.counted_unit)
    readers = [_reader(names, name) for name in _FIELDS if name != rule.counted_unit]
    rows = []
    for key, group in groups.items():
        family = measure(key[unit]).family if rule.quantity == LEGAL else key[unit]
        rows.append(((*[read(key) for read in readers], family), key[unit], group))
    rows.sort()
    return rows


def _reader(names: Sequence[str], name: str) -> Callable[[Key], str]:
    """Reads a field of a key; one that is not in it is empty."""
    if name not in names:
        return lambda key: ""
    place = names.index(name)
    return lambda key: key[place]


def _line(apart: Key, same: Sequence[_Row], sums: GroupSums) -> _OrderedLine:
    hs10, destination, currency, item_name, *rest = apart
    groups = tuple([group for _, _, group in same])
    if len(groups) == 1:
        unit, quantity, amount, gross, net = same[0][1], *(by_group[groups[0]] for by_group in sums)
    else:
        unit, quantity = total({unit: sums.quantity[group] for _, unit, group in same})
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
    return _OrderedLine((hs10, destination, currency, unit, item_name, *rest), line, groups)


def _sheets(lines: Sequence[_OrderedLine], rule: SummaryRule) -> Iterator[Sequence[_OrderedLine]]:
    """Lines by declaration: by currency where that is wished, and never more than a declaration holds."""
    currencies = sorted({line.line.currency for line in lines}) if rule.split_currency else [""]
    for currency in currencies:
        together = [line for line in lines if currency in ("", line.line.currency)]
        for first in range(0, len(together), rule.lines):
            yield together[first : first + rule.lines]


def _declaration(
    number: int, head: SummaryHead, sheet: Sequence[_OrderedLine], places: list[tuple[str, int, int]]
) -> SummaryDeclaration:
    lines = tuple([cut.line._replace(gseqno=gseqno) for gseqno, cut in enumerate(sheet, 1)])
    for line, cut in zip(lines, sheet, strict=True):
        place = (line.hs10, number, line.gseqno)
        for group in cut.groups:
            places[group] = place
    return SummaryDeclaration(number, head, lines, sum(line.gross for line in lines), sum(line.net for line in lines))
