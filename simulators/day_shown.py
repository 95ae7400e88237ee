"""Shows the report of a day to people: a line for each family, then whole what differs; every row on demand, or as one
HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rich.cells import set_cell_size
from rich.console import Console
from rich.text import Text

from simulators.demo_stories import TOLD
from simulators.entry.commands import fitted_table
from simulators.entry.reports import WRONG, Figure, Report, ReportCheck, ReportedFinding, ReportTable, Words
from simulators.report import DayReport, FaultRow, as_json, export_totals, import_totals, refunded
from simulators.scenes import Scenes

FAMILIES = {
    "import": Words("进口", "imports"),
    "export": Words("出口", "exports"),
    "refund": Words("退税", "refunds"),
    TOLD: Words("故事", "stories"),
}
"""Direction of a fault's trades → the family that is told as one line."""
HEADINGS = (
    Words("情形", "fault"),
    Words("说明", "what it is"),
    Words("票数", "trades"),
    Words("应为", "must come to"),
    Words("实为", "came to"),
    Words("", ""),
)
IN_ALL = Words("合计", "in all")
DEVIATIONS = Words("不符之处", "things not as expected")
FIGURES = {
    "documents": Words("单证", "documents"),
    "receipts": Words("回执", "receipts"),
    "tax_billed": Words("开征税款", "tax billed"),
    "refunded": Words("退税", "refunded"),
}
"""Totals that the page shows first."""
MAX_ROWS, MAX_LISTED = 5, 10
"""Number of kinds that differ, and of complaints, that are printed; further ones are counted."""
UNITS = {
    "tax_billed": "yuan",
    "tax_voided": "yuan",
    "paid": "yuan",
    "refunded": "yuan",
    "seconds": "s",
    "processor_seconds": "s",
    "processor_seconds_own": "s",
    "memory": "MB",
}
"""Units of totals other than counts."""


class FamilySums(NamedTuple):
    """A family in figures: kinds of outcome, those that came as expected, and trades."""

    kinds: int
    expected: int
    trades: int


def sums_of(rows: Sequence[FaultRow]) -> Mapping[str, FamilySums]:
    """The figures of each family that was played."""
    played = {flow: [row for row in rows if row.flow == flow] for flow in FAMILIES}
    return {
        flow: FamilySums(len(same), sum(not row.wrong for row in same), sum(row.trades for row in same))
        for flow, same in played.items()
        if same
    }


def family_line(flow: str, scenes: Scenes) -> Words:
    """What a family that has been played came to, in a few words."""
    if flow == "import":
        totals = import_totals(scenes.imports, scenes.receipt_log)
        numbers = totals["trades"], totals["released"], totals["rejected"]
        return Words(
            "{}票  放行{}  退单{}".format(*numbers), "{:,} trades  released {:,}  rejected {:,}".format(*numbers)
        )
    if flow == "export":
        exports = export_totals(scenes.exports, scenes.receipt_log)
        numbers = exports["trades"], exports["left"], exports["rejected"]
        texts = "{:,}票  离境{:,}  退单{:,}", "{:,} trades  left {:,}  rejected {:,}"
        return Words(*(text.format(*numbers) for text in texts))
    same = [verdict for verdict in scenes.verdicts if verdict.flow == flow]
    if flow == TOLD:
        as_told = sum(verdict.ok for verdict in same)
        return Words(f"{as_told}/{len(same)} 符合", f"{as_told} of {len(same)} as told")
    return Words(
        f"{len(same)}笔申报  退税{refunded(same):,.2f}元", f"{len(same)} claims  paid {refunded(same):,.2f} yuan"
    )


def print_summary(report: DayReport, console: Console, language: str) -> None:
    """Print whether all came as expected, a line for each family, and whole what differs."""
    sums = sums_of(report.rows)
    expected, kinds, trades = (sum(figures) for figures in zip(*_counts(sums), strict=True))
    receipts = report.totals["receipts"]
    whole = Words(
        f"符合预期：{kinds}种结果中的{expected}种，{trades:,}票，回执{receipts:,}条",
        f"As expected: {expected} of {kinds} kinds of outcome, {trades:,} trades, {receipts:,} receipts",
    )
    _say(console, f"\n{whole.text(language)}\n", "bold")
    amounts = _amounts(report.totals)
    for flow, family in sums.items():
        counts = Words(
            f"{family.expected}/{family.kinds} 种", f"{family.expected} of {family.kinds} kinds as expected"
        ).text(language)
        amount = amounts.get(flow, Words("", "")).text(language)
        of_trades = Words(f"{family.trades:,} 票", f"{family.trades:,} trades").text(language)
        name = set_cell_size(FAMILIES[flow].text(language), 10)
        _say(console, f"  {name}{set_cell_size(counts, 30)}{set_cell_size(of_trades, 14)}{amount}".rstrip())
    _say(console, "")
    print_deviations(report, console, language)


