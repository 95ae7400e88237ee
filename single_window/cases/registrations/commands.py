"""`single-window registration`: list and show companies and their registrations."""

from __future__ import annotations

from single_window.cases.registrations.answers import PARTS, REGISTRATION_KIND, FiledGoodsOut, GradeOut, RegistrationOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_history
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import local

KIND = "registration"


def _show(call: Call, company: RegistrationOut) -> None:
    goods = company.goods or ()
    call.print_line(f"{company.code}  {company.name}  {call.pick(company.state_words)}")
    call.print_line(
        f"{company.credit_code}  {company.kinds}  {company.grade}  {company.dxp_id}".rstrip()
        + (f"  suspended since {local(company.suspended_at)}" if company.suspended_at else "")
    )
    for name, value in company.facts.items():
        call.print_line(f"{name}: {value}")
    for change in company.application or ():
        sign = "=" if change.registered == change.applied_for else "≠"
        call.print_line(
            f"{sign} {change.field}: {change.registered or '–'} → applied for 申请 {change.applied_for or '–'}"
        )
    call.records("", _GRADE, company.grades or ())
    call.records("", _GOODS, goods)
    show_history(call, company.history or (), KIND, events_of=KIND)
    if len(goods) == PARTS:
        call.print_line(
            f"There may be more goods: single-window registration show {company.code} --all{call.scope_options}"
        )


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

registration = CommandGroup(KIND)
registration.cases(
    REGISTRATION_KIND,
    "List companies by code, including those from master data.",
    ("--state in_review", "--json"),
)
registration.case(
    REGISTRATION_KIND,
    "CODE",
    "Show one company by its customs code or credit code: state, grades, goods, history.",
    _show,
    ("3702961003",),
)
