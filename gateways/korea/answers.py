"""Answers to documents: each is taken in whole, or refused with every reason, and only from who may send it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from declarations.calendar import instant_of_stamp
from declarations.money import AmountTooLarge, Scaled, scaled_from_text
from declarations.reasons import Reason
from gateways.korea.outcomes import BY
from gateways.korea.repository import KoreaDesk
from gateways.records import CaseReference, FiledDocument
from gateways.replies import combine_reasons, identifying_fields
from gateways.topics.shared import DocumentFiled

KOREA = "KRCUSTOMS"
"""The code of Korea's customs as a party; a sandbox may register it with a mailbox."""
IS_OFF, NOT_KOREA, BAD_LINE, SAME = "24405", "24406", "24407", "24408"
TAKEN_IN, DIFFERENT, REFUSED = "120", "300", "100"
_EVENTS = {TAKEN_IN: "korea_taken", DIFFERENT: "korea_contradicted", REFUSED: "korea_refused"}


class KoreaAnswer(NamedTuple):
    """The answer to a document: its status, and the reasons for it."""

    status: str
    reasons: Sequence[Reason]


Take = Callable[[FiledDocument, KoreaDesk], KoreaAnswer]
"""Takes in one document."""


def answer_each(documents: Sequence[DocumentFiled], desk: KoreaDesk, take: Take) -> None:
    """Take in documents and answer them, in the order in which they were filed."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    codes = {paper.facts.sender_code for paper in papers.values()} | {KOREA}
    boxes = desk.repository.mailboxes(sorted(codes)) if desk.options.korea == "on" else {}
    for paper in papers.values():
        refusal = _refusal(paper, boxes.get(paper.facts.sender_code, ""), boxes.get(KOREA, ""), desk)
        _answer(paper, KoreaAnswer(REFUSED, (refusal,)) if refusal else take(paper, desk), desk)


def _refusal(paper: FiledDocument, own: str, korea: str, desk: KoreaDesk) -> Reason | None:
    if desk.options.korea != "on":
        return Reason(IS_OFF, {})
    by_korea = paper.kind not in ("korea_manifest", "korea_list") or paper.facts.direction != "1"
    code = paper.facts.sender_code
    box = korea if by_korea else own
    if (by_korea != (code == KOREA)) or box not in ("", paper.sender):
        return Reason(NOT_KOREA, {"code": KOREA if by_korea else code, "sender": f"{code} {paper.sender}"})
    return None


def _answer(paper: FiledDocument, answer: KoreaAnswer, desk: KoreaDesk) -> None:
    reference = CaseReference(paper.kind, paper.key, paper.order_no)
    fields = identifying_fields(paper.kind, paper.facts, paper.port_no)
    at = max(desk.now, paper.last_return + 1)
    text = combine_reasons(answer.reasons)
    desk.send_receipt(reference.receipt(paper.mailboxes, answer.status, at, text, fields))
    desk.add_event(reference.event(_EVENTS[answer.status], paper.state, desk.now, answer.reasons, actor=BY))


def bad(line: str, element: str, found: str, expected: str) -> Reason:
    """The reason against an element of a line; line 0 is the head."""
    return Reason(BAD_LINE, {"line": line, "element": element, "found": found or "–", "expected": expected})


def bad_numbers(facts: Any, *fields: str) -> list[Reason]:
    """The reasons against numbers of lines that are negative, or that nobody can keep."""
    elements = {"gross_weight": "grossWeight"}
    return [
        bad(line.gnum, elements.get(field, field), getattr(line, field), "≥ 0")
        for line in facts.lines
        for field in fields
        if _scaled(getattr(line, field)) < 0
    ]


def _scaled(text: str) -> Scaled:
    try:
        return scaled_from_text(text or "0")
    except (AmountTooLarge, ArithmeticError):
        return -1


def is_time(text: str) -> bool:
    """True for a time as yyyyMMddHHmmss of a year from 2000 to 2099, which has a day in every zone."""
    return text[:2] == "20" and instant_of_stamp(text) is not None


def bad_times(facts: Any, *elements: tuple[str, str]) -> list[Reason]:
    """The reasons against times of a head that no clock shows: (element, field)."""
    return [
        bad("0", element, getattr(facts, field), "yyyyMMddHHmmss")
        for element, field in elements
        if not is_time(getattr(facts, field))
    ]
