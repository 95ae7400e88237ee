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
    RatedCompany,
    RefundClass,
    classify,
    end_of_lock,
    must_prove_exchange,
    review_days_of,
)
from declarations.refund.conditions import Condition
from declarations.refund.treatment import REFUND
from declarations.unanswered import missing_values
from declarations.working_days import add_working_days
from gateways.records import FiledDocument
from gateways.refund import brought_forward, filing, ledgers, senders
from gateways.refund.brought_forward import STATES_WITHOUT_USE
from gateways.refund.calculation import calculate, storable_working
from gateways.refund.case import ClaimCase, Eligibility
from gateways.refund.checking import MANUFACTURER, UNKNOWN_LAW
from gateways.refund.eligibility import assess
from gateways.refund.evidence import load_evidence
from gateways.refund.outcome import add_event, apply_step
from gateways.refund.repository import Claim, ExporterStanding, RefundAccount, RefundDesk, RefundRepository
from gateways.topics.refund import ReviewDue
from gateways.topics.shared import DocumentFiled

MAX_LINES_PER_BATCH, CLAIMS_PER_QUERY = 20_000, 10
"""Claims are loaded `CLAIMS_PER_QUERY` at a time until they have more than `MAX_LINES_PER_BATCH` lines; the others are
left to the next batch."""
MAX_REASONS = 50
"""Maximum number of reasons stored for a refusal; the others are only counted."""
MORE_REASONS, CLASSED, SECOND_CLAIM_OF_MONTH = "20502.more", "20555", "20534"
OFFICE_HOUR = 17
"""Hour at which the last day of a review ends."""


def handle_claims(documents: Sequence[DocumentFiled], desk: RefundDesk) -> None:
    """Handle filed claims: decide, withdraw or turn away each."""
    new_claims: list[tuple[FiledDocument, Claim]] = []
    filed_documents, later_payloads = _first_documents(documents, desk.repository)
    for payload in later_payloads:
        desk.send(payload, "agency.refund_claim")
    claims_by_key = desk.repository.claims_by_key({document.key for document in filed_documents})
    senders.prefetch_companies(filed_documents, desk.repository)
    for document in filed_documents:
        old_claim = claims_by_key.get(document.key)
        if old_claim is not None and old_claim.document_version >= document.version:
            continue
        if wrong_sender := senders.check_sender(document, desk.repository):
            _turn_away(old_claim, document, wrong_sender, desk)
        elif document.state == "deleted":
            _withdraw(old_claim, document, desk)
        elif document.state == "declared" and _may_be_handled(old_claim, document, desk):
            new_claims.append((document, _new_claim(document, old_claim, desk)))
    if new_claims:
        evidence = load_evidence([document for document, _ in new_claims], desk)
        for document, claim in new_claims:
            _decide(ClaimCase(claim, document.facts, evidence, desk))


def _first_documents(
    documents: Sequence[DocumentFiled], repository: RefundRepository
) -> tuple[list[FiledDocument], Sequence[DocumentFiled]]:
    """The claims to handle in this batch, at least one, and the payloads to send again for the next."""
    first_documents, lines = list[FiledDocument](), 0
    for start in range(0, len(documents), CLAIMS_PER_QUERY):
        if lines > MAX_LINES_PER_BATCH:
            return first_documents, documents[start:]
        documents_by_id = repository.documents(
            [document.document_id for document in documents[start : start + CLAIMS_PER_QUERY]]
        )
        first_documents += documents_by_id.values()
        lines += sum(len(document.facts.lines) for document in documents_by_id.values())
    return first_documents, ()


def _turn_away(
    old_claim: Claim | None, document: FiledDocument, wrong_sender: Sequence[Reason], desk: RefundDesk
) -> None:
    """Refuse a claim whose sender does not represent the company; an active claim of the company does not change."""
    if old_claim is not None and not lifecycle.state_of(old_claim.state, "refund_claim").ended:
        add_event(old_claim, "action_refused", desk, wrong_sender)
    elif document.state == "declared":
        _reject(_new_claim(document, old_claim, desk), wrong_sender, desk)


