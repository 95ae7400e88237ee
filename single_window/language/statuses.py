"""Texts of return statuses by the kind of document that a receipt is about, in both languages, for the command line,
HTTP, pages and the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from declarations import lifecycle
from gateways.agency import agencies
from gateways.replies import ANSWER_CODES, acceptance_answer
from schemas import catalogue, codes
from single_window.language import phrases
from single_window.language.words import Words

BILL = {"1": "made", "2": "summarised", "3": "void"}
"""States by status of tax bills (816, 818), whose statuses differ from those of other documents."""
AGENCIES = frozenset(life for agency in agencies().values() for life in agency.lives)
"""Lifecycles decided by the tax office, the foreign exchange administration and the registrar."""
FAILED = Words("校验失败", "check failed")
"""The text of every negative status; `returnInfo` has the details."""
PORT = ("1", "2")
_ABOUT = {
    **dict(zip(ANSWER_CODES.values(), ANSWER_CODES, strict=True)),
    "792": "summary_result",
    **catalogue.notices(),
}
_NONE = {
    "summary_result": Words("汇总申报结果", "result of a summary"),
    "message": Words("订阅数据", "subscribed data"),
}
"""Texts of receipts without a status, by kind."""


def about(code: str) -> str:
    """Return the kind of document that a receipt of a type is about; "message" for CEB900 and subscribers' data."""
    return _ABOUT.get(code, "message")


def codes_about(kind: str) -> list[str]:
    """Return the types of receipts about a kind of document that have a status or their own text."""
    return [code for code, known in _ABOUT.items() if known == kind]


@cache
def _agency_status(status: str, lives: str) -> Words | None:
    known = lifecycle.all_lifecycles()[lives]
    if lives in catalogue.notices().values():
        states = [known.states[step.to] for step in known.transitions if step.return_status == status]
        return _one_of(Words(state.zh, state.en) for state in states)
    for step in known.transitions:
        if step.return_status == status:
            return Words(known.states[step.to].zh, known.states[step.to].en)
    return phrases.phrase("agency_status", status) if status in phrases.book()["agency_status"] else None


def _one_of(states: Iterable[Words]) -> Words | None:
    """The names of the states of which a notice with one status tells one: its own words say which."""
    names = list(dict.fromkeys(states))
    return Words("、".join(name.zh for name in names), " / ".join(name.en for name in names)) if names else None


def return_status(status: str, kind: str) -> Words:
    """Return the text of a return status: the state for tax bills and subjects of agencies other than customs, else
    the code table's text, else the status."""
    lives = _lifecycle_of(kind)
    if status.startswith("-"):
        return FAILED
    if kind == "tax_bill" and status in BILL:
        return phrases.state(BILL[status], kind)
    if lives in AGENCIES and status not in PORT and (words := _agency_status(status, lives)) is not None:
        return words
    listed = codes.return_statuses.get(status)
    return Words(listed.zh, listed.en) if listed is not None else _NONE.get(kind, Words(status, status))


def told_of(status: str, kind: str, to: str) -> Words:
    """Return the text of the status that an act's receipt will have. A notice about a case tells by one status that it
    is in one of several states: it is named by the state that the act leads to."""
    lives = _lifecycle_of(kind)
    if to and lives in catalogue.notices().values():
        return phrases.state(to, lives)
    return return_status(status, kind)


def tone_of(status: str, kind: str) -> str:
    """Return the argument of `phrases.tone` for a receipt: its status, or a tax bill's state."""
    return BILL.get(status, "") if kind == "tax_bill" else status


def occurring() -> Iterator[tuple[str, str]]:
    """Yield every kind of document that is answered, with every non-negative status that can occur."""
    for kind in dict.fromkeys((*ANSWER_CODES, *catalogue.notices().values(), *_NONE)):
        yield from ((kind, status) for status in _statuses(kind))


def _lifecycle_of(kind: str) -> str:
    """The lifecycle of a kind of document, or of a case that an agency sends notices about; empty: none of its own."""
    return lifecycle.LIFECYCLE_OF.get(kind, kind if kind in lifecycle.all_lifecycles() else "")


def _answered(kind: str) -> Sequence[str]:
    """The statuses by which the port answers a document, and customs take it in: none for a case that nobody sends."""
    flow = next((entry.flow for entry in catalogue.entries() if entry.kind == kind), None)
    if flow is None:
        return ()
    return PORT if flow == "agency" else (*PORT, acceptance_answer(kind)[0], "100")


def _statuses(kind: str) -> list[str]:
    if kind in _NONE:
        return [""]
    if kind == "tax_bill":
        return list(BILL)
    lives = _lifecycle_of(kind) or "document"
    steps = [step.return_status for step in lifecycle.all_lifecycles()[lives].transitions]
    statuses = {*_answered(kind), *(status for status in steps if status and not status.startswith("-"))}
    return sorted(statuses, key=int)
