"""Officers' decisions about lists and their requests: the acts that lifecycle and flow allow, and what each needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF, OFFICER, Transition
from declarations.money import amount_text, scaled_from_text
from declarations.reasons import Reason
from declarations.refusals import SAMPLE_OUT
from declarations.tax.revaluation import QUERIES
from gateways.customs.outcome import KIND_OF_LIST
from gateways.customs.review import CONCLUDES, LETS_GO_ON
from gateways.customs.risk_lane import GUARANTEE_SHORT, LABORATORY
from gateways.decisions import SubjectKind as Subjects
from gateways.holds import Held
from single_window.accounts import rights
from single_window.cases import inspection_results
from single_window.cases.declarations import cosmetics, held_by, matches, revaluing
from single_window.cases.declarations.parts import Match
from single_window.frame.decision_kinds import NOTHING, Act, DecisionKind, Requested, Singly, Subject, act_of
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound, demand_found, row_id
from single_window.store import holds
from single_window.store.case_queue import QueuedCase
from single_window.store.subjects import guarantee_available, reasons_of

FOLLOWS = {
    "accept": "customs accepts a list by itself once order, payment, waybill and list agree",
    "await_arrival": "a list waits for its parcel where the sandbox's option await_arrival says so",
    "await_site": "an accepted export waits for the arrival note (507) of its parcel",
    "arrive": "an intake note (711), or for an export an arrival note (507), reports the arrival",
    "cancel": "a cancellation request (623, for an export 605) cancels a list",
}
"""Steps of a list that no officer takes: what they follow from."""
REASON = "reason_given"
"""The condition of a step that is taken with a reason."""
CONCLUDE = "conclude"
HELD_IN = frozenset({inspection_results.INSPECTED, "detained"})
"""The states of a list whose sample may be at the laboratory."""
ACTIONABLE = frozenset({"declaration", "request"})
DECIDED = frozenset({*KIND_OF_LIST.values(), "cancellation", "refund", "export_cancellation", "export_refund"})
"""Kinds that an officer decides about; a tally, too, is kept as a request."""
UNSAID = "no receipt of an export list (604) says {status}, so its declarant could not be told; 604回执没有状态{status}"


def possible(
    state: str, kind: str = "declaration", flow: str = "", codes: Iterable[str] = ()
) -> tuple[Transition, ...]:
    """The acts of an officer that are possible in a state; with a list, those that its flow allows: nothing that no
    receipt can report. `codes` are those for which it waits: some make a reason necessary."""
    steps = lifecycle.allowed_transitions(state, OFFICER, kind, flow if kind == "declaration" else "")
    case = rights.CaseFacts(state, 0, frozenset(codes))
    return tuple(
        step._replace(needs=tuple(dict.fromkeys((*step.needs, REASON))))
        if rights.reason_needed(kind, step.action, case)
        else step
        for step in steps
    )


def acts_of(state: str, kind: str = "declaration", flow: str = "", codes: Iterable[str] = ()) -> Sequence[Act]:
    """The same steps as values of `Act`."""
    return [act_of(step) for step in possible(state, kind, flow, codes)]


def subject_of(match: Match) -> Subject:
    """A list or request as what is decided about."""
    return Subject(match.category, match.id, match.label, match.state, match.words, match.version, match)


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    found = matches.find(connection, sandbox, number)
    subjects = [match for match in found if match.category in ACTIONABLE and match.kind in DECIDED]
    if len(subjects) == 1:
        return subject_of(subjects[0])
    if subjects:
        listed = "; ".join(f"{subject.category} {subject.label} ({subject.state})" for subject in subjects)
        raise Refusal("names_several", number=number[:100], count=len(subjects), listed=listed)
    if found:
        raise Refusal("nothing_declared", number=number[:100], label=found[0].label, state=found[0].state)
    raise NotFound(number, sandbox)


def _list_by_id(connection: Connection, sandbox: str, number: str) -> Subject:
    found = matches.of_list(connection, sandbox, row_id(number, sandbox))
    return subject_of(demand_found(found, number, sandbox))


def _request_by_id(connection: Connection, sandbox: str, number: str) -> Subject:
    found = matches.of_request(connection, sandbox, row_id(number, sandbox))
    return subject_of(demand_found(found, number, sandbox))


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    match: Match = subject.record
    if match.category not in ACTIONABLE or match.kind not in DECIDED:
        return ()
    is_list = match.category == Subjects.DECLARATION
    return acts_for(connection, sandbox, match, reasons_of(connection, sandbox, match.id) if is_list else ())


def acts_for(connection: Connection, sandbox: str, match: Match, reasons: Sequence[Reason]) -> Sequence[Act]:
    """Return the acts that are possible about a list or request which waits for `reasons`."""
    codes = frozenset(reason.rule for reason in reasons)
    held = {*_held(connection, sandbox, match), *(() if codes & QUERIES else (revaluing.REVALUE,))}
    hindered = _hindered(connection, sandbox, match, reasons)
    is_list = match.category == Subjects.DECLARATION
    return [
        act._replace(
            needs=(
                *act.needs,
                *(["findings"] if inspection_results.are_needed(match, act.action) else []),
                *([revaluing.COSMETICS] if is_list and cosmetics.are_needed(act.action, reasons) else []),
            ),
            vain=act.action in hindered,
            hindered=hindered.get(act.action),
        )
        for act in acts_of(match.state, _kind(match), match.flow, codes)
        if act.action not in held
    ]


def _hindered(connection: Connection, sandbox: str, match: Match, reasons: Sequence[Reason]) -> Mapping[str, Words]:
    """The acts that would be refused as things stand, and why."""
    if match.category != Subjects.DECLARATION:
        return {}
    if held := held_by.holds_on(connection, sandbox, match.id):
        return dict.fromkeys(LETS_GO_ON, held_by.in_words(held)[0])
    if match.state != "in_review":
        return {}
    short = _shortfall(connection, sandbox, match, reasons)
    return {} if short is None else {"conclude": short}


def _shortfall(connection: Connection, sandbox: str, match: Match, reasons: Sequence[Reason]) -> Words | None:
    """Say that the guarantee of a list in review still does not cover its tax, so that concluding asks again and is
    refused; None if it does, or the list waits for another reason."""
    short = next((reason for reason in reasons if reason.rule == GUARANTEE_SHORT), None)
    if short is None:
        return None
    left, tax = guarantee_available(connection, sandbox, match.id), short.values["tax"]
    if left >= scaled_from_text(tax):
        return None
    return phrases.phrase("label", "guarantee_still_short").filled(left=amount_text(left), tax=tax)


def _not_with_others(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Singly:
    """The lists among these cases that are not concluded with others: their guarantee does not cover their tax (the
    amounts stand in their rows), or it must be decided of each line of cosmetics."""
    waiting = [(case, reason) for case in cases for reason in case.reasons if reason.rule == GUARANTEE_SHORT]
    short, alone = phrases.phrase("label", "guarantee_too_small"), phrases.phrase("label", "cosmetics_alone")
    undecided = [case for case in cases if cosmetics.are_needed(CONCLUDE, case.reasons)]
    return {case.subject_id: {CONCLUDE: alone} for case in undecided} | {
        case.subject_id: {"conclude": short}
        for case, reason in waiting
        if case.state == "in_review"
        and guarantee_available(connection, sandbox, case.declaration_id) < scaled_from_text(reason.values["tax"])
    }


def _held(connection: Connection, sandbox: str, match: Match) -> Collection[str]:
    """The acts that wait for something: nothing concludes a list while its sample is at the laboratory."""
    is_held = match.category == Subjects.DECLARATION and match.state in HELD_IN
    return {"conclude"} if is_held and holds.is_held(connection, sandbox, Held.LIST, str(match.id), LABORATORY) else ()


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The values kept of an inspection, of a re-determined value, and what is decided of cosmetics."""
    match: Match = subject.record
    decided: dict[str, Any] = {}
    if match.category == Subjects.DECLARATION and requested.action in CONCLUDES:
        waits_for = reasons_of(connection, sandbox, match.id)
        if cosmetics.are_needed(requested.action, waits_for):
            decided = {revaluing.COSMETICS: cosmetics.values_of(requested, cosmetics.waiting_lines(waits_for))}
    if requested.action == revaluing.REVALUE:
        return {**revaluing.values_of(connection, sandbox, match.id, requested), **decided}
    return {**_inspected(connection, sandbox, match, requested), **decided}


