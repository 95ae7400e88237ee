"""`single-window spot-check`: plans of spot checks, and their samples."""

from __future__ import annotations

import click

from single_window.cases.spot_checks.answers import (
    SPOT_CHECK_KIND,
    LaboratoryLineOut,
    PlanPowerOut,
    RedrawOut,
    SpotCheckPlanOut,
    SpotCheckPlansOut,
    SpotCheckPreviewOut,
    SpotSampleOut,
)
from single_window.cases.spot_checks.failure_answers import FailedLineOut, FailuresOut, as_lines
from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import FAILED, Call, Columns, command
from single_window.frame.commands.cases import convert_answer, list_options, show_history, show_options
from single_window.frame.commands.rows import limit
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local


@click.group("spot-check")
def spot_check() -> None:
    """Quality and safety spot checks: plans, samples, redraws."""


@spot_check.command("list")
@list_options(SPOT_CHECK_KIND)
def list_() -> None:
    """List samples, newest first.

    \b
    Example:
      single-window spot-check list --state unqualified
    """


@spot_check.command()
@show_options(SPOT_CHECK_KIND, "NUMBER")
def show(call: Call, sample: SpotSampleOut) -> None:
    """Show a sample by its sampleNo or id, with the laboratory's values beside their limits.

    \b
    Example:
      single-window spot-check show SP2026112001-0123456789
    """
    call.print_line(f"{sample.sample_no}  {call.pick(sample.state_words)}  {sample.key}  {sample.seal_no}")
    for report in sample.reports or ():
        call.records(f"{report.report_no}  {report.laboratory}  {report.verdict}", _LINE, report.lines)
    show_history(call, sample.history or (), "spot_check")


@spot_check.command()
@command
@through_api
def plans(call: Call, sandbox: SandboxClient) -> None:
    """List plans, newest first; one is opened by: single-window create spot_check open_plan.

    \b
    Example:
      single-window spot-check plans
    """
    answer = call.answered(sandbox.call("GET", "/spot-checks/plans"))
    call.records("", _PLAN, convert_answer(answer, SpotCheckPlansOut).plans)


@spot_check.command()
@command
@through_api
@click.argument("plan")
def preview(call: Call, sandbox: SandboxClient, plan: str) -> None:
    """Say what a plan of these terms would draw, on the lists of the last 30 days, before it is opened.

    \b
    Example:
      single-window spot-check preview "title=儿童玩具; goods=9503; rate=0.05"
    """
    answer = call.answered(sandbox.call("GET", "/spot-checks/preview", query={"plan": plan}))
    would = convert_answer(answer, SpotCheckPreviewOut)
    call.print_line(f"{would.samples:g} of {would.units} units in {would.lists} lists; {would.a_day:g} a day")
    call.records("", _POWER, would.finds)


@spot_check.command("redraw")
@command
@through_api
@click.argument("plan_no")
def redraw_plan(call: Call, sandbox: SandboxClient, plan_no: str) -> None:
    """Draw a plan that has ended again from what is stored. Exit code 1: the draws differ.

    \b
    Example:
      single-window spot-check redraw SP2026112001
    """
    answer = call.answered(sandbox.call("GET", f"/spot-checks/plans/{part(plan_no)}/redraw"))
    drawn = convert_answer(answer, RedrawOut)
    call.print_line(
        f"{drawn.plan_no}: {drawn.drawn} of {drawn.units} units drawn, {drawn.redrawn} drawn again; "
        + ("the secret is the one committed to" if drawn.committed else "the secret is NOT the one committed to")
        + (f"; first difference: {drawn.difference}" if drawn.difference else "; no difference")
    )
    if drawn.difference or not drawn.committed:
        raise click.exceptions.Exit(FAILED)


@spot_check.command()
@command
@through_api
@click.option("--before", type=click.IntRange(0), default=0, help="The page after this one [default: the newest].")
@limit(500)
def failures(call: Call, sandbox: SandboxClient, before: int, limit: int) -> None:
    """List failed spot checks that everybody may know of, newest first: no buyer, order or waybill is in it.

    \b
    Example:
      single-window spot-check failures --limit 20
    """
    query = {"before": before, "limit": limit}
    found = convert_answer(call.answered(sandbox.call("GET", "/public/spot-checks/failures", query=query)), FailuresOut)
    call.records("", _FAILURE, as_lines(found.failures))
    if found.next is not None:
        call.print_line(f"More: --before {found.next}")


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
    ("failed 不合格", _rate),
    ("commitment 承诺值", lambda plan: plan.commitment),
    ("secret 密钥", lambda plan: plan.secret),
)
