"""`single-window rules`: explains codes and their sources, lists the law of a day, and values that end soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import click

from declarations import law
from declarations.calendar import day_of
from declarations.refund import rates
from declarations.refund.rates import RefundRates
from single_window.answers.rules import rule_out
from single_window.clock import system_now
from single_window.frame.commands.call import Call, Failure, NoData
from single_window.frame.commands.local import LocalGroup
from single_window.frame.commands.options import option
from single_window.language import rule_records
from single_window.language.phrases import content, phrase
from single_window.language.rule_records import RuleRecord
from single_window.language.words import Words
from single_window.reference import law_listed
from single_window.reference.endings import endings
from single_window.refused import Refused

UNKNOWN = Words("未知", "nothing known")


rules = LocalGroup("rules")


@rules.local()
def show(call: Call, code: str | None) -> None:
    """Explain a code of a receipt or finding: text, checks, concerned fields, remedy. Without CODE: list all codes.

    \b
    Examples:
      single-window rules show 1320
      single-window rules show -- -621027
      single-window rules show -- -301008/15019
    """
    if code is None:
        call.print_json(list(map(rule_out, rule_records.records())))
        call.records(
            "",
            (
                ("code 代码", lambda record: record.code),
                ("status 状态", lambda record: record.return_status),
                ("text 文字", lambda record: Words(record.zh, record.en).text(call.language)),
                ("origin 来源", lambda record: record.origin),
                ("source", lambda record: record.source),
            ),
            rule_records.records(),
        )
        return
    try:
        record = rule_records.record(code)
    except Refused as unknown:
        raise Failure(f"{unknown} All codes: single-window rules show") from None
    call.print_json(rule_out(record))
    _show(call, record)


def _show(call: Call, record: RuleRecord) -> None:
    call.print_line(f"{record.code}: {record.zh}\n  {record.en}")
    for name in ("return_status", "origin", "source"):
        if text := getattr(record, name):
            call.print_line(f"  {name.replace('_', ' ')}: {text}")
    for check in record.checks:
        call.print_line(f"  {check.code} ({check.kind}): {check.sentence} ({check.source})")
    for field in record.fields:
        call.print_line(f"  {call.pick(field.title)}: {', '.join(field.elements)}")
    if record.expected:
        call.print_line(f"  {call.pick(phrase('label', 'expected'))}: {record.expected}")
    for remedy in (record.remedy_zh, record.remedy_en):
        if remedy:
            call.print_line(f"  → {remedy}")


@rules.local(examples=("2018-12-31",))
def day(call: Call, day: datetime) -> None:
    """List the law of a day: every dated value in force, with its legal source. Of a table that grows act by act, all
    acts that make it up on that day, each with the number of rows that it contributed.
    """
    values = call.answered(law_listed.values_on(day.date()))
    call.records(
        "",
        (
            ("parameter 参数", lambda value: f"{value['name']}\n{_title(call, value)}"),
            ("value 值", lambda value: "\n".join(map(_act_line, value["acts"])) or value["value"]),
            ("unit", lambda value: value["unit"]),
            ("since 起", lambda value: value["since"]),
            ("source 依据", lambda value: f"{value['source']} ({value['confidence']})"),
        ),
        values,
    )


def _title(call: Call, value: Mapping[str, Any]) -> str:
    return str(call.pick(Words(value["title_zh"], value["title_en"])))


def _act_line(act: dict[str, Any]) -> str:
    return f"{act['since']} {act['source']} ({act['confidence']}): " + content({**act["rows"], **act["values"]})


@rules.local(examples=("财关税〔2018〕49号", "S34"))
def source(call: Call, act: str | None) -> None:
    """List the dated values, refund rates and goods that cite a legal act (its number or id). Without ACT: all
    sources."""
    if act is None:
        _all_sources(call)
        return
    try:
        cited = law.find_source(act)
    except law.UnknownSource as unknown:
        raise Failure(f"{unknown}. All sources: single-window rules source") from None
    values = law_listed.citing(cited)
    call.print_json({"source": cited, "values": values})
    repealed = (
        f", repealed {cited.repealed} by {cited.repealed_by} ({cited.repeal_confidence})" if cited.repealed else ""
    )
    in_force = f", in force from {cited.in_force}" if cited.in_force else ""
    dates = f"{cited.issued or '-'}{in_force}{repealed}"
    call.print_line(f"{cited.act or cited.id}: {cited.about} ({dates}, {cited.where})")
    call.records(
        "",
        (
            ("id", lambda value: value["id"]),
            ("value 值", lambda value: value["value"]),
            ("title", lambda value: _title(call, value)),
            ("confidence", lambda value: value["confidence"]),
        ),
        values,
    )
    if not values:
        call.print_line(Words("没有数值以此为依据。", "No value cites it.").text(call.language))


def _all_sources(call: Call) -> None:
    listed = [{**entry._asdict(), "values": len(law.values_of(entry))} for entry in law.all_sources().values()]
    call.print_json(listed)
    call.table(
        "",
        ("id", "act", "about", "issued", "where", "values"),
        [
            (entry["id"], entry["act"], entry["about"], entry["issued"] or "", entry["where"], entry["values"])
            for entry in listed
        ],
    )


@rules.local()
def expiring(
    call: Call,
    days: int = option("Number of days ahead.", type=click.IntRange(0, 36_500), default=30),
    on: datetime | None = option("Begin at this day instead of today.", "--date", metavar="DAY"),
) -> None:
    """List dated values without a successor and refund rates that end soon, with the following rates.

    If there is a database, the day is that of the sandbox, whose own refund rates are included.

    \b
    Examples:
      single-window rules expiring --days 30
      single-window rules expiring --date 2027-12-10 --json
    """
    today, known = _today_and_rates(call)
    first = today if on is None else on.date()
    ending = endings(first, days, known)
    call.print_json([{**value._asdict(), "value": content(value.value)} for value in ending])
    call.records(
        "",
        (
            (
                "parameter 参数",
                lambda value: f"{value.id}\n{Words(value.title_zh, value.title_en).text(call.language)}",
            ),
            ("value 值", lambda value: content(value.value)),
            ("last day 止", lambda value: value.last_day),
            ("days left 剩余天数", lambda value: value.days_left),
            ("then 其后", lambda value: value.then or UNKNOWN.text(call.language)),
            ("source 依据", lambda value: f"{value.source} ({value.confidence})"),
        ),
        ending,
    )
    if not ending:
        nothing = Words(f"{first} 起 {days} 天内没有到期的规定。", f"Nothing ends within {days} days from {first}.")
        call.print_line(nothing.text(call.language))


def _today_and_rates(call: Call) -> tuple[date, RefundRates]:
    """Return the day and the refund rates of the sandbox; without a database, the system's day and the package's
    rates."""
    try:
        # imported late: the other commands need no database
        from single_window.frame.commands import on_data
        from single_window.store import refund_rate_rows

        with on_data.reading(call) as (window, connection):
            known = refund_rate_rows.rates(connection, call.sandbox, rates.load_rates())
            return day_of(window.now(call.sandbox)), known
    except NoData:
        return day_of(system_now()), rates.load_rates()
