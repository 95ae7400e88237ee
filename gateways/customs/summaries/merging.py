"""Merges the claimed lists of a summary into declarations, each month by the rule of that month, in one pass.

To keep the writes of this long step few, it stores no row per list: only the declarations, the content of each result
message, and the positions of lists' lines, thousands in one row.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from declarations.documents import ExportInventory, unpack
from declarations.reasons import Reason
from declarations.summary.deadline import rule_day
from declarations.summary.merging import merge_by_rule
from declarations.summary.rule import MergingOptions, SummaryRule, rule_on
from declarations.summary.shapes import MergedSummary, SummaryDeclaration
from gateways.customs.summaries.repository import (
    Claimed,
    MadeDeclaration,
    MergeTotals,
    Place,
    Summary,
    SummaryDesk,
    SummaryPart,
    SummaryPartLine,
    SummaryRepository,
)
from gateways.customs.summaries.work import add_event, begin_phase

MAX_MESSAGE_LINES = 1_000
"""Maximum number of lines of lists in one result message (792)."""
_MERGED = "18024"
_NUMBER = itemgetter(0)


def merge_lists(summary: Summary, desk: SummaryDesk) -> None:
    """Merge all lists of a summary; a retry of the batch reuses the remembered result."""
    outcome = desk.repository.recall(summary)
    if outcome is None:
        outcome = _merge_months(summary, desk)
        desk.repository.remember(summary, outcome)
    summary.declarations, summary.goods_lines, summary.results, parameters = outcome
    counts = {"declarations": str(summary.declarations), "lines": str(summary.goods_lines)}
    add_event(summary, "summary_merged", desk, [Reason(_MERGED, counts, parameters)])
    begin_phase(summary, "tell", desk)


def _merge_months(summary: Summary, desk: SummaryDesk) -> MergeTotals:
    outcome = MergeTotals(0, 0, 0, ())
    for month in sorted(summary.months):
        rule = rule_on(rule_day(date.fromisoformat(month)), desk.law, _options_of(summary))
        outcome = _merge_month(summary, month, rule, outcome, desk.repository)
    return outcome._replace(parameters=tuple(dict.fromkeys(outcome.parameters)))


def _merge_month(
    summary: Summary, month: str, rule: SummaryRule, so_far: MergeTotals, repository: SummaryRepository
) -> MergeTotals:
    """Merge the lists of a month; its declarations continue the numbering of earlier months."""
    numbers_of = dict[int, tuple[str, str]]()
    merged, before = (
        merge_by_rule(_load_lists(repository.facts_of(summary.id, month), numbers_of), rule),
        so_far.declarations,
    )
    sources = _sources_by_declaration(merged)
    for declaration in merged.declarations:
        rows_of_declaration = sources[declaration.number]
        lines = [list(line) for line in declaration.lines]
        repository.put_made(
            MadeDeclaration(
                summary_id=summary.id,
                number=before + declaration.number,
                month=month,
                head=_head_fields(declaration, rule),
                lines=lines,
                gross=declaration.gross,
                net=declaration.net,
                parts=-(-len(rows_of_declaration) // MAX_MESSAGE_LINES),
                sources=len(rows_of_declaration),
            )
        )
    messages = repository.put_result_parts(
        _make_result_parts(summary.id, before, so_far.results, merged, sources, numbers_of)
    )
    repository.put_places(summary.id, month, _make_places(merged, before))
    return MergeTotals(
        before + len(merged.declarations),
        so_far.goods_lines + sum(len(declaration.lines) for declaration in merged.declarations),
        so_far.results + messages,
        (*so_far.parameters, *rule.parameter_ids),
    )


def _options_of(summary: Summary) -> MergingOptions:
    return MergingOptions(
        summary.wishes.get("summary_flag", ""),
        summary.wishes.get("item_name_flag", ""),
        bool(summary.wishes.get("split_currency")),
    )


def _load_lists(lists: Iterator[Claimed], numbers_of: dict[int, tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    """Yield lists as tuples of the fields of `ClearedList`; store the (list, waybill) numbers of each in
    `numbers_of`."""
    for number, invt_no, packed in lists:
        facts: ExportInventory = unpack(ExportInventory, packed)
        numbers_of[number] = invt_no, facts.logistics_no
        lines = [
            (
                line.gnum,
                line.gcode,
                line.country,
                line.currency,
                line.qty,
                line.unit,
                line.qty1,
                line.unit1,
                line.total_price,
                line.item_name,
            )
            for line in facts.lines
        ]
        yield (
            number,
            facts.ebc_code,
            facts.owner_code,
            facts.traf_mode,
            facts.country,
            facts.port_code,
            facts.trade_mode,
            facts.gross_weight,
            facts.net_weight,
            lines,
        )


def _sources_by_declaration(merged: MergedSummary) -> Mapping[int, array[int]]:
    """Declaration number → its source lines, as row indexes of the merge."""
    sources = {declaration.number: array("q") for declaration in merged.declarations}
    places = merged.places
    for row, group in enumerate(merged.groups):
        sources[places[group][1]].append(row)
    return sources


def _make_result_parts(
    summary_id: int,
    before: int,
    position: int,
    merged: MergedSummary,
    sources: Mapping[int, array[int]],
    numbers_of: Mapping[int, tuple[str, str]],
) -> Iterator[SummaryPart]:
    """Yield the results of each declaration, divided into messages."""
    lists, gnums, groups, places = merged.sources, merged.gnums, merged.groups, merged.places
    for number, source in sources.items():
        for part, first in enumerate(range(0, len(source), MAX_MESSAGE_LINES), 1):
            rows = source[first : first + MAX_MESSAGE_LINES]
            lines = [SummaryPartLine(*numbers_of[lists[row]], places[groups[row]][2], gnums[row]) for row in rows]
            yield SummaryPart(summary_id, position, before + number, part, lines)
            position += 1


def _make_places(merged: MergedSummary, before: int) -> Iterator[Place]:
    """Yield the positions of each list's lines; rows are in the order of list ids."""
    rows = zip(merged.sources, merged.groups, merged.gnums, strict=True)
    for number, of_list in groupby(rows, _NUMBER):
        yield number, [(before + merged.places[group][1], merged.places[group][2], gnum) for _, group, gnum in of_list]


def _head_fields(declaration: SummaryDeclaration, rule: SummaryRule) -> dict[str, str]:
    return {name: getattr(declaration.head, name) for name in rule.head}
