"""`single-window forex`: reports of foreign exchange, what a bank's officer decides, the directory and its classes."""

from __future__ import annotations

from datetime import datetime

import click

from declarations.calendar import day_of
from declarations.forex.netting import Record
from declarations.forex.rates import letters
from declarations.money import TooLarge, plain, scale
from gateways.forex.repository import Leg, Report
from single_window.cases import forex as reports
from single_window.commands.acting import AS, person
from single_window.commands.by_api import over_api
from single_window.commands.call import Call, Columns, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.commands.histories import show_history
from single_window.language import words
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.work import decisions

_DIRECTION = {"1": "in 收汇", "2": "out 付汇"}


@click.group()
def forex() -> None:
    """Foreign exchange: what banks and payment institutions report, and what is decided about it."""


@forex.command("list")
@click.option("--state", default="", help="Only those in this state: in_review, booked, rejected.")
@click.option("--merchant", "ebc_code", default="", help="Only those of this merchant (ebcCode).")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many at most.")
@command
@over_api("GET", "/forex/reports", query={"state": "state", "ebc_code": "merchant", "limit": "limit"})
def list_(call: Call, state: str, ebc_code: str, limit: int) -> None:
    """List reports, newest first.

    \b
    Examples:
      single-window forex list
      single-window forex list --state in_review
    """
    with call.reading() as (_, connection):
        found = reports.listed(connection, call.sandbox, state, ebc_code, most=limit)
    call.give(found)
    call.records("", _columns(call), found)
    if not found:
        call.say("There are no reports of foreign exchange.")


def _columns(call: Call) -> Columns[Report]:
    return (
        ("copNo", lambda report: report.cop_no),
        ("reporter 申报机构", lambda report: report.reporter_code),
        ("merchant 电商企业", lambda report: report.ebc_code),
        ("direction 方向", lambda report: _DIRECTION.get(report.direction, report.direction)),
        ("amount 金额", lambda report: f"{plain(report.amount)} {letters(report.currency)}"),
        ("yuan 人民币", lambda report: plain(report.rmb)),
        ("legs 明细", lambda report: report.legs),
        ("day 收付日", lambda report: report.value_on),
        ("state 状态", lambda report: _state(call, report)),
    )


@forex.command()
@click.argument("number")
@command
@over_api("GET", "/forex/reports/{number}")
def show(call: Call, number: str) -> None:
    """Show one report by its copNo or id: its legs, its gross restoration, and why it stands where it stands.

    \b
    Example:
      single-window forex show SH202612001
    """
    with call.reading() as (_, connection):
        report = reports.found(connection, call.sandbox, number)
        if report is None:
            raise reports.NoSuchReport(call.sandbox, number)
        legs = reports.legs(connection, report)
        restored = reports.restored(connection, report, law_of(connection, call.sandbox))
        history = reports.history(connection, call.sandbox, report)
    call.give({"report": report, "legs": legs, "restored": restored, "history": history})
    _head(call, report)
    call.records("legs 明细", _LEG, legs)
    call.records("gross restoration 还原申报", _RESTORED, restored)
    show_history(call, history, "forex_report")


def _head(call: Call, report: Report) -> None:
    """Where a report stands, and why."""
    call.say(
        f"{report.cop_no}  {_state(call, report)}  {_DIRECTION.get(report.direction, report.direction)} "
        f"{plain(report.amount)} {letters(report.currency)} = {plain(report.rmb)} CNY; {report.ebc_code}"
        + (f"; kept until {report.keep_until}" if report.keep_until else "")
    )
    for reason in report.reasons:
        call.say(f"  {call.pick(words.said(reason))}")


_LEG: Columns[Leg] = (
    ("", lambda leg: leg.number),
    ("direction", lambda leg: _DIRECTION[leg.direction]),
    ("code 交易编码", lambda leg: leg.trans_code),
    ("order 订单", lambda leg: leg.order_no),
    ("declaration 报关单", lambda leg: leg.entry_no),
    ("party 交易方", lambda leg: leg.counterparty),
    ("amount 金额", lambda leg: f"{plain(leg.amount)} {letters(leg.currency)}"),
    ("USD", lambda leg: plain(leg.usd)),
    ("CNY", lambda leg: plain(leg.rmb)),
)
_RESTORED: Columns[Record] = (
    ("code 编码", lambda record: record.code),
    ("holder 名义", lambda record: record.holder),
    ("country", lambda record: record.country),
    ("direction", lambda record: _DIRECTION[record.way]),
    ("amount", lambda record: plain(record.amount)),
    ("legs", lambda record: ", ".join(map(str, record.gnums))),
)


@forex.command()
@click.argument("number")
@click.option("--reason", default="", help="Why; the history keeps it.")
@AS
@command
def approve(call: Call, number: str, reason: str, account: str | None) -> None:
    """Book a report that waits for the bank (in_review).

    \b
    Example:
      single-window forex approve SH202612001
    """
    _decide(call, number, "approve", reason, account)