def _counts(sums: Mapping[str, FamilySums]) -> Iterator[tuple[int, int, int]]:
    yield (0, 0, 0)
    yield from ((family.expected, family.kinds, family.trades) for family in sums.values())


def _amounts(totals: Mapping[str, Any]) -> dict[str, Words]:
    """What each family comes to in yuan, where it is known."""
    billed, paid = (f"{Decimal(totals.get(name) or 0):,.2f}" for name in ("tax_billed", "refunded"))
    return {
        "import": Words(f"税款 {billed} 元", f"tax {billed} yuan"),
        "refund": Words(f"退税 {paid} 元", f"paid {paid} yuan"),
    }


def print_deviations(report: DayReport, console: Console, language: str) -> None:
    """Print whole what differs: a record for each kind of outcome, and a line for each complaint."""
    wrong = [row for row in report.rows if row.wrong]
    if wrong:
        print_rows(wrong[:MAX_ROWS], console, language)
    for complaint in report.complaints[:MAX_LISTED]:
        console.print(Text.assemble(("NOT as expected:", "red"), f" {complaint}"), soft_wrap=True)
    if further := max(0, len(wrong) - MAX_ROWS) + max(0, len(report.complaints) - MAX_LISTED):
        _say(console, Words(f"……另有{further}项", f"… and {further} more").text(language), "red")


def print_rows(rows: Sequence[FaultRow], console: Console, language: str) -> None:
    """Print kinds of outcome with what was expected and what came."""
    cells: list[list[str | Text]] = [[*_cells(row, language), _verdict(row)] for row in rows]
    console.print(fitted_table(console, [words.text(language) for words in HEADINGS], cells, right=[2]))


def _cells(row: FaultRow, language: str) -> tuple[str, ...]:
    got = "\n".join(f"{count} × {path}" for path, count in row.got.items())
    return row.fault, row.zh if language == "zh" else row.en, str(row.trades), row.expected, got


def _verdict(row: FaultRow) -> Text:
    return Text(f"NOT ({row.wrong})", "bold red") if row.wrong else Text("ok", "green")


def print_all(report: DayReport, console: Console, language: str) -> None:
    """Print every kind of outcome, the totals and the digests."""
    for flow, name in FAMILIES.items():
        if same := [row for row in report.rows if row.flow == flow]:
            _say(console, f"\n{name.text(language)}", "bold")
            print_rows(same, console, language)
    print_totals(report.totals, console, language)
    for sandbox, digests in report.digests.items():
        _say(console, f"{sandbox}: outcome digest {digests['sha256']}")
        _say(console, f"{sandbox}: sequence digest {digests['sequence']['sha256']}")


def print_totals(figures: Mapping[str, Any], console: Console, language: str = "en") -> None:
    """Print totals by name, with their units."""
    rows = [[name.replace("_", " "), _total(name, value)] for name, value in figures.items()]
    console.print(fitted_table(console, ["", ""], rows, IN_ALL.text(language)))


def _total(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{code}: {count}" for code, count in value.items())
    return f"{value} {UNITS.get(name, '')}".rstrip()


def page_of(report: DayReport, day: str, seed: int) -> Report:
    """The report as a page: a check for each family, a finding for each complaint, a table of each family's rows."""
    sums = sums_of(report.rows)
    return Report(
        kind="demo",
        title=Words("一日贸易的结果", "outcomes of a day's trade"),
        about=((Words("日期", "day"), day), (Words("种子", "seed"), str(seed))),
        figures=tuple(
            Figure(name, words, _total(name, report.totals[name]))
            for name, words in FIGURES.items()
            if name in report.totals
        ),
        checks=(
            *(
                ReportCheck(
                    flow, FAMILIES[flow], f"{family.kinds}", f"{family.expected}", family.kinds == family.expected
                )
                for flow, family in sums.items()
            ),
            ReportCheck("complaints", DEVIATIONS, "0", f"{len(report.complaints)}", report.ok),
        ),
        findings=tuple(ReportedFinding(WRONG, complaint) for complaint in report.complaints),
        grids=tuple(_grid(flow, report.rows) for flow in sums),
        data=as_json(report),
    )


def _grid(flow: str, rows: Sequence[FaultRow]) -> ReportTable:
    cells = [
        (row.fault, f"{row.zh} {row.en}", *_cells(row, "en")[2:], f"NOT ({row.wrong})" if row.wrong else "ok")
        for row in rows
        if row.flow == flow
    ]
    return ReportTable(FAMILIES[flow], HEADINGS, cells)


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)
