"""What a report says, as values: figures, checks, what did not fit, tables, plots; all words in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from single_window.console.plots import Plot

LOST, DOUBLED, WRONG, LATE = "lost", "doubled", "wrong", "late"


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


KINDS = {
    LOST: Words("丢失", "lost"),
    DOUBLED: Words("重复", "doubled"),
    WRONG: Words("错误", "wrong"),
    LATE: Words("超时", "late"),
}
"""Kinds of findings, and what they are called."""


class Finding(NamedTuple):
    """One thing that does not fit, and what it concerns, as far as that can be told."""

    kind: str
    words: str
    message: str = ""
    trade: str = ""
    mailbox: str = ""
    sequence: int = 0

    def __str__(self) -> str:
        return f"{self.kind.upper()}: {self.words}"


class Check(NamedTuple):
    """Something that must hold: what, what was wanted, what was found; `about` says where it did not."""

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
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...] = ()
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    data: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """Whether every check holds."""
        return all(one.ok for one in self.checks)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values, without its pictures."""
    return {
        "ok": report.ok,
        "kind": report.kind,
        "checks": [
            {"name": one.name, "wanted": one.wanted, "found": one.found, "ok": one.ok, "about": list(one.about)}
            for one in report.checks
        ],
        "findings": [one._asdict() for one in report.findings],
        **report.data,
    }
