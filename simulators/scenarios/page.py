"""The reference page of the scenario files that come with the program, made of the files themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from simulators.scenarios import locating
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.reading import read_scenario

AREA_TITLES = {
    "imports": "Imports 进口",
    "exports": "Exports 出口",
    "requests": "Cancellations, returns and amendments 撤单、退货、变更",
    "officers": "What officers decide 关员处置",
    "batches": "Batches 批次",
    "refunds": "Export refunds and foreign exchange 出口退税与外汇",
    "outcomes": "Forced outcomes 强制结果",
    "calls": "Answers of the interface 接口应答",
    "troubles": "What integrators struggle with 对接常见问题",
}
"""Folder of shipped scenarios → title on the page."""
TABLE_HEADER = ("| scenario | what happens | outcome |", "|---|---|---|")


def page() -> Iterator[str]:
    """The lines of the page."""
    chosen = [read_scenario(path) for path in locating.shipped_scenarios().values()]
    yield "# Scenario files 场景文件"
    yield ""
    yield (
        f"The {len(chosen)} scenarios that come with the program. Play one with `single-window scenario run NAME`, an "
        "area with `single-window scenario run AREA`; `single-window scenario show NAME` prints one to begin with "
        "([how to write one](../scenarios.md))."
    )
    for area, of in groupby(chosen, key=lambda scenario: scenario.area):
        yield from ("", f"## {AREA_TITLES[area]} (`{area}`)", "", *TABLE_HEADER)
        yield from map(_table_row, of)


def _table_row(scenario: ScenarioFile) -> str:
    shows = "; ".join(f"`{text}`" for text in scenario.shows)
    file = f"../../simulators/scenarios/files/{scenario.area}/{scenario.name}.toml"
    return f"| [`{scenario.name}`]({file}) | {scenario.en}. {scenario.zh} | {shows} |"
