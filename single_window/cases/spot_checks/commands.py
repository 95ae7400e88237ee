"""`single-window spot-check`: plans of spot checks, and their samples."""

from __future__ import annotations

from collections.abc import Sequence

import click

from single_window.cases.spot_checks.answers import (
    SPOT_CHECK_KIND,
    LaboratoryLineOut,
    PlanPowerOut,
    RaisedOut,
    RedrawOut,
    SpotCheckPlanOut,
    SpotCheckPlansOut,
    SpotCheckPreviewOut,
    SpotSampleOut,
)
from single_window.cases.spot_checks.failure_answers import FailedLineOut, FailuresOut, as_lines
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_history
from single_window.frame.commands.rows import CommandGroup, Listed, newest_first
from single_window.frame.typed import local

spot_check = CommandGroup("spot-check")
spot_check.cases(SPOT_CHECK_KIND, "List samples, newest first.", ("--state unqualified",))


def _show(call: Call, sample: SpotSampleOut) -> None:
    call.print_line(f"{sample.sample_no}  {call.pick(sample.state_words)}  {sample.key}  {sample.seal_no}")
    for report in sample.reports or ():
        names = [report.report_no, report.laboratory, report.verdict]
        names += [f"retest of 复验 {report.answers}"] if report.answers else []
        names += [f"amends 更正 {report.amends}"] if report.amends else []
        call.records("  ".join(names), _LINE, report.lines)
    show_history(call, sample.history or (), "spot_check")


def _show_preview(call: Call, would: SpotCheckPreviewOut) -> None:
    more = f"; {would.shared:g} more are drawn by open plans" if would.shared else ""
    call.print_line(f"{would.samples:g} of {would.units} units in {would.lists} lists; {would.a_day:g} a day{more}")
    if would.raised:
        call.print_line(f"more is drawn 加抽: {_raised(would.raised)}")
    call.records("", _POWER, would.finds)


def _show_redrawn(call: Call, drawn: RedrawOut) -> None:
    call.print_line(
        f"{drawn.plan_no}: {drawn.drawn} of {drawn.units} units drawn, {drawn.redrawn} drawn again; "
        + ("the secret is the one committed to" if drawn.committed else "the secret is NOT the one committed to")
        + (f"; first difference: {drawn.difference}" if drawn.difference else "; no difference")
    )


def _show_failures(call: Call, found: FailuresOut) -> None:
    call.records("", _FAILURE, as_lines(found.failures))
    if found.next is not None:
        call.print_line(f"More: --before {found.next}")


def _raised(strata: Sequence[RaisedOut]) -> str:
    """Chapters and origins of which more is drawn, because samples of earlier plans failed there."""
    return "; ".join(f"{stratum.chapter} {stratum.origin or '*'} × {stratum.factor}" for stratum in strata)


def _rate(plan: SpotCheckPlanOut) -> str:
    rate = plan.rate
    return "" if rate is None else f"{rate.failed}/{rate.tested} {rate.share:.2%} ({rate.low:.2%}-{rate.high:.2%})"


_LINE: Columns[LaboratoryLineOut] = (
    ("item 项目", lambda line: line.item),
    ("limit 限值", lambda line: f"{line.limit} {line.unit}"),
    ("value 检测值", lambda line: line.value),
    ("verdict 结论", lambda line: line.verdict),
    ("standard 标准", lambda line: line.standard),
)
_FAILURE: Columns[FailedLineOut] = (
    ("day 日期", lambda line: line.day),
    ("goods 商品", lambda line: f"{line.gcode} {line.gname}"),
    ("origin 原产国", lambda line: line.origin),
    ("company 企业", lambda line: f"{line.ebc_code} {line.company}"),
    ("item 项目", lambda line: line.item),
    ("value 检测值 / limit 限值", lambda line: f"{line.value} / {line.limit} {line.unit}"),
    ("standard 标准", lambda line: line.standard),
    ("measure 处置", lambda line: line.measure_words),
)
_POWER: Columns[PlanPowerOut] = (
    ("bad 不合格", lambda power: f"{power.bad_share:.1%}"),
    ("needed 95%所需", lambda power: str(power.needed)),
    ("missed 漏检", lambda power: f"{power.missed:.1%}"),
)
_PLAN: Columns[SpotCheckPlanOut] = (
    ("plan 计划", lambda plan: plan.plan_no),
    ("terms 内容", lambda plan: plan.terms),
    ("until 止", lambda plan: local(plan.closes_at)[:10]),
    ("samples 样品", lambda plan: str(plan.samples)),
    ("more is drawn 加抽", lambda plan: _raised(plan.raised)),
    ("failed 不合格", _rate),
    ("commitment 承诺值", lambda plan: plan.commitment),
    ("secret 密钥", lambda plan: plan.secret),
)


spot_check.case(
    SPOT_CHECK_KIND,
    help="Show a sample by its sampleNo or id, with the laboratory's values beside their limits.",
    show=_show,
    examples=("SP2026112001-0123456789",),
)
spot_check.row(
    "plans",
    "GET /spot-checks/plans",
    "List plans, newest first; one is opened by: single-window create spot_check open_plan.",
    Listed(SpotCheckPlansOut, _PLAN),
    examples=("",),
)
spot_check.row(
    "preview",
    "GET /spot-checks/preview",
    "Say what a plan of these terms would draw, on the lists of the last 30 days, before it is opened.",
    _show_preview,
    options=(click.argument("plan"),),
    examples=('"title=儿童玩具; goods=9503; rate=0.05"',),
)
spot_check.row(
    "redraw",
    "GET /spot-checks/plans/{plan_no}/redraw",
    "Draw a plan that has ended again from what is stored. Exit code 1: the draws differ.",
    _show_redrawn,
    examples=("SP2026112001",),
    holds=lambda drawn: drawn.committed and not drawn.difference,
)
spot_check.row(
    "failures",
    "GET /public/spot-checks/failures",
    "List failed spot checks that everybody may know of, newest first: no buyer, order or waybill is in it.",
    _show_failures,
    options=newest_first(500),
    examples=("--limit 20",),
)
