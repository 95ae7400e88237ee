"""Shows what a year's claims came to: expected against found, scenario by scenario, and the amounts in yuan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from simulators.refunds.cases import SOUND
from simulators.refunds.judging import RefundVerdict, by_scenario
from simulators.refunds.scenarios import refund_scenarios
from simulators.report import in_all

LISTED = 20
"""Complaints that are printed; of more only the number."""


class YearReport(Protocol):
    """The report of a year, as far as it is shown."""

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


NAMES = {
    SOUND: ("一个月的日常出口", "a trader's everyday exports of a month"),
    **{scenario.name: (scenario.zh, scenario.en) for scenario in refund_scenarios()},
}


def as_json(report: YearReport) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "ok": report.ok,
        "claims": [_plain(outcome) for outcome in report.outcomes],
        "audit": list(report.audit),
        "totals": report.totals,
        "complaints": report.complaints,
    }


def _plain(outcome: RefundVerdict) -> dict[str, Any]:
    return {
        **outcome._asdict(),
        "paid": {"expected": f"{outcome.paid[0]:.2f}", "found": f"{outcome.paid[1]:.2f}"},
        "ok": outcome.ok,
    }


def table(outcomes: Sequence[RefundVerdict], title: str = "Refund claims against expectations") -> Table:
    """A row for each scenario: how many claims, what they must come to and came to, yuan expected and found."""
    made = Table("scenario", "what it is", "claims", "must come to", "came to", "yuan", "", title=title)
    made.columns[0].no_wrap = True
    made.columns[2].justify = made.columns[5].justify = "right"
    for name, of in by_scenario(outcomes).items():
        zh, en = NAMES[name]
        wrong = sum(not outcome.ok for outcome in of)
        wanted, got = sum(outcome.paid[0] for outcome in of), sum(outcome.paid[1] for outcome in of)
        yuan = f"{got:,.2f}" if wanted == got else f"{got:,.2f}\n≠ {wanted:,.2f}"
        made.add_row(
            name,
            f"{en}\n{zh}",
            str(len(of)),
            _listed([outcome.expected for outcome in of]),
            _listed([outcome.found for outcome in of]),
            yuan,
            f"[bold red]NOT ({wrong})" if wrong else "[green]ok",
        )
    return made


def _listed(texts: Sequence[str]) -> str:
    """One claim word for word; of several only the statuses, which they share."""
    if len(texts) == 1:
        return texts[0]
    counted: Mapping[str, int] = Counter(text.partition(" ·")[0] for text in texts)
    return "\n".join(f"{count} × {path}" for path, count in counted.items())


def show(report: YearReport, console: Console) -> None:
    """Print the table of claims, the totals, what the audit found, and what was not as expected."""
    console.print(table(report.outcomes))
    console.print(in_all(report.totals))
    for complaint in report.complaints[:LISTED]:
        console.print(f"[red]NOT as expected:[/] {escape(complaint)}", highlight=False)
    if len(report.complaints) > LISTED:
        console.print(f"[red]… and {len(report.complaints) - LISTED} more")
    console.print(
        "[bold green]Every claim is in its expected state, and every ledger balances."
        if report.ok
        else f"[bold red]{len(report.complaints)} things were not as expected."
    )