def _inspected(connection: Connection, sandbox: str, match: Match, requested: Requested) -> Mapping[str, Any]:
    """The result of an inspection for each line of goods."""
    if match.category != Subjects.DECLARATION or match.state != inspection_results.INSPECTED:
        return NOTHING
    if requested.values.get("findings") is not None:
        return inspection_results.of_lines(connection, sandbox, match, requested.action, requested.values["findings"])
    if requested.values.get("as_declared") and inspection_results.are_needed(match, requested.action):
        return inspection_results.all_as_declared(connection, sandbox, match)
    inspection_results.demand(match, requested.action, NOTHING)
    return NOTHING


def _reason(requested: Requested) -> str:
    """With the lines of goods that are not as declared, or the determined prices: the declarant reads them in the
    receipt."""
    if requested.action == revaluing.REVALUE:
        return revaluing.reason_of(requested)[: inspection_results.REASON] if requested.reason.strip() else ""
    found = inspection_results.parse_results(requested.values.get("findings"))
    return "; ".join(filter(None, (requested.reason, inspection_results.sum_up(found))))[: inspection_results.REASON]


def _kind(subject: Match) -> str:
    return LIFECYCLE_OF["inventory" if subject.category == "declaration" else subject.kind]


def _why_not(subject: Subject, action: str) -> str:
    """Why no officer takes a step with a list: what it follows from instead, or that no receipt could report it."""
    match: Match = subject.record
    if match.category != Subjects.DECLARATION:
        return ""
    of_imports = next((step for step in possible(match.state) if step.action == action and step.flow == "I"), None)
    if match.flow == "E" and of_imports is not None:
        return UNSAID.format(status=of_imports.return_status)
    if action == "conclude" and match.state in HELD_IN:
        return "; ".join(reversed(SAMPLE_OUT))
    return FOLLOWS.get(action, "")


def _lives(subject: Subject) -> str:
    return _kind(subject.record)


LIST_DECISION = DecisionKind(
    subject=Subjects.DECLARATION,
    noun=Words("清单", "list"),
    find=_find,
    by_id=_list_by_id,
    acts=_acts,
    lifecycle=_lives,
    why_not=_why_not,
    values=_values,
    reason=_reason,
    chosen=cosmetics.sum_up,
    takes=("as_declared", "findings", "method", "prices", revaluing.COSMETICS),
    bulk=("conclude", "release", "reject", "inspect", "review", "ask"),
    singly=_not_with_others,
    alone=((inspection_results.INSPECTED, inspection_results.CONCLUDE),),
)
REQUEST_DECISION = DecisionKind(
    subject=Subjects.REQUEST,
    noun=Words("申请", "request"),
    find=_find,
    by_id=_request_by_id,
    acts=_acts,
    lifecycle=_lives,
    bulk=("approve", "reject", "ask"),
)
