"""Handles filed claims: each is matched, assessed and calculated, then accepted (120) with reservations or refused
(100). The claims of a batch are loaded together but decided in the order of their arrival, because they share the
amounts that they reserve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from declarations import lifecycle
from declarations.calendar import instant_of
from declarations.documents import RefundClaim
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund.classes import (
    FOURTH,
    Classed,
    RatedCompany,
    locked_until,
    must_prove_exchange,
    refund_class,
    review_days,
)
from declarations.refund.conditions import Condition
from declarations.refund.treatment import REFUND
from declarations.working_days import add_working_days
from gateways.records import FiledDocument
from gateways.refund import brought_forward, ledgers, senders
from gateways.refund.brought_forward import GIVEN_UP
from gateways.refund.calculation import calculate, kept
from gateways.refund.case import ClaimCase, Eligibility
from gateways.refund.checking import MANUFACTURER, UNKNOWN_LAW
from gateways.refund.eligibility import assess
from gateways.refund.evidence import gather
from gateways.refund.outcome import note, step
from gateways.refund.repository import Claim, ExporterStanding, RefundAccount, RefundDesk, RefundRepository
from gateways.topics.refund import ReviewDue
from gateways.topics.shared import DocumentFiled

MAX_LINES_PER_BATCH, CLAIMS_PER_QUERY = 20_000, 10
"""Claims are loaded `CLAIMS_PER_QUERY` at a time until they have more than `MAX_LINES_PER_BATCH` lines; the others are
left to the next batch."""
MAX_REASONS = 50
"""Maximum number of reasons stored for a refusal; the others are only counted."""
MORE, CLASSED, RETURN_USED = "20502.more", "20555", "20534"
OFFICE_HOUR = 17
"""Hour at which the last day of a review ends."""


def handle_claims(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed claims: decide, withdraw or turn away each."""
    new_claims: list[tuple[FiledDocument, Claim]] = []
    filed, later = _first_documents(documents, desk.repository)
    for waiting in later:
        desk.send(waiting, "agency.refund_claim")
    known = desk.repository.claims_by_key({document.key for document in filed})
    senders.load(filed, desk.repository)
    for document in filed:
        old = known.get(document.key)
        if old is not None and old.document_version >= document.version:
            continue
        if wrong_sender := senders.refusals(document, desk.repository):
            _turn_away(old, document, wrong_sender, desk)
        elif document.state == "deleted":
            _withdraw(old, document, desk)
        elif document.state == "declared" and _starts_over(old, document, desk):
            new_claims.append((document, _new(document, old, desk)))
    if new_claims:
        evidence = gather([document for document, _ in new_claims], desk)
        for document, claim in new_claims:
            _decide(ClaimCase(claim, document.facts, evidence, desk))


def _first_documents(
    documents: Sequence[DocumentFiled], repository: RefundRepository
) -> tuple[list[FiledDocument], Sequence[DocumentFiled]]:
    """The claims to handle in this batch, at least one, and the payloads to send again for the next."""
    taken, lines = list[FiledDocument](), 0
    for start in range(0, len(documents), CLAIMS_PER_QUERY):
        if lines > MAX_LINES_PER_BATCH:
            return taken, documents[start:]
        filed = repository.documents([document.document_id for document in documents[start : start + CLAIMS_PER_QUERY]])
        taken += filed.values()
        lines += sum(len(document.facts.lines) for document in filed.values())
    return taken, ()


def _turn_away(old: Claim | None, document: FiledDocument, wrong_sender: Sequence[Reason], desk: RefundDesk) -> None:
    """Refuse a claim whose sender does not represent the company; an active claim of the company does not change."""
    if old is not None and not lifecycle.state(old.state, "refund_claim").ended:
        note(old, "action_refused", desk, wrong_sender)
    elif document.state == "declared":
        _reject(_new(document, old, desk), wrong_sender, desk)


def _withdraw(old: Claim | None, document: FiledDocument, desk: RefundDesk) -> None:
    if old is None or not _may(old, "delete"):
        if old is not None:
            note(old, "action_refused", desk)
        return
    ledgers.free([old], desk)
    old.document_version = document.version
    old.state = lifecycle.move(old.state, "delete", "refund_claim").to
    desk.repository.put_claim(old)


def _starts_over(old: Claim | None, document: FiledDocument, desk: RefundDesk) -> bool:
    """True if a claim may be handled; an amended claim first frees its reservations."""
    if old is None or lifecycle.state(old.state, "refund_claim").ended:
        return True
    if not _may(old, "amend"):
        note(old, "action_refused", desk)
        return False
    ledgers.free([old], desk)
    old.state = lifecycle.move(old.state, "amend", "refund_claim").to
    return True


def _may(claim: Claim, action: str) -> bool:
    return action in {step.action for step in lifecycle.allowed(claim.state, lifecycle="refund_claim")}


def _new(document: FiledDocument, old: Claim | None, desk: RefundDesk) -> Claim:
    facts: RefundClaim = document.facts
    return Claim(
        id=old.id if old else desk.repository.new_id(),
        key=document.key,
        cop_no=facts.cop_no,
        state="declared",
        ebc_code=facts.ebc_code,
        kind=facts.claim_kind,
        business=facts.business,
        period=facts.period,
        lines=len(facts.lines),
        mailboxes=document.mailboxes,
        document_id=document.id,
        document_version=document.version,
        version=old.version if old else 0,
        filed_at=desk.now,
        last_return=max(document.last_return, old.last_return if old else 0),
    )


