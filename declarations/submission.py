"""Decides about a newly arrived document, given the stored one with the same business key, if any. Pure functions.

Refusals use the published codes; if a type has no code for a case, the nearest one (`duplicate` in `catalogue.toml`).
Reasons only have the values of this module: `rules.named` adds those of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from declarations.lifecycle import LIFECYCLE_OF, all_lifecycles
from declarations.reasons import Reason
from declarations.rules.rule import is_time
from schemas.catalogue import handling
from schemas.message_types import OtherNumbers

Action = Literal["insert", "replace", "delete", "refuse", "repeat", "declare_staged"]
ADD, MODIFY, DELETE = "1", "2", "3"
STAGE, DECLARE = "1", "2"
_NO_VALUES: Mapping[
    str, str
] = {}  # a plain dict, because reasons are stored as JSON, which cannot encode a read-only view


class Submission(NamedTuple):
    """A newly arrived document; `list_numbers`: the preNo and invtNo that it names, empty where it names none."""

    kind: str
    app_type: str
    app_status: str
    app_time: str
    guid: str
    content_hash: str
    list_numbers: tuple[str, str] = ("", "")


class StoredVersion(NamedTuple):
    """The stored document of the same business key; `state` is one of its kind's lifecycle."""

    app_time: str
    guid: str
    content_hash: str
    state: str


class DeclaredState(NamedTuple):
    """The state of a list's declaration: for a list its own, else that of the list which names the document."""

    state: str
    pre_no: str = ""
    invt_no: str = ""


class SubmissionDecision(NamedTuple):
    """The decision about a newly arrived document. `insert`: store it as new (an ended document with the same key is
    replaced); `replace`: new content, staged or amended; `repeat`: the same document again, answered with the reason
    or, for a participant with `replay`, with the first receipts; `refuse`: answered with the reason, nothing
    changes."""

    action: Action
    reason: Reason | None = None


_ENDED_STATES = {
    kind: frozenset(name for name, state in all_lifecycles()[life].states.items() if state.ended)
    for kind, life in LIFECYCLE_OF.items()
}
_ALLOWED_STEPS = {
    kind: {(source, step.action) for step in all_lifecycles()[life].transitions for source in step.sources}
    for kind, life in LIFECYCLE_OF.items()
}
_GONE_STATES = frozenset({"deleted", "expired"})
_INSERT, _REPLACE = SubmissionDecision("insert"), SubmissionDecision("replace")
_DELETE, _DECLARE_STAGED = SubmissionDecision("delete"), SubmissionDecision("declare_staged")


def is_old(app_time: str, stored_app_time: str | None) -> bool:
    """True if a document is not newer than the stored one (None: there is none). The port checks this before all other
    checks, so an old document is refused as old regardless of other faults. An invalid time is never old.

    No specification gives this order: in captured traffic of one participant at one port, an order with an old appTime
    and an error in its content got -301014 (old), not -301008 (check failed). What the port refuses is not stored, so
    the same appTime gets the same error again."""
    return stored_app_time is not None and app_time <= stored_app_time and is_time(app_time)


def decide(
    submission: Submission, stored: StoredVersion | None, declared: DeclaredState | None = None
) -> SubmissionDecision:
    """Decide about a newly arrived document beside the stored one of its key (None: there is none) and the declaration
    concerned."""
    kind, app_type = submission.kind, submission.app_type
    if stored is None:
        return _INSERT if app_type == ADD else _refuse(kind, handling(kind).duplicate.missing, app_type, None)
    if (submission.app_time, submission.guid, submission.content_hash) == stored[:3]:
        return SubmissionDecision("repeat", Reason(handling(kind).duplicate.old, _NO_VALUES))
    if submission.app_time <= stored.app_time:
        return _refuse(kind, handling(kind).duplicate.old, submission.app_time, stored)
    if app_type == ADD:
        return _decide_addition(kind, submission.app_status, stored, declared)
    return _decide_change(submission, stored, declared)