@forex.command()
@click.argument("number")
@click.option("--reason", default="", help="Why; the reporter reads it in the receipt.")
@AS
@command
def refuse(call: Call, number: str, reason: str, account: str | None) -> None:
    """Refuse a report that waits for the bank (in_review); it no longer counts to its orders and to the year.

    \b
    Example:
      single-window forex refuse SH202612001 --reason 交易背景不实
    """
    _decide(call, number, "refuse", reason, account)


@forex.command("class")
@click.argument("code", required=False)
@click.argument("forex_class", metavar="[A|B|C]", type=click.Choice(["A", "B", "C"]), required=False)
@click.option("--quota", help="US dollars that an enterprise of class B may receive, and pay, in a year.")
@AS
@command
def class_(call: Call, code: str | None, forex_class: str | None, quota: str | None, account: str | None) -> None:
    """Show the directory or one enterprise of it with its yearly totals, or put an enterprise into a class.

    \b
    Examples:
      single-window forex class
      single-window forex class 3702961003
      single-window forex class 3702961003 B --quota 500000
    """
    if code is not None and forex_class is not None:
        with call.window() as window:
            reports.set_class(window, call.sandbox, code, forex_class, person(window, account), _dollars(quota))
    elif quota is not None:
        raise click.UsageError("--quota needs an enterprise and its class.")
    with call.reading() as (_, connection):
        if code is None:
            listed, years = reports.enterprises(connection, call.sandbox), []
        else:
            one = reports.enterprise(connection, call.sandbox, code)
            listed, years = [one] if one else [], reports.years(connection, call.sandbox, code)
    call.give({"enterprises": listed, "years": years})
    call.table(
        "",
        ("enterprise 企业", "class 分类", "since 登记日", "quota 额度 USD", "by"),
        [
            (
                one.code,
                one.forex_class if one.registered else "not in the directory 未登记",
                one.since,
                plain(one.quota) if one.quota else "",
                one.source,
            )
            for one in listed
        ],
    )
    call.table(
        "",
        ("year 年度", "direction 方向", "USD", "reports 申报"),
        [(one.year, _DIRECTION[one.direction], plain(one.usd), one.count) for one in years],
    )
    if not listed:
        call.say("There is no enterprise in the directory." if code is None else f"{code} is not in the directory.")


@forex.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Which day [default: today of the sandbox].")
@command
def rates(call: Call, day: datetime | None) -> None:
    """List the customs rates of a day, where each comes from, and which day of the month before fixes them.

    \b
    Example:
      single-window forex rates --day 2026-12-01
    """
    with call.reading() as (window, connection):
        asked = day.date() if day is not None else day_of(window.now(call.sandbox))
        law = law_of(connection, call.sandbox)
    fixing, found = reports.fixed_on(asked, law), reports.rates(asked, law)
    call.give({"day": asked, "fixed_on": fixing.day, "provisional": fixing.provisional, "rates": found})
    call.say(
        f"The rates of {asked:%Y-%m} are those of {fixing.day}"
        + (" (provisional 暂定)." if fixing.provisional else ".")
    )
    call.table(
        "",
        ("currency 币种", "code", "CNY for 1", "since", "source 依据"),
        [(one.currency, one.code, one.rate or "none 没有汇率", one.since, one.source) for one in found],
    )


def _decide(call: Call, number: str, action: str, reason: str, account: str | None) -> None:
    """File the decision, wait until it is done, and tell what came of it."""
    with call.window() as window:
        filed = reports.act(window, call.sandbox, number, action, person(window, account), reason)
        before = filed.report
        if not call.work(window):
            raise Failure(
                f"It is filed, but the running window has not done it yet; see: single-window forex show {number}"
            )
        with reading(window.engine) as connection:
            after = reports.found(connection, call.sandbox, str(before.id))
        decided = decisions.outcome(window, call.sandbox, filed.decision)
    if after is None:
        raise reports.NoSuchReport(call.sandbox, number)
    call.give({"report": after, "action": action, "before": before.state, "after": after.state, **answered(decided)})
    call.say(f"{after.cop_no}: {before.state} → {after.state} ({call.pick(words.state(after.state, 'forex_report'))})")
    tell_refusal(call, decided, f"single-window forex show {number}{call.aside}")


def _dollars(text: str | None) -> int | None:
    """US dollars of an option; refuses what is no positive amount to the cent."""
    if text is None:
        return None
    whole, _, cents = text.partition(".")
    if not (text.isascii() and whole.isdigit() and (not cents or cents.isdigit()) and len(cents) <= 2):
        raise click.UsageError(f"--quota must be US dollars such as 500000 or 500000.00, not {text!r}.")
    try:
        return scale(text)
    except TooLarge:
        raise click.UsageError(f"--quota {text} is more than can be kept.") from None


def _state(call: Call, one: Report) -> str:
    return call.pick(words.state(one.state, "forex_report"))
