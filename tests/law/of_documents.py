"""Runners of documents: port checks, matching, identity, requests, keys that are known, lifecycles."""

from __future__ import annotations

from typing import Any

from declarations.identity import identify
from declarations.lifecycle import NotAllowed, allowed_transitions, transition_of
from declarations.matching import check_identity_numbers, compare
from declarations.requests import RequestedList, reasons_against_cancellation, reasons_against_return
from declarations.rules import RULE_BOOKS, CheckFacts, check, codes_in_force
from declarations.submission import DeclaredState, StoredVersion, Submission, SubmissionDecision, decide
from schemas.receipt_texts import return_status, words
from tests.law.clean_documents import document
from tests.law.comparing import Comparisons, codes, refusal
from tests.law.rows import Facts, day
from tests.law.wholes import whole

SENDER = "DXPENT0000000001"
_FOUR = ("order", "payment", "waybill", "inventory")
_JUDGES: dict[str, Any] = {"cancellation": reasons_against_cancellation, "refund": reasons_against_return}
_KEY = {
    "ebc_code": "E",
    "order_no": "N",
    "pay_code": "P",
    "pay_transaction_id": "T",
    "logistics_code": "L",
    "logistics_no": "W",
    "agent_code": "A",
    "cop_no": "C",
    "operator_code": "O",
    "area_code": "R",
    "invt_no": "I",
    "co_el_no": "E",
    "msg_seq_no": "1",
}
"""Values of the business keys of all kinds, which the words name."""
_LISTS = frozenset({"inventory", "export_inventory"})


def matching(case: Facts) -> Comparisons:
    """The reasons that four documents of a trade give against each other, and those of the buyer's number."""
    order, payment, waybill, inventory = (document(kind, case.get(kind), case.get(f"{kind}_lines")) for kind in _FOUR)
    reasons = compare(order, payment, waybill, inventory)
    yield "reasons", case["reasons"], codes(reasons)
    yield whole("reasons", reasons)
    if "words" in case:
        yield "words", case["words"], words(reasons[0].rule, reasons[0].values)
    if "identity" in case:
        found = check_identity_numbers(order, payment, inventory)
        yield "identity", case["identity"], codes(found)
        yield whole("identity", found)
        if "words_of_identity" in case:
            yield "words", case["words_of_identity"], words(found[0].rule, found[0].values)


def identity(case: Facts) -> Comparisons:
    """The buyer's name and number against the register of persons."""
    order, payment, waybill, inventory = (document(kind, case.get(kind)) for kind in _FOUR)
    found = identify(order, inventory, case["persons"])
    reasons = [*found.reasons, *compare(order, payment, waybill, inventory, verified=found.verified)]
    yield "verified", case["verified"], found.verified
    yield whole("reasons", reasons)
    yield "reasons", case["reasons"], codes(reasons)


def request(case: Facts) -> Comparisons:
    """Requests to cancel or return against their list."""
    listed = RequestedList(case["list"], document("inventory")) if "list" in case else None
    reasons = _JUDGES[case["kind"]](document(case["kind"], case.get("change"), case.get("lines")), listed)
    yield whole("reasons", reasons)
    yield "reasons", case["reasons"], codes(reasons)
    if "words" in case:
        yield "words", [case["words"]], [words(reason.rule, reason.values) for reason in reasons[:1]]


def port_checks(case: Facts) -> Comparisons:
    """The rules that a document of each kind breaks."""
    on = case.get("day", day("2026-06-01"))
    facts = CheckFacts(SENDER, case.get("envelope_sender_id", SENDER) or None, on, codes_in_force(on))
    for kind in case["kinds"]:
        book = RULE_BOOKS[kind]
        known = [code.format(frame=book.frame, business=book.business or book.frame) for code in case["reasons"]]
        reasons = check(kind, document(kind, case.get("change"), case.get("lines")), facts)
        yield f"reasons of {kind}", known, codes(reasons)
        yield whole(f"reasons of {kind}", reasons)
        if "words" in case:
            yield f"words of {kind}", case["words"], words(reasons[0].rule, reasons[0].values)
        yield f"positive of {kind}", [], [r.rule for r in reasons if not return_status(r.rule).startswith("-")]


def submission(case: Facts) -> Comparisons:
    """The effect of a document whose key is known already."""
    for kind, known in case["kinds"].items():
        decision = _decided(kind, case)
        action, _, code = known.rpartition(" ") if " -" in known else ("", "", "")
        expected = (action, code) if action else ("refuse", known) if known.startswith("-") else (known, "")
        yield kind, expected, (decision.action, decision.reason.rule if decision.reason else "")
        yield whole(kind, decision)
        if decision.reason:
            yield f"status of {kind}", decision.reason.rule.partition("/")[0], return_status(decision.reason.rule)
        if decision.reason and "words" in case:
            values = {**_KEY, **decision.reason.values}
            yield f"words of {kind}", case["words"], words(decision.reason.rule, values)


def _decided(kind: str, case: Facts) -> SubmissionDecision:
    stored = StoredVersion("20260601110000", "G1", "H1", case["stored"]) if "stored" in case else None
    listed = case.get("stored") if kind in _LISTS else case.get("list")
    submitted = Submission(
        kind,
        case.get("app_type", "1"),
        case.get("app_status", "2"),
        case.get("app_time", "20260601120000"),
        case.get("guid", "G2"),
        case.get("content_hash", "H2"),
        tuple(case.get("numbers", ["", ""])),
    )
    return decide(submitted, stored, DeclaredState(listed, *case.get("assigned", ["", ""])) if listed else None)


def steps(case: Facts) -> Comparisons:
    """The actions that states allow, with the statuses of their receipts, and those that they refuse."""
    life = case.get("lifecycle", "declaration")
    for name in case.get("states", [case.get("state")]):
        allowed = allowed_transitions(name, lifecycle=life)
        yield f"actions of {name}", case["allowed"], {step.action: step.to for step in allowed}
        statuses = {step.action: step.return_status for step in allowed}
        known = case.get("status", {})
        yield f"statuses of {name}", known, {action: statuses.get(action) for action in known}
        yield whole(f"steps of {name}", allowed)
        for action in case.get("refused", []):
            yield refusal("", NotAllowed, lambda name=name, action=action: transition_of(name, action, life))  # type: ignore[misc]


def actors(case: Facts) -> Comparisons:
    """The actions of officers and participants in a state."""
    for actor in ("officer", "participant"):
        allowed = [step.action for step in allowed_transitions(case["state"], actor)]
        yield actor, sorted(case[actor]), sorted(allowed)
    exports = {step.action for step in allowed_transitions(case["state"], "officer", flow="E")}
    yield "export", sorted(case["export"]), sorted(exports)


def walk(case: Facts) -> Comparisons:
    """The end of a life, and the statuses that its trader sees."""
    here, seen = case["start"], list[str]()
    for action in case["actions"]:
        step = transition_of(here, action, case.get("lifecycle", "declaration"))
        here, seen = step.to, [*seen, *([step.return_status] if step.return_status else [])]
    yield "end and statuses", (case["end"], case["statuses"]), (here, seen)
