"""`single-window forex`: foreign exchange reports, the directory and its classes, the customs rates."""

from __future__ import annotations

from typing import Literal

import click

from declarations.forex.rates import letters_of
from single_window.cases.exchange.answers import (
    FOREX_REPORT_KIND,
    EnterpriseOut,
    EnterprisesOut,
    ForexReportOut,
    LegOut,
    RateOut,
    RatesOut,
    RestoredLegOut,
    YearOut,
    direction,
)
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import convert_answer, show_history, show_reasons
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import BasisOut
from single_window.language.words import Words
from single_window_client import SandboxClient
from single_window_client.calls import part

forex = CommandGroup("forex")
forex.cases(FOREX_REPORT_KIND, "List reports, newest first.", ("", "--state in_review"))


def _show_report(call: Call, report: ForexReportOut) -> None:
    call.print_line(
        f"{report.cop_no}  {call.pick(report.state_words)}  {call.pick(direction(report.direction))} "
        f"{report.amount} {letters_of(report.currency)} = {report.rmb} CNY; {report.ebc_code}"
        + (f"; kept until {report.keep_until}" if report.keep_until else "")
    )
    show_reasons(call, report.reasons)
    call.records("basis 依据", _BASIS, report.bases or ())
    call.records("legs 明细", _LEG, report.of_legs or ())
    call.records("gross restoration 还原申报", _RESTORED, report.restored or ())
    show_history(call, report.history or (), "forex_report")


_BASIS: Columns[BasisOut] = (
    ("", lambda basis: Words(basis.title_zh, basis.title_en)),
    ("value 数值", lambda basis: Words(basis.value_zh, basis.value_en)),
    ("since 起", lambda basis: basis.since),
    ("act 依据", lambda basis: f"{basis.source} ({basis.confidence})"),
    ("id", lambda basis: basis.id),
)
_LEG: Columns[LegOut] = (
    ("", lambda leg: leg.number),
    ("direction", lambda leg: direction(leg.direction)),
    ("code 交易编码", lambda leg: leg.trans_code),
    ("order 订单", lambda leg: leg.order_no),
    ("declaration 报关单", lambda leg: leg.entry_no),
    ("party 交易方", lambda leg: leg.counterparty),
    ("amount 金额", lambda leg: f"{leg.amount} {letters_of(leg.currency)}"),
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


forex.case(
    FOREX_REPORT_KIND,
    help="Show one report by its copNo or id: its legs, its gross restoration, and the reasons for its state.",
    show=_show_report,
    examples=("SH202612001",),
)


@forex.client("class", examples=("", "3702961003", "3702961003 B --quota 500000"))
def class_(
    call: Call,
    sandbox: SandboxClient,
    code: str | None,
    forex_class: Literal["A", "B", "C"] | None = argument("[A|B|C]"),
    quota: str | None = option("US dollars that an enterprise of class B may receive, and pay, in a year."),
) -> None:
    """Show the directory or one enterprise of it with its yearly totals, or put an enterprise into a class."""
    if quota is not None and forex_class is None:
        raise click.UsageError("--quota needs an enterprise and its class.")
    path = "/forex/enterprises" if code is None else f"/forex/enterprises/{part(code)}"
    body = {"class": forex_class, "quota": quota}
    answer = call.answered(sandbox.call("PUT", path, json=body) if forex_class else sandbox.call("GET", path))
    directory = convert_answer(answer, EnterprisesOut)
    call.records("", _ENTERPRISE, directory.enterprises)
    call.records("", _YEAR, directory.years)
    if not directory.enterprises:
        call.print_line("There is no enterprise in the directory.")


_ENTERPRISE: Columns[EnterpriseOut] = (
    ("enterprise 企业", lambda enterprise: enterprise.code),
    (
        "class 分类",
        lambda enterprise: enterprise.forex_class if enterprise.registered else "not in the directory 未登记",
    ),
    ("since 登记日", lambda enterprise: enterprise.since),
    ("quota 额度 USD", lambda enterprise: "" if enterprise.quota == "0.00" else enterprise.quota),
    ("by", lambda enterprise: enterprise.source),
)
_YEAR: Columns[YearOut] = (
    ("year 年度", lambda year: year.year),
    ("direction 方向", lambda year: direction(year.direction)),
    ("USD", lambda year: year.usd),
    ("reports 申报", lambda year: year.count),
)


_RATE: Columns[RateOut] = (
    ("currency 币种", lambda rate: rate.currency),
    ("code", lambda rate: rate.code),
    ("CNY for 1", lambda rate: rate.rate or "none 没有汇率"),
    ("since", lambda rate: rate.since),
    ("source 依据", lambda rate: rate.source),
)


def _show_rates(call: Call, day_rates: RatesOut) -> None:
    provisional = " (provisional 暂定)" if day_rates.provisional else ""
    call.print_line(f"The rates of {day_rates.day[:7]} are those of {day_rates.fixed_on}{provisional}.")
    call.records("", _RATE, day_rates.rates)


forex.row(
    "rates",
    "GET /forex/rates",
    "List the customs rates of a day with their sources, and the day of the previous month that fixed them.",
    _show_rates,
    options=(
        click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day [default: today of the sandbox]."),
    ),
    examples=("--day 2026-12-01",),
)
