"""Handles filings of goods: each line is filed or refused with reasons; a suspended company may file none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations import lifecycle
from declarations.documents import GoodsFilingLine
from declarations.reasons import Reason
from declarations.registration.goods_filing import FilingLine, decide_lines
from gateways.records import CaseReference, FiledDocument
from gateways.registration.outcome import ACTOR, known_company
from gateways.registration.repository import FiledGoods, GoodsPaper, RegistrarDesk
from gateways.replies import identifying_fields
from gateways.topics.shared import DocumentFiled
from schemas.receipt_texts import return_status

FILING_KIND = "goods_filing"
FILED = "filed"
TAKEN, NOT_REGISTERED, ALL_REFUSED = "21364", "21365", "21366"
MAX_NAMED = 30
"""Maximum number of refused lines that a receipt names; the filing stores the reasons of all."""


def handle_filings(documents: Sequence[DocumentFiled], desk: RegistrarDesk) -> None:
    """Handle filings of goods."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    filings = desk.repository.filings(sorted(papers))
    desk.repository.companies(sorted({paper.facts.ebc_code for paper in papers.values()}))
    for paper in papers.values():
        filing = filings.get(paper.id) or GoodsPaper(
            id=paper.id,
            key=paper.key,
            state="declared",
            ebc_code=paper.facts.ebc_code,
            cop_no=paper.facts.cop_no,
            mailboxes="",
            document_id=paper.id,
            document_version=0,
        )
        if filing.document_version == paper.version:
            continue
        filing.document_version, filing.mailboxes = paper.version, paper.mailboxes
        filing.last_return = max(filing.last_return, paper.last_return)
        if paper.state == "deleted":
            filing.state = lifecycle.transition_of(filing.state, "delete", "paper").to
        else:
            filing.state, filing.filed_at = "declared", desk.now
            _decide_filing(filing, paper, desk)
        desk.repository.put_filing(filing)


def _decide_filing(filing: GoodsPaper, paper: FiledDocument, desk: RegistrarDesk) -> None:
    barred = _check_barred(paper.facts.ebc_code, desk)
    decided = (
        ()
        if barred
        else decide_lines(
            [FilingLine(line.gnum, line.item_no, line.gcode, line.gname, line.country) for line in paper.facts.lines],
            desk.day,
            desk.law,
        )
    )
    refused = [line for line in decided if not line.filed]
    filing.reasons = (*barred, *(reason for line in refused for reason in line.reasons))
    if barred or len(refused) == len(decided):
        answer = barred[0] if barred else _reasons_of_all(filing.reasons, len(refused))
        _answer_filing(filing, paper, "reject", answer, desk)
        return
    gone = {line.number for line in refused}
    _put_goods(filing, [line for line in paper.facts.lines if line.gnum not in gone], desk)
    lines = ", ".join(map(str, sorted(gone)[:MAX_NAMED])) + ("…" if len(gone) > MAX_NAMED else "")
    answer = Reason(
        TAKEN,
        {"filed": str(len(decided) - len(refused)), "refused": str(len(refused)), **({"lines": lines} if gone else {})},
    )
    _answer_filing(filing, paper, "accept", answer, desk)


def _put_goods(filing: GoodsPaper, lines: Iterable[GoodsFilingLine], desk: RegistrarDesk) -> None:
    for line in lines:
        desk.repository.put_goods(
            FiledGoods(
                ebc_code=filing.ebc_code,
                item_no=line.item_no,
                gcode=line.gcode,
                gname=line.gname,
                unit=line.unit,
                country=line.country,
                state=FILED,
                filing_id=filing.id,
                at=desk.now,
            )
        )


def _reasons_of_all(reasons: Sequence[Reason], refused: int) -> Reason:
    """The common reason of all refused lines, if there is one; else a reason with their number."""
    same = {(reason.rule, tuple(sorted(reason.values.items()))) for reason in reasons}
    return reasons[0] if len(same) == 1 else Reason(ALL_REFUSED, {"refused": str(refused)})


def _check_barred(code: str, desk: RegistrarDesk) -> tuple[Reason, ...]:
    """The reason to refuse a filing of a suspended company, or of an unknown one in a sandbox that is not open."""
    companies = desk.repository.companies([code]).get(code, ())
    company = known_company(companies[0] if companies else None, desk.now)
    if (company is None and not desk.options.open) or (company is not None and company.suspended):
        return (Reason(NOT_REGISTERED, {"ebc_code": code}),)
    return ()


def _answer_filing(filing: GoodsPaper, paper: FiledDocument, action: str, answer: Reason, desk: RegistrarDesk) -> None:
    filing.state = lifecycle.transition_of(filing.state, action, "paper").to
    desk.send_receipt(
        CaseReference(FILING_KIND, filing.key, paper.order_no).receipt(
            filing.mailboxes,
            return_status(answer.rule),
            filing.stamp(desk.now),
            answer,
            identifying_fields(FILING_KIND, paper.facts),
        )
    )
    event = "goods_filed" if action == "accept" else "goods_refused"
    desk.add_event(
        CaseReference(FILING_KIND, filing.key, paper.order_no).event(
            event,
            filing.state,
            desk.now,
            (answer, *(reason for reason in filing.reasons if reason != answer)),
            actor=ACTOR,
        )
    )
