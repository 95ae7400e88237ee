"""`single-window registration`: companies that registered, and what officers decide about them."""

from __future__ import annotations

from typing import Any

import click

from single_window.cases import registrations
from single_window.cases.registrations.answers import (
    PARTS,
    REGISTRATION,
    FiledGoodsOut,
    GradeOut,
    RegistrationOut,
    registration_out,
)
from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import list_cases, list_options, show_history, show_options
from single_window.frame.commands.decisions import answered, carried_out, show_refusal
from single_window.frame.typed import history_out, local
from single_window.language.plainly import moment
from single_window.store.engine import reading

KIND = "registration"


@click.group()
def registration() -> None:
    """Companies: applications, approval, suspension, credit grades, filed goods."""


@registration.command("list")
@list_options(REGISTRATION)
def list_(call: Call, **filters: Any) -> None:
    """List companies by code, those of master data too.

    \b
    Examples:
      single-window registration list --state in_review
      single-window registration list --json
    """
    list_cases(call, REGISTRATION, **filters)


@registration.command()
@show_options(REGISTRATION, "CODE")
def show(call: Call, company: RegistrationOut) -> None:
    """Show one company by its customs code or credit code: standing, grades, goods, history.

    \b
    Example:
      single-window registration show 3702961003
    """
    goods = company.goods or ()
    call.say(f"{company.code}  {company.name}  {call.pick(company.standing)}")
    call.say(
        f"{company.credit_code}  {company.kinds}  {company.grade}  {company.dxp_id}".rstrip()
        + (f"  suspended since {local(company.suspended_at)}" if company.suspended_at else "")
    )
    for name, value in company.facts.items():
        call.say(f"{name}: {value}")
    for change in company.application or ():
        sign = "=" if change.registered == change.applied_for else "≠"
        call.say(f"{sign} {change.field}: {change.registered or '–'} → applied for 申请 {change.applied_for or '–'}")
    call.records("", _GRADE, company.grades or ())
    call.records("", _GOODS, goods)
    show_history(call, company.history or (), KIND, events_of=KIND)
    if len(goods) == PARTS:
        call.say(f"There may be more goods: single-window registration show {company.code} --all{call.aside}")


_GRADE: Columns[GradeOut] = (
    ("since 起始日", lambda grade: grade.since),
    ("grade 信用等级", lambda grade: grade.grade),
    ("who", lambda grade: grade.who),
    ("given 办理", lambda grade: local(grade.at)),
)
_GOODS: Columns[FiledGoodsOut] = (
    ("item 货号", lambda goods: goods.item_no),
    ("HS 商品编码", lambda goods: goods.gcode),
    ("name 品名", lambda goods: goods.gname),
    ("unit", lambda goods: goods.unit),
    ("country", lambda goods: goods.country),
)


@registration.command()
@click.argument("code")
@AS
@command
@over_api("POST", "/registrations/{code}/approve", body={})
def approve(call: Call, code: str, account: str | None) -> None:
    """Approve an application that waits: the company is registered from now on.

    \b
    Example:
      single-window registration approve 3702961003
    """
    _act(call, code, "approve", account)


@registration.command()
@click.argument("code")
@click.option("--reason", required=True, help="What the company is told.")
@AS
@command
@over_api("POST", "/registrations/{code}/refuse", body={"reason": "reason"})
def refuse(call: Call, code: str, account: str | None, reason: str) -> None:
    """Refuse an application that waits; who was registered before stays so.

    \b
    Example:
      single-window registration refuse 3702961003 --reason 材料不全
    """
    _act(call, code, "refuse", account, reason=reason)


@registration.command()
@click.argument("code")
@click.option("--reason", required=True, help="What the company is told.")
@AS
@command
@over_api("POST", "/registrations/{code}/suspend", body={"reason": "reason"})
def suspend(call: Call, code: str, account: str | None, reason: str) -> None:
    """Suspend a company: nothing new of it is accepted; what was accepted goes on.

    \b
    Example:
      single-window registration suspend 3702961003 --reason 立案调查
    """
    _act(call, code, "suspend", account, reason=reason)


@registration.command()
@click.argument("code")
@AS
@command
@over_api("POST", "/registrations/{code}/resume", body={})
def resume(call: Call, code: str, account: str | None) -> None:
    """Let a suspended company declare again.

    \b
    Example:
      single-window registration resume 3702961003
    """
    _act(call, code, "resume", account)


@registration.command()
@click.argument("code")
@click.argument("grade")
@click.option("--since", metavar="DAY", help="From which day on, as 2026-04-01 [default: the sandbox's today].")
@click.option("--reason", default="", help="The finding; a dishonest grade must have one.")
@AS
@command
@over_api("POST", "/registrations/{code}/grade", body={"grade": "grade", "since": "since", "reason": "reason"})
def grade(call: Call, code: str, grade: str, account: str | None, since: str | None, reason: str) -> None:
    """Give a company a credit grade of the regime of the day from which it counts.

    \b
    Examples:
      single-window registration grade 3702961003 certified
      single-window registration grade 3702961003 dishonest --since 2026-12-01 --reason 虚假申报
    """
    _act(call, code, "grade", account, grade=grade, since=since, reason=reason)


@registration.command()
@click.argument("code")
@click.argument("until", metavar="DAY")
@AS
@command
@over_api("POST", "/registrations/{code}/correct", body={"until": "until"})
def correct(call: Call, code: str, until: str, account: str | None) -> None:
    """Give a company time to put things right (整改期): its grade is not lowered until then.

    \b
    Example:
      single-window registration correct 3702961003 2027-02-28
    """
    _act(call, code, "correct", account, until=until)


def _act(call: Call, code: str, action: str, account: str | None, **values: str | None) -> None:
    """File the act, wait until it is done or refused, and show which."""
    look = f"single-window registration show {code}{call.aside}"
    with call.window() as window:
        if action == "grade" and values["since"] is None:
            values["since"] = moment(window.now(call.sandbox))[:10]
        given = {name: value for name, value in values.items() if value}
        filed = registrations.act(window, call.sandbox, code, action, person(window, account), given)
        decided = carried_out(call, window, filed.decision, look)
        with reading(window.engine) as connection:
            lines = history_out(registrations.noted(connection, call.sandbox, filed))
            after = registrations.find(connection, call.sandbox, filed.code)
    if after is None:
        raise registrations.NoSuchCompany(call.sandbox, code)
    company = registration_out(after)
    call.give({"company": company, "said": lines, **answered(decided)})
    call.say(f"{company.code}: {call.pick(company.standing)}, {company.grade}".rstrip(", "))
    show_history(call, lines, KIND, events_of=KIND)
    show_refusal(call, decided, look)
