"""The manual acts of an officer: finds the subject, checks the lifecycle, files the act for customs to carry out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF, OFFICER, Transition
from declarations.reasons import typed
from gateways.customs.outcome import LIST
from gateways.decisions import Subject
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases import declarations as stories
from single_window.cases import inspection_results
from single_window.cases.declarations import Match
from single_window.context import Context
from single_window.frame.not_found import NotFound
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.work import decisions
from single_window.work.decisions import ReasonNeeded

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
ACTIONABLE = frozenset({"declaration", "request"})
DECIDED = frozenset({*LIST.values(), "cancellation", "refund", "export_cancellation", "export_refund"})
"""Kinds that an officer decides about; a tally, too, is kept as a request."""
UNSAID = "no receipt of an export list (604) says {status}, so its declarant could not be told; 604回执没有状态{status}"


class NotActionable(Exception):
    """The number names nothing that an officer may act on, or more than one thing; the message says what to do
    instead."""

    permanent = True


class ActNotAllowed(Refusal):
    """The state does not let an officer do this; the message lists what it does."""


@dataclass(frozen=True, slots=True)
class Filed:
    """An act that was filed: on what, and where the lifecycle leads."""

    subject: Match
    action: str
    to: str
    decision: int


def act(
    context: Context,
    sandbox: str,
    number: str,
    action: str,
    reason: str,
    officer: Person,
    *,
    as_declared: bool = False,
) -> Filed:
    """File an officer's act on the declaration or request that a number names. `as_declared`: an inspection found every
    line of goods as declared.

    Raises `NotFound`, `NotActionable`, `ActNotAllowed`, `ReasonNeeded` or `FindingsMissing`; then nothing is
    filed. The act is done when the window has worked (`settle`); `decisions.outcome` returns what became of it.
    """
    values: Mapping[str, object] = {}
    with reading(context.engine) as connection:
        subject = _subject(stories.find(connection, sandbox, number), number, sandbox)
        if as_declared and inspection_results.are_needed(subject, action):
            values = inspection_results.all_as_declared(connection, sandbox, subject)
    return act_on(context, sandbox, subject, action, reason, officer, values)


def act_on(
    context: Context,
    sandbox: str,
    subject: Match,
    action: str,
    reason: str,
    officer: Person,
    values: Mapping[str, object] | None = None,
) -> Filed:
    """File an officer's act on a declaration or request; raises `ActNotAllowed`, `ReasonNeeded` or `FindingsMissing`.
    `values`: what is kept with the decision besides its reason, such as what an inspector found."""
    step = _step(subject, action, _kind(subject))
    reason = typed(reason)
    if REASON in step.needs and not reason:
        raise ReasonNeeded(action)
    inspection_results.demand(subject, action, values or {})
    filed = decisions.file(
        context,
        sandbox,
        Subject(subject.category),
        subject.id,
        action,
        by=officer,
        reason=reason,
        seen=subject.version,
        values=values,
    )
    return Filed(subject, action, step.to, filed)


def possible(
    state: str, kind: str = "declaration", flow: str = "", codes: Iterable[str] = ()
) -> tuple[Transition, ...]:
    """What an officer may do manually in a state; with a list, what its flow allows: nothing that no receipt can
    report. `codes` are those for which it waits: some make a reason necessary."""
    steps = lifecycle.allowed(state, OFFICER, kind, flow if kind == "declaration" else "")
    case = rights.CaseFacts(state, 0, frozenset(codes))
    return tuple(
        step._replace(needs=tuple(dict.fromkeys((*step.needs, REASON))))
        if rights.reason_needed(kind, step.action, case)
        else step
        for step in steps
    )


def possible_with(subject: Match) -> tuple[Transition, ...]:
    """What an officer may do manually with what a number led to; nothing with what is never decided manually."""
    if subject.category not in ACTIONABLE or subject.kind not in DECIDED:
        return ()
    return possible(subject.state, _kind(subject), subject.flow)


def _subject(matches: Sequence[Match], number: str, sandbox: str) -> Match:
    subjects = [match for match in matches if match.category in ACTIONABLE and match.kind in DECIDED]
    if len(subjects) == 1:
        return subjects[0]
    if subjects:
        listed = "; ".join(f"{subject.category} {subject.label} ({subject.state})" for subject in subjects)
        raise NotActionable(
            f"{number} names {len(subjects)} things, choose one by its copNo, preNo or invtNo: {listed}"
        )
    raise undecidable(matches, number, sandbox)


def undecidable(matches: Sequence[Match], number: str, sandbox: str) -> Exception:
    """Why there is nothing to decide about a number that names no declaration and no request: what it is instead."""
    if not matches:
        return NotFound(number, sandbox)
    return NotActionable(
        f"{number} leads to {matches[0].label} ({matches[0].state}), but no list has been declared for it: "
        f"there is nothing to decide. See: single-window show {number}"
    )


def _kind(subject: Match) -> str:
    return LIFECYCLE_OF["inventory" if subject.category == "declaration" else subject.kind]


def _step(subject: Match, action: str, kind: str) -> Transition:
    may = possible_with(subject)
    for step in may:
        if step.action == action:
            return step
    allowed = ", ".join(f"{step.action} ({step.zh})" for step in may)
    why = _why_not(subject, action) if kind == "declaration" else ""
    state = Words(subject.words.zh, f"{subject.state} ({subject.words.zh})")
    raise ActNotAllowed(
        "act_not_allowed",
        label=subject.label,
        state=state,
        action=action,
        why=Words(f"（{why}）", f" ({why})") if why else "",
        allowed=allowed or Words("无", "nothing"),
    )


def _why_not(subject: Match, action: str) -> str:
    """Why no officer takes a step with a list: what it follows from instead, or that no receipt could report it."""
    of_imports = next(
        (
            transition
            for transition in possible(subject.state)
            if transition.action == action and transition.flow == "I"
        ),
        None,
    )
    if subject.flow == "E" and of_imports is not None:
        return UNSAID.format(status=of_imports.return_status)
    return FOLLOWS.get(action, "")
