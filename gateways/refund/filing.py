"""The index of filing documents (备案单证): awaited after a claim, judged when it comes, late when its term is over.

The law lets the exporter make and keep the index; the option `require_filing_index` asks for it after each claim that
is taken in. An index that somebody sends is judged with or without that option. The clock is that of vouchers of sales
abroad (`declarations/refund/evidence_term.py`): a reminder on the last day, and a case for an officer when it is over.

They are a part of the refund desk and no agency: the same tax officer looks at the claim, and the rows are locked by
the account of the company. They are no condition of a claim, which may be paid before the index is due, and a breach
recovers nothing by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations import lifecycle
from declarations.calendar import day_of
from declarations.documents import FilingIndex
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund.deadlines import INDEX_DAYS, retention_end
from declarations.refund.evidence_term import EvidenceTerm, evidence_term
from declarations.refund.filing_papers import EXPORT_DIGITS, ClaimedExport, IndexedPaper, faults_of, lacking
from declarations.unanswered import missing_values
from gateways.case_course import case_number
from gateways.refund import senders
from gateways.refund.checking import OVERSEAS, UNKNOWN_LAW
from gateways.refund.evidence import EXPORT, items_of
from gateways.refund.filing_case import FilingCase
from gateways.refund.filing_outcome import FILING_KIND, apply_filing_step, remind_company
from gateways.refund.outcome import conclude_paper, state_values
from gateways.refund.papers import AHEAD, SOLD
from gateways.refund.repaying import ACTIVE_STATES, SETTLED, new_papers
from gateways.refund.repository import Claim, RefundDesk, RefundPaper
from gateways.replies import combine_reasons, identifying_fields
from gateways.topics.refund import FilingIndexDue
from gateways.topics.shared import DocumentFiled

INDEX_KIND, EXEMPTION = "filing_index", "E"
REMIND, LATE = "remind", "late"
"""Stages of the deadline."""
NO_CLAIM, NEEDS_NONE, DECIDED, CAME_LATE = "20801", "20802", "20803", "20822"
ON_FILE, NO_INDEX, DUE_TODAY = "20810", "20821", "20820"
OPEN_STATES = frozenset({"awaited", "incomplete"})
CLAIMED_STATES = ACTIVE_STATES | {SETTLED}
"""States of a claim whose documents are kept; the others were refused or withdrawn."""


def await_index(claim: Claim, desk: RefundDesk) -> None:
    """Await the index of a claim that was taken in, if the sandbox asks for it and the law of the day has a term; one
    that was judged before its claim was corrected is judged again."""
    if claim.kind == EXEMPTION:
        return
    old = desk.repository.filing_cases_of([claim.id]).get(claim.id) if claim.version else None
    if not (old or desk.options.require_filing_index):
        return
    if old is not None and lifecycle.state_of(old.state, FILING_KIND).final:
        return
    try:
        case = _renewed(old, claim, desk) if old else _open(claim, desk)
    except NoValue:
        return
    if case.index_no:
        lacks = lacking(case.papers, _exports(claim, desk), date.fromisoformat(case.claimed_on), desk.law)
        apply_filing_step(case, "lack" if lacks else "file", desk, lacks)


def _open(claim: Claim, desk: RefundDesk) -> FilingCase:
    """A new case of a claim, with its two deadlines; raises `NoValue`."""
    case = FilingCase(
        id=desk.repository.new_id(),
        case_no=case_number("BA", claim.key, desk),
        state="awaited",
        claim_id=claim.id,
        claim_no=claim.cop_no,
        ebc_code=claim.ebc_code,
        mailboxes=claim.mailboxes,
        claimed_on="",
        due="",
        kept_until="",
        opened_at=desk.now,
    )
    _begin_term(case, claim, desk)
    return case


def _renewed(case: FilingCase, claim: Claim, desk: RefundDesk) -> FilingCase:
    """The case of a claim that was taken in anew, whose term begins again; raises `NoValue`."""
    _begin_term(case, claim, desk)
    apply_filing_step(case, "renew", desk)
    return case


def _begin_term(case: FilingCase, claim: Claim, desk: RefundDesk) -> None:
    claimed_on = day_of(claim.filed_at)
    term = evidence_term(INDEX_DAYS, claimed_on, desk.law)
    case.claimed_on, case.due = claimed_on.isoformat(), term.last.isoformat()
    case.kept_until = _kept_until(claim, desk)
    desk.repository.put_filing_case(case)
    for stage, at in ((REMIND, term.reminded_at), (LATE, term.late_from)):
        if at > desk.now:
            desk.schedule(at, FilingIndexDue(case.claim_id, stage))


def _term(case: FilingCase, desk: RefundDesk) -> EvidenceTerm:
    return evidence_term(INDEX_DAYS, date.fromisoformat(case.claimed_on), desk.law)


def _kept_until(claim: Claim, desk: RefundDesk) -> str:
    """The last day on which the papers of a claim are kept: that of its latest export."""
    lines = desk.repository.lines([claim.id]).get(claim.id, ())
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, desk)
    ends = [retention_end(date.fromisoformat(item.exported_on), desk.law) for item in items.values()]
    return max(ends).isoformat() if ends else ""


def handle_due(deadlines: Sequence[FilingIndexDue], desk: RefundDesk) -> None:
    """Remind companies on the last day of their terms; open a case for an officer when a term is over."""
    claims = desk.repository.claims([deadline.claim_id for deadline in deadlines])
    cases = desk.repository.filing_cases_of(claims.keys())
    for deadline in deadlines:
        case, claim = cases.get(deadline.claim_id), claims.get(deadline.claim_id)
        if case is None or claim is None or case.state not in OPEN_STATES:
            continue
        if claim.state not in CLAIMED_STATES:
            apply_filing_step(case, "drop", desk)
        elif deadline.stage == REMIND:
            if desk.now >= _term(case, desk).reminded_at:
                remind_company(case, _absent(case, DUE_TODAY, desk), desk)
        elif desk.now >= _term(case, desk).late_from:
            apply_filing_step(case, "lapse", desk, _absent(case, NO_INDEX, desk))


def _absent(case: FilingCase, rule: str, desk: RefundDesk) -> Sequence[Reason]:
    """Return the reasons for which a case is not complete: it lacks papers of its index, or the index."""
    term = _term(case, desk)
    values = {"claim": case.claim_no, "due": case.due, "days": str(term.days)}
    return case.reasons if case.index_no else (Reason(rule, values, (term.parameter_id,)),)


def handle_indexes(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed indexes: each is taken (120), with what it lacks, or refused (100)."""
    for paper, document, claim in new_papers(documents, INDEX_KIND, desk):
        facts: FilingIndex = document.facts
        fields = identifying_fields(INDEX_KIND, facts)
        refusals = [*senders.check_sender(document, desk.repository)] or _take(paper, facts, claim, desk)
        if refusals:
            conclude_paper(paper, INDEX_KIND, document.order_no, fields, "reject", desk, refusals)
        else:
            answer = _judge(facts, claim, desk) if claim is not None else None
            conclude_paper(paper, INDEX_KIND, document.order_no, fields, "accept", desk, answer=answer)
        desk.repository.put_paper(paper)


