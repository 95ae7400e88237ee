"""The content of a report, as values: figures, checks, what did not fit, tables, plots; all words in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from single_window.client import Audited
from single_window.frame.pages.plots import Plot
from single_window.language.words import Words

LOST, DOUBLED, WRONG, LATE = "lost", "doubled", "wrong", "late"


KINDS = {
    LOST: Words("丢失", "lost"),
    DOUBLED: Words("重复", "doubled"),
    WRONG: Words("错误", "wrong"),
    LATE: Words("超时", "late"),
}
"""Kinds of findings, and what they are called."""


class ReportedFinding(NamedTuple):
    """One thing that does not fit, and what it concerns, as far as that is known."""

    kind: str
    words: str
    message: str = ""
    trade: str = ""
    mailbox: str = ""
    sequence: int = 0

    def __str__(self) -> str:
        return f"{self.kind.upper()}: {self.words}"


class ReportCheck(NamedTuple):
    """A check: its name, the wanted and the found value; `about` names where it did not hold."""

    name: str
    words: Words
    wanted: str
    found: str
    ok: bool
    about: tuple[str, ...] = ()


class Figure(NamedTuple):
    """A number with its name; `bad`: it should be 0, and is not."""

    name: str
    words: Words
    value: str
    bad: bool = False


class Chart(NamedTuple):
    """A plot under a heading, and a remark on how to read it."""

    words: Words
    plot: Plot
    remark: Words = Words("", "")


class Grid(NamedTuple):
    """A table: its heading, its columns, its rows."""

    words: Words
    columns: tuple[Words, ...]
    rows: Sequence[Sequence[object]]


class Report(NamedTuple):
    """A whole report; `data` are the same facts for programs. It is good where every check holds."""

    kind: str
    title: Words
    about: tuple[tuple[Words, str], ...]
    figures: tuple[Figure, ...]
    checks: tuple[ReportCheck, ...]
    findings: tuple[ReportedFinding, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    data: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """True if every check holds."""
        return all(check.ok for check in self.checks)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values, without its pictures."""
    return {
        "ok": report.ok,
        "kind": report.kind,
        "checks": [
            {
                "name": check.name,
                "wanted": check.wanted,
                "found": check.found,
                "ok": check.ok,
                "about": list(check.about),
            }
            for check in report.checks
        ],
        "findings": [finding._asdict() for finding in report.findings],
        **report.data,
    }


def audit_check(audited: Audited) -> ReportCheck:
    """The check that every ledger balances; what is found is how many differences there are."""
    words = Words("各账平衡", "differences of ledgers")
    return ReportCheck("audit", words, "0", audited.refused or f"{len(audited.differences)}", audited.balanced)
