"""The content of a report as values: figures, checks, findings, tables, plots; texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from single_window.frame.pages.plots import Plot
from single_window.language.words import Words
from single_window_client import Audited

LOST, DOUBLED, WRONG, LATE = "lost", "doubled", "wrong", "late"


KINDS = {
    LOST: Words("丢失", "lost"),
    DOUBLED: Words("重复", "doubled"),
    WRONG: Words("错误", "wrong"),
    LATE: Words("超时", "late"),
}
"""Kind of finding → its name."""


class ReportedFinding(NamedTuple):
    """A deviation, with the message, trade and receipt that it concerns, if known."""

    kind: str
    words: str
    message: str = ""
    trade: str = ""
    mailbox: str = ""
    sequence: int = 0

    def __str__(self) -> str:
        return f"{self.kind.upper()}: {self.words}"


class ReportCheck(NamedTuple):
    """A check with expected and actual value; `about`: items for which it failed."""

    name: str
    words: Words
    wanted: str
    found: str
    ok: bool
    about: tuple[str, ...] = ()


class Figure(NamedTuple):
    """A named number; `bad`: it should be 0 and is not."""

    name: str
    words: Words
    value: str
    bad: bool = False


class Chart(NamedTuple):
    """A plot with a heading and a remark."""

    words: Words
    plot: Plot
    remark: Words = Words("", "")


class ReportTable(NamedTuple):
    """A table with a heading."""

    words: Words
    columns: tuple[Words, ...]
    rows: Sequence[Sequence[object]]


class Report(NamedTuple):
    """A report; `data`: the same facts for programs."""

    kind: str
    title: Words
    about: tuple[tuple[Words, str], ...]
    figures: tuple[Figure, ...]
    checks: tuple[ReportCheck, ...]
    findings: tuple[ReportedFinding, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[ReportTable, ...] = ()
    data: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """True if every check passed."""
        return all(check.ok for check in self.checks)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values, without plots."""
    return {
        "ok": report.ok,
        "kind": report.kind,
        "checks": [
            {"name": check.name, "wanted": check.wanted, "found": check.found, "ok": check.ok, "about": [*check.about]}
            for check in report.checks
        ],
        "findings": [finding._asdict() for finding in report.findings],
        **report.data,
    }


def audit_check(audited: Audited) -> ReportCheck:
    """The check that every ledger balances; its actual value is the number of differences."""
    words = Words("各账平衡", "differences of ledgers")
    return ReportCheck("audit", words, "0", audited.refused or f"{len(audited.differences)}", audited.balanced)
