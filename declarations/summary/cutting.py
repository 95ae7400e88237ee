"""Sums become lines, lines become declarations: units converted, lines in order, cut where a declaration is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from declarations.money import SCALE, Scaled
from declarations.summary.rule import LEGAL, Rule
from declarations.summary.shapes import Head, MergedLine, SummaryDeclaration
from declarations.summary.units import measure, total

Key: TypeAlias = tuple[str, ...]
Group: TypeAlias = list[int]
"""The group's number, then its sums: quantity, amount, gross and net weight."""
_FOURTH_DECIMAL = SCALE // 10_000


class _Line(NamedTuple):
    """A line not yet numbered, what puts it in order (reading 31), and its groups."""

    order: Key
    groups: Sequence[Group]
    line: MergedLine


def declarations(heads: Mapping[Head, Mapping[Key, Group]], names: Sequence[str], rule: Rule,
                 places: list[tuple[str, int, int]]) -> Iterator[SummaryDeclaration]:
    """The declarations of all groups, by head and key (whose fields `names` says); fills in `places`, by the number of
    each group its goods code, declaration and line."""
    number = 0
    for head in sorted(heads):
        for sheet in _sheets(_lines(heads[head], names, rule), rule):
            number += 1
            yield _declaration(number, head, sheet, places)


def unit_price(amount: Scaled, quantity: Scaled) -> Scaled:
    """Σ amount ÷ Σ quantity, rounded half up to four decimals (reading 31); nothing where nothing is counted."""
    if not quantity:
        return 0
    return (2 * amount * 10_000 + quantity) // (2 * quantity) * _FOURTH_DECIMAL


def _lines(groups: Mapping[Key, Group], names: Sequence[str], rule: Rule) -> list[_Line]:
    """Groups whose units convert into each other become one line each, in the order of reading 31."""
    unit = names.index(rule.counted_unit)
    convertible: dict[Key, dict[str, Group]] = {}
    for key, group in groups.items():
        family = measure(key[unit]).family if rule.quantity == LEGAL else key[unit]
        convertible.setdefault((*key[:unit], family, *key[unit + 1:]), {})[key[unit]] = group
    asked = [_asked(names, name) for name in ("hs10", "final_destination", "currency", "item_name", "legal_unit")]
    return sorted(_line(key, same, asked) for key, same in convertible.items())


def _asked(names: Sequence[str], name: str) -> Callable[[Key], str]:
    """Reads a field of a key; one that is not in it is empty."""
    if name not in names:
        return lambda key: ""
    place = names.index(name)
    return lambda key: key[place]


def _line(key: Key, same: Mapping[str, Group], asked: Sequence[Callable[[Key], str]]) -> _Line:
    hs10, destination, currency, item_name, legal_unit = [read(key) for read in asked]
    groups = list(same.values())
    if len(groups) == 1:
        (unit,), (_, quantity, amount, gross, net) = same, groups[0]
    else:
        unit, quantity = total({unit: group[1] for unit, group in same.items()})
        amount, gross, net = (sum(group[place] for group in groups) for place in (2, 3, 4))
    line = MergedLine(0, hs10, destination, currency, unit, item_name, quantity, amount, unit_price(amount, quantity),
                      gross, net)
    return _Line((hs10, destination, currency, unit, item_name, legal_unit), groups, line)


def _sheets(lines: Sequence[_Line], rule: Rule) -> Iterator[Sequence[_Line]]:
    """Lines by declaration: by currency where that is wished, and never more than a declaration holds."""
    currencies = sorted({one.line.currency for one in lines}) if rule.split_currency else [""]
    for currency in currencies:
        together = [one for one in lines if currency in ("", one.line.currency)]
        for first in range(0, len(together), rule.lines):
            yield together[first:first + rule.lines]


def _declaration(number: int, head: Head, sheet: Sequence[_Line],
                 places: list[tuple[str, int, int]]) -> SummaryDeclaration:
    lines = tuple([one.line._replace(gseqno=gseqno) for gseqno, one in enumerate(sheet, 1)])
    for line, one in zip(lines, sheet, strict=True):
        for group in one.groups:
            places[group[0]] = (line.hs10, number, line.gseqno)
    return SummaryDeclaration(number, head, lines, sum(line.gross for line in lines), sum(line.net for line in lines))