def refusals_of(
    submission: Submission, stored: StoredVersion | None, declared: DeclaredState | None = None
) -> tuple[Reason, ...]:
    """All reasons to refuse a document, the one that the port answers first. The document is decided about as it is,
    then as if it were newer than the stored one, then as if it also named the numbers assigned to its list."""
    is_known_type = submission.app_type in {ADD, MODIFY, DELETE}
    if not is_known_type and not (stored and is_old(submission.app_time, stored.app_time)):
        return ()  # the check of appType refuses it; no decision is defined for such a document
    reasons: dict[str, Reason] = {}
    stored_as_older = stored._replace(app_time="") if stored is not None else None
    with_numbers = submission
    if declared is not None:
        with_numbers = submission._replace(list_numbers=(declared.pre_no, declared.invt_no))
    for previous, submitted in ((stored, submission), (stored_as_older, submission), (stored_as_older, with_numbers)):
        decision = decide(submitted, previous, declared)
        if decision.action == "repeat" and decision.reason is not None:
            return (decision.reason,)
        if decision.action == "refuse" and decision.reason is not None:
            reasons.setdefault(decision.reason.rule, decision.reason)
    return tuple(reasons.values())


def _decide_addition(
    kind: str, app_status: str, stored: StoredVersion, declared: DeclaredState | None
) -> SubmissionDecision:
    if stored.state in _ENDED_STATES[kind]:
        return _INSERT
    if stored.state == "staged":
        return _DECLARE_STAGED if app_status == DECLARE else _REPLACE
    codes, declares = handling(kind).duplicate, handling(kind).declares
    return _refuse(kind, codes.used if not declares and _is_in_use(declared) else codes.exists, ADD, stored)


def _decide_change(submission: Submission, stored: StoredVersion, declared: DeclaredState | None) -> SubmissionDecision:
    kind, app_type, app_status = submission.kind, submission.app_type, submission.app_status
    codes, number_codes = handling(kind).duplicate, handling(kind).other_numbers
    if stored.state in _GONE_STATES:
        return _refuse(kind, codes.missing, app_type, stored)
    if number_codes:
        if wrong_code := _find_wrong_number(number_codes, declared, submission.list_numbers):
            return _refuse(kind, wrong_code, "", stored)
    elif _is_in_use(declared) and kind != "waybill_status":
        return _refuse(kind, codes.used, app_type, stored)
    if app_type == DELETE:
        return (
            _DELETE if (stored.state, "delete") in _ALLOWED_STEPS[kind] else _refuse(kind, codes.used, app_type, stored)
        )
    if stored.state == "staged":
        return _DECLARE_STAGED if app_status == DECLARE else _REPLACE
    if app_status == STAGE:
        return _refuse(kind, codes.no_operation, app_type, stored)
    return _REPLACE if (stored.state, "amend") in _ALLOWED_STEPS[kind] else _refuse(kind, codes.used, app_type, stored)


def _is_in_use(declared: DeclaredState | None) -> bool:
    """True if a document is in use by a declared list that has not ended."""
    return declared is not None and declared.state != "staged" and declared.state not in _ENDED_STATES["inventory"]


def _find_wrong_number(codes: OtherNumbers, declared: DeclaredState | None, list_numbers: tuple[str, str]) -> str:
    """The code if preNo or invtNo are missing or differ from those assigned; empty if they are right."""
    if declared is None:
        return ""
    pre_no, invt_no = list_numbers
    if declared.pre_no and not pre_no and not invt_no:
        return codes.neither
    if declared.invt_no and not invt_no:
        return codes.no_invt_no
    if invt_no and invt_no != declared.invt_no:
        return codes.other_invt_no
    return codes.other_pre_no if pre_no and declared.pre_no and pre_no != declared.pre_no else ""


def _refuse(kind: str, rule: str, value: str, stored: StoredVersion | None) -> SubmissionDecision:
    """Refuse a document; `value` is that of the field concerned (empty: it is read from the document)."""
    values = {"found": value} if value else {}
    if stored is not None:
        state = all_lifecycles()[LIFECYCLE_OF[kind]].states[stored.state]
        values |= {"state": state.name, "state_zh": state.zh, "state_en": state.en}
    return SubmissionDecision("refuse", Reason(rule, values))
