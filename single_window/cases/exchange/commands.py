"""`single-window forex`: reports of foreign exchange, what a bank's officer decides, the directory and its classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from declarations.calendar import day_of
from declarations.forex.rates import letters
from declarations.money import TooLarge, plain, scale
from single_window.cases import exchange as reports
from single_window.cases.exchange.answers import (
    FOREX_REPORT,
    ForexReportOut,
    LegOut,
    RestoredLegOut,
    direction,
)
from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import list_cases, list_options, show_history, show_options
from single_window.frame.typed import because
from single_window.language.words import Words
from single_window.store.law_books import law_of


@click.group()
def forex() -> None:
    """Foreign exchange: what banks and payment institutions report, and what is decided about it."""


@forex.command("list")
@list_options(FOREX_REPORT)
def list_(call: Call, **filters: Any) -> None:
    """List reports, newest first.

    \b
    Examples:
      single-window forex list
      single-window forex list --state in_review
    """
    list_cases(call, FOREX_REPORT, **filters)


@forex.command()
@show_options(FOREX_REPORT, "NUMBER")
def show(call: Call, report: ForexReportOut) -> None:
    """Show one report by its copNo or id: its legs, its gross restoration, and why it stands where it stands.

    \b
    Example:
      single-window forex show SH202612001
    """
    call.say(
        f"{report.cop_no}  {call.pick(report.standing)}  {call.pick(direction(report.direction))} "
        f"{report.amount} {letters(report.currency)} = {report.rmb} CNY; {report.ebc_code}"
        + (f"; kept until {report.keep_until}" if report.keep_until else "")
    )
    for reason in report.reasons:
        call.say(f"  {call.pick(because([reason]))}")
    call.table(
        "basis 依据",
        ("", "value 数值", "since 起", "act 依据", "id"),
        [
            (
                call.pick(Words(basis.title_zh, basis.title_en)),
                call.pick(Words(basis.value_zh, basis.value_en)),
                basis.since,
                f"{basis.source} ({basis.confidence})",
                basis.id,
            )
            for basis in report.bases or ()
        ],
    )
    call.records("legs 明细", _LEG, report.of_legs or ())
    call.records("gross restoration 还原申报", _RESTORED, report.restored or ())
    show_history(call, report.history or (), "forex_report")


_LEG: Columns[LegOut] = (
    ("", lambda leg: leg.number),
    ("direction", lambda leg: direction(leg.direction)),
    ("code 交易编码", lambda leg: leg.trans_code),
    ("order 订单", lambda leg: leg.order_no),
    ("declaration 报关单", lambda leg: leg.entry_no),
    ("party 交易方", lambda leg: leg.counterparty),
    ("amount 金额", lambda leg: f"{leg.amount} {letters(leg.currency)}"),
    ("USD", lambda leg: leg.usd),
    ("CNY", lambda leg: leg.rmb),
)
_RESTORED: Columns[RestoredLegOut] = (
    ("code 编码", lambda record: record.code),
    ("holder 名义", lambda record: record.holder),
    ("country", lambda record: record.country),
    ("direction", lambda record: direction(record.way)),
    ("amount", lambda record: record.amount),
    ("legs", lambda record: ", ".join(map(str, record.gnums))),
)


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
            enterprise = reports.enterprise(connection, call.sandbox, code)
            listed, years = [enterprise] if enterprise else [], reports.years(connection, call.sandbox, code)
    call.give({"enterprises": listed, "years": years})
    call.table(
        "",
        ("enterprise 企业", "class 分类", "since 登记日", "quota 额度 USD", "by"),
        [
            (
                enterprise.code,
                enterprise.forex_class if enterprise.registered else "not in the directory 未登记",
                enterprise.since,
                plain(enterprise.quota) if enterprise.quota else "",
                enterprise.source,
            )
            for enterprise in listed
        ],
    )
    call.table(
        "",
        ("year 年度", "direction 方向", "USD", "reports 申报"),
        [(year.year, direction(year.direction), plain(year.usd), year.count) for year in years],
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
        chosen_day = day.date() if day is not None else day_of(window.now(call.sandbox))
        law = law_of(connection, call.sandbox)
    fixing, listed = reports.fixed_on(chosen_day, law), reports.rates(chosen_day, law)
    call.give({"day": chosen_day, "fixed_on": fixing.day, "provisional": fixing.provisional, "rates": listed})
    call.say(
        f"The rates of {chosen_day:%Y-%m} are those of {fixing.day}"
        + (" (provisional 暂定)." if fixing.provisional else ".")
    )
    call.table(
        "",
        ("currency 币种", "code", "CNY for 1", "since", "source 依据"),
        [(rate.currency, rate.code, rate.rate or "none 没有汇率", rate.since, rate.source) for rate in listed],
    )


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