def _decide(case: ClaimCase) -> None:
    """Classify, assess and calculate a claim; then refuse it, or reserve what it uses and accept it."""
    desk = case.desk
    try:
        case.classed = _class(case)
        case.review = review_days(case.classed.number, desk.day, desk.law)
        case.eligibility = assess(case)
        if not case.eligibility.reasons:
            case.calculation = calculate(case)
    except NoValue as error:
        _refuse(case, [Reason(UNKNOWN_LAW, {"missing": str(error)})])
        return
    if reasons := [
        *case.eligibility.reasons,
        *case.calculation.reasons,
        *_second_claim(case),
        *brought_forward.faults(case),
    ]:
        _refuse(case, reasons)
        return
    _fill(case)
    ledgers.take(case)
    _accept(case)


def _second_claim(case: ClaimCase) -> Iterator[Reason]:
    """Yield a reason to refuse a manufacturer's second claim for a month, which has only one VAT return.

    免抵退税 is calculated by the period of that return: 财税〔2012〕39号, article 5.
    """
    claim = case.claim
    if claim.kind == MANUFACTURER:
        for other in case.repository.claims_of_kind(claim.ebc_code, claim.kind):
            if other.id != claim.id and other.period == claim.period and other.state not in GIVEN_UP:
                yield Reason(RETURN_USED, {"period": claim.period, "claim": other.cop_no})
                return


def _refuse(case: ClaimCase, reasons: Sequence[Reason]) -> None:
    """Refuse a claim; the conditions checked so far are stored with it."""
    case.claim.conditions = _conditions(case.eligibility)
    _reject(case.claim, reasons, case.desk)


def _reject(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    distinct = list(dict((repr(reason), reason) for reason in reasons).values())
    claim.reasons = tuple(distinct[:MAX_REASONS])
    if len(distinct) > MAX_REASONS:
        claim.reasons += (Reason(MORE, {"count": str(len(distinct) - MAX_REASONS)}),)
    claim.decided_at = desk.now
    step(claim, "reject", desk, claim.reasons)
    desk.repository.put_claim(claim)


def _fill(case: ClaimCase) -> None:
    """Store amounts and conditions in the claim."""
    claim, eligibility, calculation = case.claim, case.eligibility, case.calculation
    claim.fob, claim.refund, claim.cost = calculation.fob, calculation.refund, calculation.cost
    claim.credited, claim.carry, claim.domestic_vat = calculation.credited, calculation.carry, calculation.domestic_vat
    claim.exchange, claim.exchange_due = eligibility.exchange, eligibility.exchange_due
    claim.firm_class = case.classed.number
    claim.working = kept(calculation.working)
    claim.conditions = _conditions(eligibility)
    claim.reasons = tuple(
        {
            reason.rule: reason
            for group in eligibility.groups
            if group.treatment.kind != REFUND
            for reason in group.treatment.reasons
        }.values()
    )


def _conditions(eligibility: Eligibility) -> list[object]:
    return [
        [
            group.items,
            group.treatment.kind,
            [_plain(condition) for condition in (*eligibility.assumed, *group.treatment.conditions)],
        ]
        for group in eligibility.groups
    ]


def _plain(condition: Condition) -> list[object]:
    return [condition.rule, str(condition.outcome), dict(condition.values), list(condition.parameters)]


def _class(case: ClaimCase) -> Classed:
    """The refund class of a company today, from registrations and officers' notes. A company in class 4 stays there for
    some time."""
    account, desk = case.account, case.desk
    classed = refund_class(_firm(account, case.standing), desk.day, desk.law)
    if classed.number != FOURTH == account.firm_class and desk.day <= locked_until(
        date.fromisoformat(account.class_since), desk.law
    ):
        return Classed(FOURTH, classed.conditions, must_prove_exchange(FOURTH, desk.day, desk.law))
    return classed


def _firm(account: RefundAccount, standing: ExporterStanding) -> RatedCompany:
    known = account.facts
    return RatedCompany(
        tax_credit=standing.tax_credit,
        forex_class=standing.forex_class,
        customs_grade=standing.customs_grade,
        fraud=bool(known.get("fraud")),
        capacity=bool(known.get("capacity", True)),
        net_assets=standing.net_assets,
        last_refund=standing.last_refund,
        internal_control=bool(known.get("internal_control", True)),
        years=int(known.get("years", 0)),
        service_platform=bool(known.get("service_platform")),
    )


def _accept(case: ClaimCase) -> None:
    claim, account, classed, review, desk = case.claim, case.account, case.classed, case.review, case.desk
    last = add_working_days(desk.day, review.days)
    claim.due, claim.provisional, claim.stage = instant_of(last.day, OFFICE_HOUR), int(last.provisional), "review"
    if account.firm_class != classed.number:
        account.firm_class, account.class_since = classed.number, desk.day.isoformat()
        desk.repository.put_account(account)
    reason = Reason(
        CLASSED,
        {"class": str(classed.number), "days": str(review.days), "last": last.day.isoformat()},
        (*classed.parameters, *review.parameters),
    )
    taken = lifecycle.move(claim.state, "accept", "refund_claim")
    step(claim, "accept", desk, (reason, *claim.reasons), Reason(taken.words, {}))
    desk.deadline(claim.due, ReviewDue(claim.id, "review"))
    desk.repository.put_claim(claim)
