"""Prints the report of a year: expected and actual results of claims by scenario, with amounts in yuan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from simulators.day_shown import print_totals
from simulators.entry.commands import fitted_table, heading_in
from simulators.refunds.cases import EVERYDAY
from simulators.refunds.judging import RefundVerdict, by_scenario
from simulators.refunds.scenarios import refund_scenarios

HEADINGS = ("scenario 情形", "what it is 说明", "claims 笔数", "must come to 应为", "came to 实为", "yuan 元", "")
MAX_LISTED = 20
"""Maximum number of printed complaints; further ones are counted."""


class YearReport(Protocol):
    """The parts of a year's result that are printed."""

    @property
    def outcomes(self) -> Any:
        """The verdict about each case."""

    @property
    def audit(self) -> Any:
        """The findings of the audit."""

    @property
    def totals(self) -> Any:
        """Figures."""

    @property
    def complaints(self) -> list[str]:
        """Everything that was not as expected."""

    @property
    def ok(self) -> bool:
        """True if all was as expected."""


SCENARIO_NAMES = {
    EVERYDAY: ("一个月的日常出口", "a trader's everyday exports of a month"),
    **{scenario.name: (scenario.zh, scenario.en) for scenario in refund_scenarios()},
}


def as_json(report: YearReport) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "ok": report.ok,
        "claims": [_claim_json(outcome) for outcome in report.outcomes],
        "audit": list(report.audit),
        "totals": report.totals,
        "complaints": report.complaints,
    }


def _claim_json(outcome: RefundVerdict) -> dict[str, Any]:
    return {
        **outcome._asdict(),
        "paid": {"expected": f"{outcome.paid[0]:.2f}", "found": f"{outcome.paid[1]:.2f}"},
        "ok": outcome.ok,
    }


def claim_rows(outcomes: Sequence[RefundVerdict], language: str) -> list[list[str | Text]]:
    """A row for each scenario: number of claims, expected and actual results, expected and actual yuan."""
    rows: list[list[str | Text]] = []
    for name, same in by_scenario(outcomes).items():
        zh, en = SCENARIO_NAMES[name]
        wrong = sum(not outcome.ok for outcome in same)
        expected, got = (sum(outcome.paid[place] for outcome in same) for place in (0, 1))
        rows.append(
            [
                name,
                zh if language == "zh" else en,
                str(len(same)),
                _path_counts([outcome.expected for outcome in same]),
                _path_counts([outcome.found for outcome in same]),
                f"{got:,.2f}" if expected == got else f"{got:,.2f}\n≠ {expected:,.2f}",
                Text(f"NOT ({wrong})", "bold red") if wrong else Text("ok", "green"),
            ]
        )
    return rows


def _path_counts(texts: Sequence[str]) -> str:
    """The complete text of a single claim; for several claims, the number of each sequence of statuses."""
    if len(texts) == 1:
        return texts[0]
    counted: Mapping[str, int] = Counter(text.partition(" ·")[0] for text in texts)
    return "\n".join(f"{count} × {path}" for path, count in counted.items())


def print_report(report: YearReport, console: Console, language: str = "en") -> None:
    """Print the table of claims, the totals and all deviations."""
    headings = [heading_in(heading, language) for heading in HEADINGS]
    title = heading_in("Refund claims against expectations 退税申报与预期", language)
    console.print(fitted_table(console, headings, claim_rows(report.outcomes, language), title, right=[2, 5]))
    print_totals(report.totals, console, language)
    for complaint in report.complaints[:MAX_LISTED]:
        console.print(f"[red]NOT as expected:[/] {escape(complaint)}", highlight=False)
    if len(report.complaints) > MAX_LISTED:
        console.print(f"[red]… and {len(report.complaints) - MAX_LISTED} more")
    console.print(
        "[bold green]Every claim is in its expected state, and every ledger balances."
        if report.ok
        else f"[bold red]{len(report.complaints)} things were not as expected."
    )