def _take(paper: RefundPaper, facts: FilingIndex, claim: Claim | None, desk: RefundDesk) -> Sequence[Reason]:
    """The reasons against an index; if there are none, its papers stand in the case of its claim."""
    if claim is None or claim.state not in CLAIMED_STATES:
        return (Reason(NO_CLAIM, {"claim": facts.claim_no, **state_values(claim)}),)
    if claim.kind == EXEMPTION:
        return (Reason(NEEDS_NONE, {"claim": facts.claim_no}),)
    papers = tuple(
        IndexedPaper(line.gnum, line.paper_kind, line.paper_no, line.export_no, line.medium, line.place)
        for line in facts.lines
    )
    old = desk.repository.filing_cases_of([claim.id]).get(claim.id)
    if old is not None and lifecycle.state_of(old.state, FILING_KIND).final:
        return (Reason(DECIDED, {"claim": facts.claim_no, **lifecycle.state_values(old.state, FILING_KIND)}),)
    exports, claimed_on = _exports(claim, desk), day_of(claim.filed_at)
    try:
        refusals = tuple(faults_of(papers, {export.export_no for export in exports}, claimed_on, desk.law))
        if not refusals and old is not None and old.state == "filed":  # a complete index is only replaced by another
            refusals = lacking(papers, exports, claimed_on, desk.law)
        if refusals:
            return refusals
        case = old or _open(claim, desk)
    except NoValue as error:
        return (Reason(UNKNOWN_LAW, missing_values(error)),)
    case.papers, case.index_no, case.told_on = papers, facts.cop_no, desk.day.isoformat()
    case.document_version += 1
    paper.claim_id = claim.id
    return ()


def _exports(claim: Claim, desk: RefundDesk) -> Sequence[ClaimedExport]:
    lines = desk.repository.lines([claim.id]).get(claim.id, ())
    sold = {
        line.item_no for line in lines if line.part == EXPORT and (claim.business != AHEAD or line.sale_state == SOLD)
    }
    items = items_of({line.item_no for line in lines if line.part == EXPORT}, desk)
    abroad: dict[str, bool] = {}
    for item in items.values():
        export_no = item.item_no[:EXPORT_DIGITS]
        is_sold = item.trade_mode == OVERSEAS and item.item_no in sold
        abroad[export_no] = abroad.get(export_no, False) or is_sold
    return [ClaimedExport(export_no, abroad[export_no]) for export_no in sorted(abroad)]


def _judge(facts: FilingIndex, claim: Claim, desk: RefundDesk) -> Reason:
    """Judge the index that a case holds: complete in time, incomplete, or late; return the words of its receipt."""
    case = desk.repository.filing_cases_of([claim.id])[claim.id]
    lacks = lacking(case.papers, _exports(claim, desk), date.fromisoformat(case.claimed_on), desk.law)
    on_file = Reason(ON_FILE, {"claim": facts.claim_no, "until": case.kept_until})
    if case.told_on <= case.due or case.state == "filed":
        apply_filing_step(case, "lack" if lacks else "file", desk, lacks or (on_file,), told=False)
        return combine_reasons(lacks or (on_file,))
    late = Reason(CAME_LATE, {"told": case.told_on, "due": case.due}, (_term(case, desk).parameter_id,))
    apply_filing_step(case, "come_late", desk, (*lacks, late), told=False)
    return combine_reasons((*lacks, late))
