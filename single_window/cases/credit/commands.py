"""`single-window credit`: cases about credit grades, a company's events and profile."""

from __future__ import annotations

import click

from single_window.cases.credit.answers import (
    CREDIT_KIND,
    ConditionOut,
    CreditCaseOut,
    CreditProfileOut,
    EffectOut,
    EventOut,
    EventsOut,
    PublishedOut,
    PublishedPageOut,
    grade_words,
)
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_history, show_reasons
from single_window.frame.commands.rows import CommandGroup, Listed, newest_first
from single_window.language.phrases import phrase
from single_window.language.words import Words

credit = CommandGroup("credit")
credit.cases(CREDIT_KIND, "List cases, newest first.", ("", "--state proposed"))


def _show(call: Call, case: CreditCaseOut) -> None:
    order = call.pick(Words(case.order_zh, case.order_en)) + (" (provisional 暂定)" if case.provisional else "")
    call.print_line(
        f"{case.case_no}  {call.pick(case.state_words)}  {case.ebc_code} {case.name}: "
        f"{call.pick(grade_words(case.grade_before))} → {call.pick(grade_words(case.grade))}; {order}"
    )
    days = (
        ("objections until 申辩至", case.defence_until),
        ("to be decided until 决定期限", case.decide_until),
        ("since 起", case.since),
        ("published until 公示至", case.shown_until),
        ("repair from 可修复", case.repair_from),
    )
    if known := "; ".join(f"{name} {day}" for name, day in days if day):
        call.print_line(f"  {known}")
    show_reasons(call, case.reasons)
    call.records("conditions 条件", _CONDITION, case.conditions or ())
    call.records("effects 影响", _EFFECT, case.effects or ())
    if found := case.preview or None:
        call.print_line(
            f"{found.since} – {found.until}: {found.lists} lists 清单, {found.inspected} inspected 实际查验; "
            f"expected 预期查验 {found.expected_now} → {found.expected_then}; "
            f"tax to be covered 须担保 {found.covered_now} → {found.covered_then}"
        )
    show_history(call, case.history or (), "credit_case")


def _numbers(checked: ConditionOut) -> str:
    return "; ".join(f"{measure.name_en} {measure.found} / {measure.limit}" for measure in checked.measures)


_CONDITION: Columns[ConditionOut] = (
    ("condition 条件", lambda checked: checked.title),
    ("", lambda checked: "✓" if checked.satisfied else "–"),
    ("numbers 数值 / limits 限度", _numbers),
    ("events 事件", lambda checked: ", ".join(checked.events)),
    ("", lambda checked: f"{checked.parameter_id} ({checked.confidence})"),
)
_EFFECT: Columns[EffectOut] = (
    ("effect 影响", lambda effect: effect.title),
    ("now 原", lambda effect: effect.now),
    ("then 后", lambda effect: effect.then),
    ("", lambda effect: effect.parameter_id),
)
_EVENT: Columns[EventOut] = (
    ("event 事件", lambda event: event.number),
    ("kind 种类", lambda event: event.kind_words),
    ("degree 程度", lambda event: phrase("credit_degree", event.degree)),
    ("decided 认定日", lambda event: event.decided),
    ("amount 金额", lambda event: event.amount),
    ("state 状态", lambda event: event.state_words),
    ("lapses 届满", lambda event: event.lapses),
)
credit.case(CREDIT_KIND, "NUMBER", "Show a case by its caseNo or id.", _show, "XY202611200000000042")


def _show_events(call: Call, found: EventsOut) -> None:
    call.records("", _EVENT, found.events)
    if not found.registered:
        call.print_line("not registered: nothing counts these events 未注册企业，不计入")


credit.row(
    "events",
    "GET /credit/{code}/events",
    "List the events of a company by its credit or customs code, newest decision first.",
    _show_events,
    examples=("3702961003",),
)

_PUBLISHED: Columns[PublishedOut] = (
    ("case 案件", lambda decision: decision.case_no),
    ("company 企业", lambda decision: f"{decision.credit_code} {decision.name}"),
    ("grade 等级", lambda decision: grade_words(decision.grade)),
    ("basis 依据", lambda decision: Words(decision.basis_zh, decision.basis_en)),
    ("since 起", lambda decision: decision.since),
    ("until 公示至", lambda decision: decision.shown_until),
)


credit.row(
    "dishonest",
    "GET /public/credit/dishonest",
    "List dishonest companies that everybody may know of, newest decision first.",
    Listed(PublishedPageOut, _PUBLISHED, following="before"),
    options=newest_first(500),
    examples=("", "--limit 20"),
)


def _show_profile(call: Call, company: CreditProfileOut) -> None:
    call.print_line(f"{company.ebc_code} {company.credit_code} {company.name}: {call.pick(grade_words(company.grade))}")
    for regime in company.regimes or ():
        led = call.pick(grade_words(regime.grade)) if regime.grade else "–"
        call.records(f"{call.pick(Words(regime.order_zh, regime.order_en))}: {led}", _CONDITION, regime.conditions)
    call.records("events 事件", _EVENT, company.events or ())


credit.row(
    "profile",
    "GET /credit/{code}",
    "Show a company's credit by its credit or customs code: grade, conditions with their numbers, events.",
    _show_profile,
    options=(
        click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day [default: today of the sandbox]."),
        click.option("--regime", metavar="DAY", help="Assess by the law of this day, too."),
    ),
    examples=("3702961003 --regime 2021-11-01",),
)
