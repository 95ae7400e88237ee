"""`single-window commerce`: cases, licences as of a day, months of pilot zones."""

from __future__ import annotations

import click

from single_window.cases.commerce.answers import (
    COMMERCE_KIND,
    LicenceAnswerOut,
    LicenceOut,
    LicenceRecordOut,
    ZoneCellOut,
    ZoneMonthOut,
    ZoneRevisionOut,
)
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_evidence, show_reasons
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import local

commerce = CommandGroup("commerce")
commerce.cases(COMMERCE_KIND, "List cases, newest first.", ("", "--state open"))

_RECORD: Columns[LicenceRecordOut] = (
    ("since 自", lambda record: record.since),
    ("revision 次数", lambda record: record.revision),
    ("state 状态 (C)", lambda record: record.state),
    ("name 名称", lambda record: record.name),
    ("abnormal 异常", lambda record: record.abnormal),
    ("severe 严重", lambda record: record.severe),
    ("recorded 登记", lambda record: local(record.recorded_at)),
)
_ANSWER: Columns[LicenceAnswerOut] = (
    ("day 日期", lambda said: said.as_of),
    ("state 状态 (C)", lambda said: said.state or "–"),
    ("name 名称", lambda said: said.name),
    ("answered 答复", lambda said: local(said.answered_at)),
)
_REVISION: Columns[ZoneRevisionOut] = (
    ("by 来源 (I)", lambda row: row.company if row.told else "customs 海关"),
    ("revision 次数", lambda row: row.revision),
    ("at 时间", lambda row: local(row.at)),
    ("firms 企业", lambda row: row.firms),
    ("lists 清单", lambda row: row.parcels),
    ("rows 行", lambda row: row.rows),
)
_CELL: Columns[ZoneCellOut] = (
    ("mode 方式", lambda cell: cell.mode),
    ("direction 进出口", lambda cell: cell.direction),
    ("partner 国别", lambda cell: cell.partner),
    ("hs2 章", lambda cell: cell.hs2),
    ("told 报送", lambda cell: f"{cell.told_lists} / {cell.told_value}"),
    ("counted 海关", lambda cell: f"{cell.counted_lists} / {cell.counted_value}"),
    ("differs 不符", lambda cell: "≠" if cell.differs else ""),
)


def _show_licence(call: Call, found: LicenceOut) -> None:
    call.print_line(f"{found.credit_code}  {found.as_of}  {found.state or '–'} ({found.confidence})")
    if found.filing_no:
        call.print_line(f"filing 备案 {found.filing_no} (K)")
    call.records("", _RECORD, found.records)


def _show_month(call: Call, found: ZoneMonthOut) -> None:
    call.print_line(f"{found.zone} {found.month}")
    show_reasons(call, found.first_difference)
    call.records("", _REVISION, found.revisions)
    call.records("", _CELL, found.rows)


_show = show_evidence(
    COMMERCE_KIND,
    lambda case: f"{case.company} {case.credit_code}",
    ("answers", _ANSWER),
    ("licence", _show_licence),
    ("period", _show_month),
)
commerce.case(COMMERCE_KIND, "NUMBER", "Show a case by its caseNo or id.", _show, ("SW202612110123456789",))
commerce.row(
    "licence",
    "GET /commerce/licences/{number}",
    "Show a company's licence as of a day, by its credit code, with every record.",
    _show_licence,
    options=(click.option("--day", help="A day such as 2026-11-20 [default: the sandbox's today]."),),
    examples=("91350100M000100Y43", "91350100M000100Y43 --day 2026-01-01"),
)
commerce.row(
    "month",
    "GET /commerce/months",
    "Show a month of a pilot zone: told beside counted, with the first row that differs.",
    _show_month,
    options=(
        click.option("--zone", help="Its city [default: 青岛]."),
        click.option("--month", help="As 202611 [default: the last one]."),
    ),
    examples=("", "--zone 青岛 --month 202611"),
)
