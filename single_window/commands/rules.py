"""`single-window rules`: what a code means and where it comes from; the law of a day; what of it ends soon."""

from __future__ import annotations

from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import click

from declarations import goods, law, parameters
from declarations import rules as port_rules
from declarations.calendar import day_of
from declarations.parameters import NoValue
from declarations.refund import rates
from declarations.refund.rates import RefundRates
from schemas import receipt_texts
from single_window.clock import system_now
from single_window.commands.call import Call, Failure, NoData, command
from single_window.language.words import Words, content
from single_window.reference.endings import endings
from single_window.store import refund_rate_rows

UNKNOWN = Words("未知", "nothing known")


@click.group()
def rules() -> None:
    """Rules and their sources."""


@rules.command()
@click.argument("code", required=False)
@command
def show(call: Call, code: str | None) -> None:
    """What a code in a receipt means: its words, its rule, its source. Without CODE: all codes.

    \b
    Examples:
      single-window rules show 1320
      single-window rules show -- -621027
    """
    found = [_told(text) for text in receipt_texts.texts().values() if code is None or text.code == code]
    found += [
        one
        for one in _checks()
        if code is not None and code in {one["code"], one["code"].rpartition("/")[2]} and one["code"] != code
    ]
    if not found and code is not None:
        near = get_close_matches(code, receipt_texts.texts(), 3, 0.5)
        raise Failure(
            f"No rule has the code {code}. {f'Near it: {chr(44).join(near)}. ' if near else ''}"
            "All codes: single-window rules show"
        )
    call.give(found)
    if code is None:
        call.table(
            "",
            ("code 代码", "status 状态", "words 文字", "origin 来源", "source"),
            [
                (
                    one["code"],
                    one["return_status"],
                    one["zh"] if call.language == "zh" else one["en"],
                    one["origin"],
                    one["source"],
                )
                for one in found
            ],
        )
        return
    for one in found:
        call.say(f"{one['code']}: {one['zh']}\n  {one['en']}")
        for name in ("return_status", "origin", "source", "kind", "rule"):
            if one.get(name):
                call.say(f"  {name.replace('_', ' ')}: {one[name]}")


def _told(text: receipt_texts.Text) -> dict[str, Any]:
    rule = next((f"{doc.sentence} ({doc.source})" for doc in port_rules.describe() if doc.code == text.code), "")
    return {
        "code": text.code,
        "return_status": text.return_status,
        "zh": text.zh + text.tail,
        "en": text.en + (text.tail_en or text.tail),
        "origin": text.origin,
        "source": text.source,
        "rule": rule,
    }


def _checks() -> list[dict[str, Any]]:
    return [
        {"code": doc.code, "kind": doc.kind, "zh": doc.zh, "en": doc.en, "rule": f"{doc.sentence} ({doc.source})"}
        for doc in port_rules.describe()
    ]


@rules.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@command
def day(call: Call, day: datetime) -> None:
    """The law of a day: every dated value in force, with its legal source.

    \b
    Example:
      single-window rules day 2018-12-31
    """
    found = law_of(day.date())
    call.give(found)
    call.table(
        "",
        ("parameter 参数", "value 值", "unit", "since 起", "source 依据"),
        [
            (
                f"{one['name']}\n{one['title_zh'] if call.language == 'zh' else one['title_en']}",
                one["value"],
                one["unit"],
                one["since"],
                f"{one['source']} ({one['confidence']})",
            )
            for one in found
        ],
    )


def law_of(on: date) -> list[dict[str, Any]]:
    """Every parameter that has a value on a day."""
    found = []
    for one in parameters.describe():
        try:
            value = one.on(on)
        except NoValue:
            continue
        found.append(
            {
                "name": one.name,
                "title_zh": one.title,
                "title_en": one.title_en,
                "value": content(value.content),
                "unit": one.unit,
                "since": "" if value.since == date.min else value.since.isoformat(),
                "until": value.until,
                "source": value.source,
                "confidence": value.confidence,
            }
        )
    return found