def _withdraw(old_claim: Claim | None, document: FiledDocument, desk: RefundDesk) -> None:
    if old_claim is None or not _declarant_may(old_claim, "delete"):
        if old_claim is not None:
            add_event(old_claim, "action_refused", desk)
        return
    ledgers.free_claims([old_claim], desk)
    old_claim.document_version = document.version
    old_claim.state = lifecycle.transition_of(old_claim.state, "delete", "refund_claim").to
    desk.repository.put_claim(old_claim)


def _may_be_handled(old_claim: Claim | None, document: FiledDocument, desk: RefundDesk) -> bool:
    """True if a claim may be handled; an amended claim first frees its reservations."""
    if old_claim is None or lifecycle.state_of(old_claim.state, "refund_claim").ended:
        return True
    if not _declarant_may(old_claim, "amend"):
        add_event(old_claim, "action_refused", desk)
        return False
    ledgers.free_claims([old_claim], desk)
    old_claim.state = lifecycle.transition_of(old_claim.state, "amend", "refund_claim").to
    return True


def _declarant_may(claim: Claim, action: str) -> bool:
    return action in {step.action for step in lifecycle.allowed_transitions(claim.state, lifecycle="refund_claim")}


def _new_claim(document: FiledDocument, old_claim: Claim | None, desk: RefundDesk) -> Claim:
    facts: RefundClaim = document.facts
    return Claim(
        id=old_claim.id if old_claim else desk.repository.new_id(),
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
        version=old_claim.version if old_claim else 0,
        filed_at=desk.now,
        last_return=max(document.last_return, old_claim.last_return if old_claim else 0),
    )


def _decide(case: ClaimCase) -> None:
    """Classify, assess and calculate a claim; then refuse it, or reserve what it uses and accept it."""
    desk = case.desk
    try:
        case.refund_class = _classify(case)
        case.review = review_days_of(case.refund_class.number, desk.day, desk.law)
        case.eligibility = assess(case)
        if not case.eligibility.reasons:
            case.calculation = calculate(case)
    except NoValue as error:
        _refuse(case, [Reason(UNKNOWN_LAW, missing_values(error))])
        return
    if reasons := [
        *case.eligibility.reasons,
        *case.calculation.reasons,
        *_check_second_claim(case),
        *brought_forward.credit_faults(case),
    ]:
        _refuse(case, reasons)
        return
    case.calculation.working += [("", [remark]) for remark in brought_forward.credit_remarks(case)]
    _store_results(case)
    ledgers.reserve(case)
    _accept(case)


def _check_second_claim(case: ClaimCase) -> Iterator[Reason]:
    """Yield a reason to refuse a manufacturer's second claim for a month, which has only one VAT return.

    免抵退税 is calculated by the period of that return: 财税〔2012〕39号, article 5.
    """
    claim = case.claim
    if claim.kind == MANUFACTURER:
        for other in case.repository.claims_of_kind(claim.ebc_code, claim.kind):
            if other.id != claim.id and other.period == claim.period and other.state not in STATES_WITHOUT_USE:
                yield Reason(SECOND_CLAIM_OF_MONTH, {"period": claim.period, "claim": other.cop_no})
                return


def _refuse(case: ClaimCase, reasons: Sequence[Reason]) -> None:
    """Refuse a claim; the conditions checked so far are stored with it."""
    case.claim.conditions = _storable_conditions(case.eligibility)
    _reject(case.claim, reasons, case.desk)


