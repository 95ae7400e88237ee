"""The filing documents (备案单证) of a refund claim: which papers its exports need, and what an index lacks.

The index names the papers of each export: contract and transport paper, of goods in warehouses abroad also the sales
vouchers and the sales ledger. Papers of the agent who declared are kept only where there is one; no message says so,
and they are not asked for. What is sold after a refund ahead of sale has its vouchers by the term of the sale
(`overseas.evidence_days`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from declarations.parameters import Parameters, Value
from declarations.parameters.tables.settlement import FilingPapers
from declarations.reasons import Reason

NAMES = {
    "C": ("购销合同", "contract of purchase or sale"),
    "T": ("运输单据", "transport paper"),
    "A": ("委托报关单据", "paper of the declaring agent"),
    "W": ("海外仓订舱单或所有权、租赁凭证", "booking note, ownership or lease of the warehouse abroad"),
    "S": ("销售凭证及销售明细账", "sales vouchers and sales ledger"),
}
"""Code of a kind of paper → its names."""
LACKING, UNKNOWN_EXPORT, UNKNOWN_PAPER, UNKNOWN_MEDIUM = "20811", "20812", "20813", "20814"
EXPORT_DIGITS = 18
"""Digits of an item's number that name its declaration or list."""


class IndexedPaper(NamedTuple):
    """A paper that an index names; `export_no` empty: it concerns all exports of the claim. `medium`: P paper, I image,
    D data."""

    gnum: int
    kind: str
    paper_no: str
    export_no: str
    medium: str
    place: str = ""


class ClaimedExport(NamedTuple):
    """A declaration or list of a claim; `abroad`: its goods were sold from a warehouse abroad (9810)."""

    export_no: str
    abroad: bool = False


def rule_on(day: date, parameters: Parameters) -> Value:
    """Return the dated value that says which papers a claim of a day needs; raises `NoValue` before the first rule."""
    return parameters.on("refund.filing_papers", day)


def faults_of(
    papers: Sequence[IndexedPaper], exports: Collection[str], claimed_on: date, parameters: Parameters
) -> Iterator[Reason]:
    """Yield the reasons against an index: exports that the claim does not have, kinds and media that do not exist."""
    value = rule_on(claimed_on, parameters)
    rule = value.table_as(FilingPapers)
    for paper in papers:
        place = {"gnum": str(paper.gnum)}
        if paper.export_no and paper.export_no not in exports:
            yield Reason(UNKNOWN_EXPORT, {**place, "found": paper.export_no})
        if paper.kind not in NAMES:
            yield Reason(UNKNOWN_PAPER, {**place, "found": paper.kind, "expected": ", ".join(NAMES)})
        if paper.medium not in rule.media:
            yield Reason(
                UNKNOWN_MEDIUM, {**place, "found": paper.medium, "expected": ", ".join(rule.media)}, (value.id,)
            )


def lacking(
    papers: Sequence[IndexedPaper], exports: Collection[ClaimedExport], claimed_on: date, parameters: Parameters
) -> tuple[Reason, ...]:
    """Return what an index lacks, for each kind of paper with the exports that have none; empty if it is complete."""
    value = rule_on(claimed_on, parameters)
    rule = value.table_as(FilingPapers)
    named = {(paper.kind, paper.export_no) for paper in papers}
    missing: dict[str, list[str]] = {}
    for export in exports:
        for kind in (*rule.required, *(rule.abroad if export.abroad else ())):
            fit = (kind, *(rule.instead_abroad.get(kind, ()) if export.abroad else ()))
            if not any((one, export_no) in named for one in fit for export_no in (export.export_no, "")):
                missing.setdefault(kind, []).append(export.export_no)
    return tuple([_reason(kind, sorted(of_kind), value.id) for kind, of_kind in missing.items()])


def _reason(kind: str, exports: Sequence[str], value_id: str) -> Reason:
    zh, en = NAMES[kind]
    values = {"kind": kind, "kind_zh": zh, "kind_en": en, "first": exports[0], "count": str(len(exports))}
    return Reason(LACKING, values, (value_id,))
