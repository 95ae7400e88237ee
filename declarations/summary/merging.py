"""Merges closed lists into summary declarations and lines (归并): sums are exact, every source line can be traced.

Lists are read once. To save memory, only sums are kept, and for each source line its list, number and group.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from declarations.money import Scaled
from declarations.summary.cutting import Group, GroupSums, Key, cut_declarations
from declarations.summary.rule import LEGAL, SummaryRule
from declarations.summary.shapes import ClearedLine, ClearedList, MergedSummary, SummaryHead

_AMOUNT = ClearedLine._fields.index("amount")
_GNUM, _LIST = ClearedLine._fields.index("gnum"), ClearedList._fields.index("list_id")
_GROSS, _NET, _LINES = (ClearedList._fields.index(name) for name in ("gross", "net", "lines"))


def merge_by_rule(lists: Iterable[tuple[Any, ...]], rule: SummaryRule) -> MergedSummary:
    """Merge lists (tuples of the fields of `ClearedList`) by a rule. Their order only affects the order of
    placements."""
    heads: dict[Key, dict[Key, Group]] = {}
    sources, gnums, groups, sums = list[Any](), array("q"), array("q"), GroupSums([], [], [], [])
    quantities, amounts, grosses, nets = sums
    names = _line_names(rule)
    head_of, line_of = _pick_values(ClearedList._fields, rule.head), _pick_values(ClearedLine._fields, names)
    counted = ClearedLine._fields.index("legal_quantity" if rule.quantity == LEGAL else "quantity")
    for cleared in lists:
        known = heads.setdefault(head_of(cleared), {})
        lines = cleared[_LINES]
        for line, gross, net in zip(
            lines, _divide_weight(cleared[_GROSS], lines), _divide_weight(cleared[_NET], lines), strict=True
        ):
            group = known.setdefault(line_of(line), len(quantities))
            if group == len(quantities):
                for numbers in sums:
                    numbers.append(0)
            quantities[group] += line[counted]
            amounts[group] += line[_AMOUNT]
            grosses[group] += gross
            nets[group] += net
            sources.append(cleared[_LIST])
            gnums.append(line[_GNUM])
            groups.append(group)
    places = [("", 0, 0)] * len(quantities)
    named = {
        SummaryHead(**dict(zip(rule.head, head, strict=True))): groups_of_head for head, groups_of_head in heads.items()
    }
    made = tuple(cut_declarations(named, names, sums, rule, places))
    return MergedSummary(made, rule.parameter_ids, sources, gnums, groups, places)


def _line_names(rule: SummaryRule) -> tuple[str, ...]:
    """The fields by which source lines are grouped: the rule's, and always the unit of the quantity."""
    unit = rule.counted_unit
    return rule.line if unit in rule.line else (*rule.line, unit)


def _pick_values(fields: Sequence[str], names: Sequence[str]) -> Callable[[tuple[Any, ...]], Key]:
    places = [fields.index(name) for name in names]
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


def _divide_weight(weight: Scaled, lines: Sequence[tuple[Any, ...]]) -> Sequence[Scaled]:
    """Divide a weight among lines by amount (evenly if all amounts are 0); the highest gnum gets the remainder."""
    if len(lines) == 1:
        return (weight,)
    parts = [line[_AMOUNT] for line in lines]
    whole = sum(parts)
    if not whole:
        parts, whole = [1] * len(lines), len(lines)
    shares = [weight * part // whole for part in parts]
    last = max(range(len(lines)), key=lambda place: lines[place][_GNUM])
    shares[last] += weight - sum(shares)
    return shares
