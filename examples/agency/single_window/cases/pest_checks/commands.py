"""`single-window pest-check`: plans of pest checks, and their samples."""

from __future__ import annotations

import click

from single_window.cases.pest_checks.answers import PEST_CHECK_KIND, GoodsSampleOut, PlanOut, PlansOut
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer, list_options, show_history, show_options
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window_client import SandboxClient


@click.group("pest-check")
def pest_check() -> None:
    """Pest checks: plans and samples."""


@pest_check.command("list")
@list_options(PEST_CHECK_KIND)
def list_() -> None:
    """List samples, newest first.

    \b
    Example:
      single-window pest-check list --state unqualified
    """


@pest_check.command()
@show_options(PEST_CHECK_KIND, "NUMBER")
def show(call: Call, sample: GoodsSampleOut) -> None:
    """Show a sample by its sampleNo or id.

    \b
    Example:
      single-window pest-check show PC20261120-0123456789
    """
    call.print_line(f"{sample.sample_no}  {call.pick(sample.state_words)}  {sample.key}  {sample.seal_no}")
    show_history(call, sample.history or (), "pest_check")


@pest_check.command()
@command
@through_api
def plans(call: Call, sandbox: SandboxClient) -> None:
    """List plans, newest first; one is opened by: single-window create pest_check open_pest_plan.

    \b
    Example:
      single-window pest-check plans
    """
    answer = call.answered(sandbox.call("GET", "/pest-checks/plans"))
    call.records("", _PLAN, convert_answer(answer, PlansOut).plans)


_PLAN: Columns[PlanOut] = (
    ("plan 计划", lambda plan: plan.plan_no),
    ("from 起", lambda plan: local(plan.opened_at)[:10]),
    ("until 止", lambda plan: local(plan.closes_at)[:10]),
    ("commitment 承诺值", lambda plan: plan.commitment),
    ("secret 密钥", lambda plan: plan.secret),
)
