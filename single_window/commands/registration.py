"""`single-window registration`: companies that registered, and what officers decide about them."""

from __future__ import annotations

from typing import Any

import click

from single_window.cases import registration as registrations
from single_window.cases.registration import Company
from single_window.commands.acting import AS, person
from single_window.commands.by_api import over_api
from single_window.commands.call import Call, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.commands.histories import because, show_history
from single_window.language import words
from single_window.language.plainly import moment
from single_window.store.engine import reading
from single_window.work import decisions

SHOWN = 10
"""Goods that `show` lists at most unless it is told otherwise."""
KIND = "registration"


@click.group()
def registration() -> None:
    """Companies: applications, approval, suspension, credit grades, filed goods."""


@registration.command("list")
@click.option("--state", default="", help="Only those in this state: in_review, registered, suspended, rejected.")
@click.option("--after", default="", metavar="CODE", help="From the company behind this one on.")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
@command
@over_api("GET", "/registrations", query={"state": "state", "after": "after", "most": "limit"})
def list_(call: Call, state: str, after: str, most: int) -> None:
    """List companies by code, those of master data too.

    \b
    Examples:
      single-window registration list --state in_review
      single-window registration list --json
    """
    with call.reading() as (_, connection):
        found = registrations.listed(connection, call.sandbox, state, after, most)
    call.give(found)
    call.table(
        "",
        ("code 海关编码", "name 名称", "kinds 类型", "state 状态", "grade 信用等级", "channel", "why 原因"),
        [
            (one.code, one.name, one.kinds, _state(call, one), one.grade, one.channel, because(call, one.reasons))
            for one in found
        ],
        {row: "waiting" for row, one in enumerate(found) if one.state == "in_review"},
    )
    if not found:
        call.say("There are no such companies.")
    elif len(found) == most:
        call.say(f"There may be more: single-window registration list --after {found[-1].code}{call.aside}")


@registration.command()
@click.argument("code")
@click.option("--all", "every", is_flag=True, help="All filed goods, not only the first.")
@command
@over_api("GET", "/registrations/{code}")
def show(call: Call, code: str, every: bool) -> None:
    """Show one company by its customs code or credit code: standing, grades, goods, history.

    \b
    Example:
      single-window registration show 3702961003
    """
    with call.reading() as (_, connection):
        one = registrations.found(connection, call.sandbox, code)
        if one is None:
            raise registrations.NoSuchCompany(call.sandbox, code)
        grades = registrations.grades(connection, call.sandbox, one.code)
        goods = registrations.goods(connection, call.sandbox, one.code, most=2**31 if every else SHOWN + 1)
        told = registrations.history(connection, call.sandbox, one.code)
    page = goods if every else goods[:SHOWN]
    call.give({"company": one, "grades": grades, "goods": page, "history": told})
    call.say(f"{one.code}  {one.name}  {_state(call, one)}")
    call.say(
        f"{one.credit_code}  {one.kinds}  {one.grade}  {one.dxp_id}".rstrip()
        + (f"  suspended since {moment(one.suspended_at)[:19]}" if one.suspended_at else "")
    )
    for name, value in one.facts.items():
        if value:
            call.say(f"{name}: {value}")
    call.table(
        "",
        ("since 起始日", "grade 信用等级", "who", "given 办理"),
        [(each.since, each.grade, each.who, moment(each.at)[:19]) for each in grades],
    )
    call.table(
        "",
        ("item 货号", "HS 商品编码", "name 品名", "unit", "country"),
        [(each.item_no, each.gcode, each.gname, each.unit, each.country) for each in page],
    )
    show_history(call, told, KIND, events_of=KIND)
    if len(page) < len(goods):
        call.say(f"More goods: single-window registration show {code} --all{call.aside}")


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
    """Ask, wait until it is done or refused, and tell which."""
    with call.window() as window:
        if action == "grade" and values["since"] is None:
            values["since"] = moment(window.now(call.sandbox))[:10]
        given = {name: value for name, value in values.items() if value}
        asked = registrations.act(window, call.sandbox, code, action, person(window, account), given)
        if not call.work(window):
            raise Failure(
                "It is filed, but the running window has not done it yet; see: "
                f"single-window registration show {code}{call.aside}"
            )
        with reading(window.engine) as connection:
            told = registrations.noted(connection, call.sandbox, asked)
            after: Any = registrations.found(connection, call.sandbox, asked.code)
        decided = decisions.outcome(window, call.sandbox, asked.decision)
    call.give({"company": after, "said": told, **answered(decided)})
    call.say(f"{after.code}: {_state(call, after)}, {after.grade}".rstrip(", "))
    show_history(call, told, KIND, events_of=KIND)
    tell_refusal(call, decided, f"single-window registration show {code}{call.aside}")


def _state(call: Call, one: Company) -> str:
    return call.pick(words.state(one.state, KIND))
