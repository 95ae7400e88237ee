"""The one place for the words of a return status: by the kind of document that a receipt is about, in both languages.

Command line, HTTP, pages and the reference take them from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from declarations import lifecycle
from gateways.replies import ANSWERS, taken_in
from schemas import catalogue, codes
from single_window.language import phrases
from single_window.language.words import Words

BILL = {"1": "made", "2": "summarised", "3": "void"}
"""Statuses of tax bills (816, 818), whose numbers mean something else, and the states that they stand for."""
AGENCIES = frozenset({"vat_invoice", "refund_claim", "paper", "forex_report", "registration"})
"""Lifecycles of what the tax office, the keeper of foreign exchange and the registrar decide."""
FAILED = Words("校验失败", "check failed")
"""Of every negative status; `returnInfo` has the details."""
PORT = ("1", "2")
_ABOUT = {
    **dict(zip(ANSWERS.values(), ANSWERS, strict=True)),
    "816": "tax_bill",
    "818": "tax_bill",
    "792": "summary_result",
    "RefundNotice": "refund_claim",
}
_NONE = {
    "summary_result": Words("汇总申报结果", "result of a summary"),
    "message": Words("订阅数据", "subscribed data"),
}
"""Receipts without a status, by what they are about."""


def about(code: str) -> str:
    """The kind of document that a receipt of this type is about; "message" of CEB900 and of what subscribers get."""
    return _ABOUT.get(code, "message")


def codes_about(kind: str) -> list[str]:
    """The types of receipts that are about a kind of document and have a status or words of their own."""
    return [code for code, known in _ABOUT.items() if known == kind]


@cache
def return_status(status: str, kind: str) -> Words:
    """A return status in words: of a tax bill and of what agencies beside customs decide the state that it stands for,
    else as the code table has it; a status that nobody knows speaks for itself."""
    lives = lifecycle.LIFECYCLE_OF.get(kind, "")
    if status.startswith("-"):
        return FAILED
    if kind == "tax_bill" and status in BILL:
        return phrases.state(BILL[status], kind)
    if lives in AGENCIES and status not in PORT:
        known = lifecycle.lifecycles()[lives]
        for step in known.transitions:
            if step.return_status == status:
                return Words(known.states[step.to].zh, known.states[step.to].en)
        if status in phrases.book()["agency_status"]:
            return phrases.phrase("agency_status", status)
    listed = codes.return_statuses.get(status)
    return Words(listed.zh, listed.en) if listed is not None else _NONE.get(kind, Words(status, status))


def coloured(status: str, kind: str) -> str:
    """The word that gives a receipt its colour (`phrases.tone`): its status, of a tax bill the state that it stands
    for."""
    return BILL.get(status, "") if kind == "tax_bill" else status


def occurring() -> Iterator[tuple[str, str]]:
    """Every kind of document that is answered with every status that may occur, but for the negative ones."""
    for kind in (*ANSWERS, "tax_bill", *_NONE):
        yield from ((kind, status) for status in _statuses(kind))


def _statuses(kind: str) -> list[str]:
    if kind in _NONE:
        return [""]
    if kind == "tax_bill":
        return list(BILL)
    lives = lifecycle.LIFECYCLE_OF.get(kind, "document")
    flow = catalogue.by_kind(kind).flow
    answered = [] if flow == "agency" else [taken_in(kind)[0], "100"]
    steps = [step.return_status for step in lifecycle.lifecycles()[lives].transitions]
    statuses = {*PORT, *answered, *(status for status in steps if status and not status.startswith("-"))}
    return sorted(statuses, key=int)
