"""`single-window declaration`: list declarations in pages, and show those with a number."""

from __future__ import annotations

from schemas.findings import Finding
from single_window.cases.declarations.answers import DECLARATION_KIND, DeclarationOut, DeclarationsOut, DocumentOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import ReasonOut, local
from single_window.language.words import Words

_NUMBERS = ("invt_no", "pre_no", "cop_no", "logistics_no")
_INSTANTS = ("accepted_at", "released_at")
_DOCUMENT: Columns[DocumentOut] = (
    ("kind 单证", lambda document: document.kind),
    ("key 主键", lambda document: document.key),
    ("state 状态", lambda document: Words(document.state_zh, document.state_en)),
    ("appTime", lambda document: document.app_time),
    ("message 报文", lambda document: document.message_id),
)


def _show_all(call: Call, answer: DeclarationsOut) -> None:
    for entry in answer.declarations:
        _show(call, entry)
    call.records("", _DOCUMENT, answer.documents)


def _show(call: Call, shown: DeclarationOut) -> None:
    call.print_line(f"{shown.flow} {shown.order_no}: {call.pick(shown.state_words)}")
    facts = {name: getattr(shown, name) for name in _NUMBERS} | {
        name: local(getattr(shown, name)) for name in _INSTANTS
    }
    for name, value in facts.items():
        if value:
            call.print_line(f"  {name} {value}")
    show_findings(call, map(_finding, shown.reasons))


def _finding(reason: ReasonOut) -> Finding:
    field = next(iter(reason.fields), None)
    return Finding(
        reason.code,
        reason.zh,
        reason.en,
        path=field.path if field else "",
        line=field.line if field else None,
        expected=reason.expected,
        found=reason.found,
        remedy_zh=reason.remedy_zh,
        remedy_en=reason.remedy_en,
    )


declaration = CommandGroup("declaration")
declaration.cases(
    DECLARATION_KIND,
    "List declarations, newest first.",
    ("--flow E --state released", "--batch 424020261120I000001"),
)
declaration.case(
    DECLARATION_KIND,
    help="Show the declarations with a number (copNo, preNo, invtNo, orderNo, billNo, logisticsNo), reasons and "
    "documents.",
    show=_show_all,
    examples=("D261120A033D0000000",),
)
