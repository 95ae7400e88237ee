"""Drafting a risk profile and putting it in force: decisions like any other; a second person approves the latter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.profile_rules import write_text
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, VALUES, Act, Creation, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store import risk_profiles, sandboxes
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.risk_profiles import IN_FORCE, DraftedProfile
from single_window.store.subjects import RISK_PROFILE
from single_window.work.profile_changes import (
    DRAFTING,
    PUTTING_IN_FORCE,
    REDRAFTING,
    check_code,
    check_days,
    check_rule,
    rule_of,
    text_of,
)


def subject_of(profile: DraftedProfile) -> Subject:
    """A profile as the subject of decisions."""
    state = phrases.phrase("profile_state", profile.state)
    return Subject(RISK_PROFILE, profile.code, profile.code, profile.state, state, profile.version, profile)


def _find(connection: Connection, sandbox: str, code: str) -> Subject:
    return subject_of(demand_found(risk_profiles.find(connection, sandbox, code), code, sandbox))


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    drafting = Act(REDRAFTING, phrases.phrase("other_act", REDRAFTING), to="draft", needs=("profile",))
    if subject.state == IN_FORCE:
        return [drafting]
    words = phrases.phrase("other_act", PUTTING_IN_FORCE)
    return [drafting, Act(PUTTING_IN_FORCE, words, to=IN_FORCE, needs=("since", REASON))]


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The rule of a draft; the first day and the rule of what is put in force, which is what a second officer sees."""
    if requested.action == REDRAFTING:
        return {"profile": write_text(check_rule(str(requested.values.get("profile", ""))))}
    since = str(requested.values.get("since", "")).strip()
    today = day_of(sandboxes.find(connection, sandbox).clock.now())
    return {"since": check_days(rule_of(subject.record), since, today), "profile": text_of(subject.record)}


def _values_of_new(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    code = check_code(wanted["code"].strip())
    with reading(context.engine) as connection:
        if risk_profiles.find(connection, sandbox, code) is not None:
            raise Refusal("profile_taken", code=code)
    return {"code": code, "profile": write_text(check_rule(wanted["profile"]))}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    found = risk_profiles.find(connection, sandbox, decided.details["code"])
    return subject_of(found) if found else None


DRAFT_NEW = Creation(
    action=DRAFTING,
    words=phrases.phrase("label", "draft_profile"),
    takes={"code": "its name in letters, digits and hyphens, as gift-boxes", "profile": VALUES["profile"]},
    values=_values_of_new,
    made=_made,
)
PROFILE_DECISION = DecisionKind(
    subject=RISK_PROFILE,
    noun=Words("风险布控", "risk profile"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    takes=("profile", "since"),
    creations=(DRAFT_NEW,),
)