def _reject(claim: Claim, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    distinct = list(dict((repr(reason), reason) for reason in reasons).values())
    claim.reasons = tuple(distinct[:MAX_REASONS])
    if len(distinct) > MAX_REASONS:
        claim.reasons += (Reason(MORE_REASONS, {"count": str(len(distinct) - MAX_REASONS)}),)
    claim.decided_at = desk.now
    apply_step(claim, "reject", desk, claim.reasons)
    desk.repository.put_claim(claim)


def _store_results(case: ClaimCase) -> None:
    """Store amounts and conditions in the claim."""
    claim, eligibility, calculation = case.claim, case.eligibility, case.calculation
    claim.fob, claim.refund, claim.cost = calculation.fob, calculation.refund, calculation.cost
    claim.credited, claim.carry, claim.domestic_vat = calculation.credited, calculation.carry, calculation.domestic_vat
    claim.exchange, claim.exchange_due = eligibility.exchange, eligibility.exchange_due
    claim.firm_class = case.refund_class.number
    claim.working = storable_working(calculation.working)
    claim.conditions = _storable_conditions(eligibility)
    claim.reasons = _reasons_against(eligibility)


def _reasons_against(eligibility: Eligibility) -> tuple[Reason, ...]:
    """The reasons why goods are not refunded, one for each rule."""
    against = [group.treatment for group in eligibility.groups if group.treatment.kind != REFUND]
    return tuple({reason.rule: reason for treatment in against for reason in treatment.reasons}.values())


def _storable_conditions(eligibility: Eligibility) -> list[object]:
    return [
        [
            group.items,
            group.treatment.kind,
            [
                _storable_condition(condition)
                for condition in (*eligibility.assumed_conditions, *group.treatment.conditions)
            ],
        ]
        for group in eligibility.groups
    ]


def _storable_condition(condition: Condition) -> list[object]:
    return [condition.rule, str(condition.outcome), dict(condition.values), list(condition.parameter_ids)]


def _classify(case: ClaimCase) -> RefundClass:
    """The refund class of a company today, from registrations and officers' notes. A company in class 4 stays there for
    some time."""
    account, desk = case.account, case.desk
    refund_class = classify(_rated_company(account, case.standing), desk.day, desk.law)
    if refund_class.number != FOURTH == account.firm_class and desk.day <= end_of_lock(
        date.fromisoformat(account.class_since), desk.law
    ):
        return RefundClass(FOURTH, refund_class.conditions, must_prove_exchange(FOURTH, desk.day, desk.law))
    return refund_class


def _rated_company(account: RefundAccount, standing: ExporterStanding) -> RatedCompany:
    noted_facts = account.facts
    return RatedCompany(
        tax_credit=standing.tax_credit,
        forex_class=standing.forex_class,
        customs_grade=standing.customs_grade,
        fraud=bool(noted_facts.get("fraud")),
        capacity=bool(noted_facts.get("capacity", True)),
        net_assets=standing.net_assets,
        last_refund=standing.last_refund,
        internal_control=bool(noted_facts.get("internal_control", True)),
        years=int(noted_facts.get("years", 0)),
        service_platform=bool(noted_facts.get("service_platform")),
    )


def _accept(case: ClaimCase) -> None:
    claim, account, refund_class, review, desk = case.claim, case.account, case.refund_class, case.review, case.desk
    last_day = add_working_days(desk.day, review.days)
    claim.due, claim.provisional = instant_of(last_day.day, OFFICE_HOUR), int(last_day.provisional)
    claim.stage = "review"
    if account.firm_class != refund_class.number:
        account.firm_class, account.class_since = refund_class.number, desk.day.isoformat()
        desk.repository.put_account(account)
    values = {"class": str(refund_class.number), "days": str(review.days), "last": last_day.day.isoformat()}
    reason = Reason(CLASSED, values, (*refund_class.parameter_ids, *review.parameter_ids))
    transition = lifecycle.transition_of(claim.state, "accept", "refund_claim")
    apply_step(claim, "accept", desk, (reason, *claim.reasons), Reason(transition.words, {}))
    desk.schedule(claim.due, ReviewDue(claim.id, "review"))
    desk.repository.put_claim(claim)
    filing.await_index(claim, desk)
