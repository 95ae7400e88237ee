"""The report of the differences between two runs, as HTML page or JUnit XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from single_window.cases.digests.comparing import Comparison, Group
from single_window.frame.pages.plots import Plot
from single_window.language.words import Words
from single_window.reports.form import WRONG, Chart, Figure, Report, ReportCheck, ReportedFinding, ReportTable

DIFFER = Words("结果不同的单", "outcomes that differ")
MAX_CAUSES = 15


def report(
    comparison: Comparison,
    changes: Sequence[Sequence[Any]],
    explained: Mapping[str, Sequence[Sequence[str]]],
    *names: str,
) -> Report:
    """Return the report of a comparison. `changes`: rows of changed totals. `explained`: trade -> both stories.

    `names`: the two runs."""
    words = Words("首个差异的类别", "first differences by kind")
    causes = comparison.causes.most_common(MAX_CAUSES)
    plot = Plot(
        f"{words.zh} {words.en}",
        [cause for cause, _ in causes],
        {"单数 trades": [count for _, count in causes]},
        lying=True,
    )
    sides = (Words("运行一", "A"), Words("运行二", "B"))
    stories = [(trade, *("\n".join(lines) for lines in both)) for trade, both in explained.items() if any(both)]
    return Report(
        kind="compare",
        title=Words("两次运行的比较", "two runs compared"),
        about=tuple(zip(sides, names, strict=True)),
        figures=(
            Figure("before", Words("运行一的结果", "outcomes of A"), f"{comparison.before.outcomes}"),
            Figure("after", Words("运行二的结果", "outcomes of B"), f"{comparison.after.outcomes}"),
            Figure("differing", DIFFER, f"{comparison.differing}", comparison.differing > 0),
        ),
        checks=(ReportCheck("equal", DIFFER, "0", f"{comparison.differing}", comparison.equal),),
        findings=tuple(map(_finding, comparison.groups)),
        charts=(Chart(words, plot),) if causes else (),
        grids=tuple(
            ReportTable(heading, columns, rows)
            for heading, columns, rows in (
                (Words("总的变化", "changed totals"), (Words("", ""), Words("状态", "state"), *sides), changes),
                (Words("说明", "explained"), (Words("订单", "trade"), *sides), stories),
            )
            if rows
        ),
    )


def _finding(group: Group) -> ReportedFinding:
    first, more = group.first, len(group.following)
    text = f"{first.place}, {first.name}: {first.before} → {first.after}{f'; {more} follow' if more else ''}"
    return ReportedFinding(WRONG, text, trade=group.trade)
