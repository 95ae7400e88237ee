"""The claimed lists of a summary merge into declarations, each month by its own rule, in one pass over their facts.

Nothing is written list by list here, so that this one long step writes little: the declarations, and for each message
that will tell of them which lines of lists it tells of. What becomes of each list is written with its message.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import date

from declarations.documents import ExportInventory, unpack
from declarations.reasons import Reason
from declarations.summary.deadline import rule_day
from declarations.summary.merging import merge
from declarations.summary.rule import Rule, Wishes, rule_on
from declarations.summary.shapes import Merged, SummaryDeclaration
from gateways.customs.summaries.memory import Made, Share, Summary, SummaryMemory
from gateways.customs.summaries.work import begin, note
from gateways.gateway import Answers, Circumstances

LINES = 1_000
"""Lines of lists that one message (792) tells of at most."""
_MERGED = "18024"


def merge_lists(summary: Summary, memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Merge all lists of a summary."""
    made, shares, parameters = list[Made](), list[Share](), list[str]()
    for month in sorted(summary.months):
        rule = rule_on(rule_day(date.fromisoformat(month)), circumstances.parameters, _wishes(summary))
        merged = merge(_cleared(memory.facts_of(summary.id, month)), rule)
        parameters += merged.parameters
        _take_over(summary, month, merged, rule, made, shares)
    memory.put_outcome(made, shares)
    summary.declarations, summary.results = len(made), len(shares)
    summary.goods_lines = sum(len(one.lines) for one in made)
    counts = {"declarations": str(summary.declarations), "lines": str(summary.goods_lines)}
    note(summary, "summary_merged", circumstances, answers,
         [Reason(_MERGED, counts, tuple(dict.fromkeys(parameters)))])
    begin(summary, "tell", answers)


def _wishes(summary: Summary) -> Wishes:
    return Wishes(summary.wishes.get("summary_flag", ""), summary.wishes.get("item_name_flag", ""),
                  bool(summary.wishes.get("split_currency")))


def _cleared(lists: Iterator[tuple[int, bytes]]) -> Iterator[tuple[object, ...]]:
    """Lists as `declarations.summary` reads them: tuples as `Cleared`."""
    for number, packed in lists:
        facts: ExportInventory = unpack(ExportInventory, packed)
        lines = [(one.gnum, one.gcode, one.country, one.currency, one.qty, one.unit, one.qty1, one.unit1,
                  one.total_price, one.item_name) for one in facts.lines]
        yield (number, facts.ebc_code, facts.owner_code, facts.traf_mode, facts.country, facts.port_code,
               facts.trade_mode, facts.gross_weight, facts.net_weight, lines)


def _take_over(summary: Summary, month: str, merged: Merged, rule: Rule, made: list[Made],
               shares: list[Share]) -> None:
    """Number the declarations of a month after those before it, and cut what is to be told of each into messages."""
    sources, before = _sources(merged), len(made)
    for one in merged.declarations:
        told = sources[one.number]
        number, parts = before + one.number, -(-len(told) // LINES)
        for part in range(parts):
            lines = [[merged.sources[row], merged.gnums[row], merged.places[merged.groups[row]][2]]
                     for row in told[part * LINES:(part + 1) * LINES]]
            shares.append(Share(summary.id, len(shares), number, part + 1, lines))
        made.append(Made(summary.id, number, month, _head(one, rule), [list(line) for line in one.lines], one.gross,
                         one.net, parts, len(told)))


def _sources(merged: Merged) -> Mapping[int, array[int]]:
    """The source lines of each declaration, by their place in the merge."""
    found = {one.number: array("q") for one in merged.declarations}
    places = merged.places
    for row, group in enumerate(merged.groups):
        found[places[group][1]].append(row)
    return found


def _head(one: SummaryDeclaration, rule: Rule) -> dict[str, str]:
    return {name: getattr(one.head, name) for name in rule.head}
