"""Prints the report of a year: expected and actual results of claims by scenario, with amounts in yuan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from simulators.refunds.cases import EVERYDAY
from simulators.refunds.judging import RefundVerdict, by_scenario
from simulators.refunds.scenarios import refund_scenarios
from simulators.report import totals_table

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


def claims_table(outcomes: Sequence[RefundVerdict]) -> Table:
    """A row for each scenario: number of claims, expected and actual results, expected and actual yuan."""
    headings = ("scenario", "what it is", "claims", "must come to", "came to", "yuan", "")
    table = Table(*headings, title="Refund claims against expectations")
    table.columns[0].no_wrap = True
    table.columns[2].justify = table.columns[5].justify = "right"
    for name, outcomes_of_scenario in by_scenario(outcomes).items():
        zh, en = SCENARIO_NAMES[name]
        wrong = sum(not outcome.ok for outcome in outcomes_of_scenario)
        expected, got = (
            sum(outcome.paid[0] for outcome in outcomes_of_scenario),
            sum(outcome.paid[1] for outcome in outcomes_of_scenario),
        )
        yuan = f"{got:,.2f}" if expected == got else f"{got:,.2f}\n≠ {expected:,.2f}"
        table.add_row(
            name,
            f"{en}\n{zh}",
            str(len(outcomes_of_scenario)),
            _path_counts([outcome.expected for outcome in outcomes_of_scenario]),
            _path_counts([outcome.found for outcome in outcomes_of_scenario]),
            yuan,
            f"[bold red]NOT ({wrong})" if wrong else "[green]ok",
        )
    return table


def _path_counts(texts: Sequence[str]) -> str:
    """The complete text of a single claim; for several claims, the number of each sequence of statuses."""
    if len(texts) == 1:
        return texts[0]
    counted: Mapping[str, int] = Counter(text.partition(" ·")[0] for text in texts)
    return "\n".join(f"{count} × {path}" for path, count in counted.items())


def print_report(report: YearReport, console: Console) -> None:
    """Print the table of claims, the totals and all deviations."""
    console.print(claims_table(report.outcomes))
    console.print(totals_table(report.totals))
    for complaint in report.complaints[:MAX_LISTED]:
        console.print(f"[red]NOT as expected:[/] {escape(complaint)}", highlight=False)
    if len(report.complaints) > MAX_LISTED:
        console.print(f"[red]… and {len(report.complaints) - MAX_LISTED} more")
    console.print(
        "[bold green]Every claim is in its expected state, and every ledger balances."
        if report.ok
        else f"[bold red]{len(report.complaints)} things were not as expected."
    )