@rules.command()
@click.argument("act", required=False)
@command
def source(call: Call, act: str | None) -> None:
    """All that rests on an act: dated values, refund rates, goods. ACT is its number or id. Without ACT: all sources.

    \b
    Examples:
      single-window rules source 财关税〔2018〕49号
      single-window rules source S34
    """
    if act is None:
        _all_sources(call)
        return
    try:
        found = law.find(act)
    except law.UnknownSource as unknown:
        raise Failure(f"{unknown}. All sources: single-window rules source") from None
    resting = resting_on(found)
    call.give({"source": found, "values": resting})
    call.say(f"{found.act or found.id}: {found.about} ({found.issued or '-'}, {found.where})")
    call.table("", ("id", "value 值", "title", "confidence"),
               [(one["id"], one["value"], one["title_zh"] if call.language == "zh" else one["title_en"],
                 one["confidence"]) for one in resting])
    if not resting:
        call.say(Words("没有数值以此为依据。", "No value rests on it.").said(call.language))


def _all_sources(call: Call) -> None:
    listed = [{**one._asdict(), "values": len(law.values_of(one))} for one in law.sources().values()]
    call.give(listed)
    call.table("", ("id", "act", "about", "issued", "where", "values"),
               [(one["id"], one["act"], one["about"], one["issued"] or "", one["where"], one["values"])
                for one in listed])


def resting_on(found: law.Source) -> list[dict[str, Any]]:
    """Every dated value, refund rate and row of the goods register that names a source."""
    titles = {one.name: one for one in parameters.describe()}
    dated = [{"id": value.id, "value": content(value.content), "title_zh": titles[value.name].title,
              "title_en": titles[value.name].title_en, "confidence": value.confidence}
             for value in law.values_of(found)]
    refunded = [{"id": row.id, "value": rates.percent(row.refund), "title_zh": f"退税率：{row.name}",
                 "title_en": f"Refund rate of {row.hs10}", "confidence": row.confidence}
                for row in rates.load().describe() if law.cites(row.source, found)]
    listed = [{"id": f"goods/{row.hs10}@{row.listed_since}", "value": row.consumption or row.remark,
               "title_zh": row.zh, "title_en": row.en, "confidence": row.status}
              for row in goods.load() if law.cites(row.source, found)]
    return [*dated, *refunded, *listed]


@rules.command()
@click.option("--days", type=click.IntRange(0, 36_500), default=30, show_default=True, help="How far to look ahead.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Look from this day, not today.")
@command
def expiring(call: Call, days: int, on: datetime | None) -> None:
    """What ends soon: dated values that nothing follows, and refund rates with what follows them.

    With data, the sandbox tells the day and its own refund rates count too.

    \b
    Examples:
      single-window rules expiring --days 30
      single-window rules expiring --date 2027-12-10 --json
    """
    today, known = _today_and_rates(call)
    first = today if on is None else on.date()
    found = endings(first, days, known)
    call.give([{**one._asdict(), "value": content(one.value)} for one in found])
    call.table(
        "",
        ("parameter 参数", "value 值", "last day 止", "days left 剩余天数", "then 其后", "source 依据"),
        [
            (
                f"{one.id}\n{one.title_zh if call.language == 'zh' else one.title_en}",
                content(one.value),
                one.last_day,
                one.days_left,
                one.then or UNKNOWN.said(call.language),
                f"{one.source} ({one.confidence})",
            )
            for one in found
        ],
    )
    if not found:
        nothing = Words(f"{first} 起 {days} 天内没有到期的规定。", f"Nothing ends within {days} days from {first}.")
        call.say(nothing.said(call.language))


def _today_and_rates(call: Call) -> tuple[date, RefundRates]:
    """The day and the refund rates of the sandbox; without data those of this machine and of the package."""
    try:
        with call.reading() as (window, connection):
            known = refund_rate_rows.rates(connection, call.sandbox, rates.load())
            return day_of(window.now(call.sandbox)), known
    except NoData:
        return day_of(system_now()), rates.load()
