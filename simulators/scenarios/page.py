"""The reference page of the scenario files that come with the program, made of the files themselves, with the known
faults of exports and the scenarios of the virtual year."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from simulators.known_faults import KnownFault, known_faults
from simulators.refunds.scenarios import RefundScenario, refund_scenarios
from simulators.scenarios import locating
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.scenario_files import read_scenario

AREA_TITLES = {
    "imports": "Imports 进口",
    "exports": "Exports 出口",
    "requests": "Cancellations, returns and amendments 撤单、退货、变更",
    "officers": "What officers decide 关员处置",
    "batches": "Batches 批次",
    "refunds": "Export refunds and foreign exchange 出口退税与外汇",
    "outcomes": "Forced outcomes 强制结果",
    "calls": "Answers of the interface 接口应答",
    "edges": "Last days, exact limits, the second of two 期限末日、恰在限额、两项之二",
    "spot_checks": "Spot checks and laboratories 质量安全抽查与实验室",
    "overseas": "Stock abroad 海外仓",
    "port": "Port community 口岸协同",
    "korea": "Korea 韩国海关",
    "shipments": "Shipments by sea to Korea 海运至韩国的一票货",
    "commerce": "Market supervision and commerce 市场监管与商务",
    "open_data": "Open data 公共数据开放",
    "credit": "Credit 信用",
    "traceability": "Traceability and recalls 追溯与召回",
    "troubles": "What integrators struggle with 对接常见问题",
}
"""Folder of shipped scenarios → title on the page."""
FAULTS_INTRODUCTION = (
    "The status is the last that the list comes to, the codes are those that some receipt must name; a day is the only "
    "one on which the fault can be seen. Known faults of imports: [table of outcomes](../outcomes-table.md)."
)
YEAR_INTRODUCTION = (
    "The statuses are those of the claim's receipts in order, without the port's own (2), the codes those that some "
    "receipt must name. Any claim may be drawn for an officer in between (300), who approves it. Amounts follow from "
    "quantities, prices, rates and a manufacturer's VAT return in `simulators/refunds/scenarios.toml` "
    "([the year](../year.md))."
)
FURTHER_HEADER = ("| comes to | what happens | name |", "|---|---|---|")
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
    yield from ("", "## Known faults of exports 出口已知差错", "", FAULTS_INTRODUCTION, "", *FURTHER_HEADER)
    yield from map(_fault_row, known_faults("export"))
    yield from ("", "## Scenarios of the virtual year 虚拟年度", "", YEAR_INTRODUCTION, "", *FURTHER_HEADER)
    yield from map(_year_row, refund_scenarios())


def _table_row(scenario: ScenarioFile) -> str:
    shows = "; ".join(f"`{text}`" for text in scenario.shows)
    file = f"../../simulators/scenarios/files/{scenario.area}/{scenario.name}.toml"
    return f"| [`{scenario.name}`]({file}) | {scenario.en}. {scenario.zh} | {shows} |"


def _fault_row(fault: KnownFault) -> str:
    status = fault.expected.outcome
    outcome = " ".join((status or "no list", *(f"[{code}]" for code in fault.expected.codes if code != status)))
    day = f" ({fault.day})" if fault.day else ""
    return f"| {outcome} | {fault.en}{day}. {fault.zh} | `{fault.name}` |"


def _year_row(scenario: RefundScenario) -> str:
    outcome = " ".join((scenario.path, *(f"[{code}]" for code in scenario.codes)))
    return f"| {outcome} | {scenario.en}. {scenario.zh} | `{scenario.name}` |"
