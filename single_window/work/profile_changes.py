"""Risk profiles of a sandbox: drafted, and put in force as dated values, in the commit that files the decision.

Profiles belong to no gateway: customs finds those in force in the sandbox's law book, like any dated value (ADR 39).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.parameters.changing import SANDBOX_ONLY
from declarations.profile_rules import CODE, FIELDS, BadProfile, last_day, make_rule, read_text, write_text
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import SUBJECT_CHANGED
from gateways.records import DecisionAnswer
from gateways.topics.shared import Decision
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.store import risk_profiles, sandbox_values, sandboxes
from single_window.store.decisions import answer_decisions, find_decision
from single_window.store.risk_profiles import DRAFT, IN_FORCE, DraftedProfile
from single_window.store.sandbox_values import ValueChange

DRAFTING, REDRAFTING, PUTTING_IN_FORCE = "draft", "redraft", "put_in_force"
"""The acts about a profile."""


def check_rule(text: str) -> dict[str, Any]:
    """The rule that a text says; raises `Refusal`."""
    try:
        return make_rule(read_text(text))
    except BadProfile as bad:
        raise _refusal(bad) from None


def _refusal(bad: BadProfile) -> Refusal:
    """The refusal of a rule, which calls its field as pages do."""
    name = str(bad.values.get("field", ""))
    values = dict(bad.values)
    if name in FIELDS:
        values["field"] = phrases.phrase("profile_field", name)
    refusal = Refusal(f"profile_{bad.complaint}", **values)
    refusal.field = name if name in FIELDS else refusal.field
    return refusal


def check_code(code: str) -> str:
    """The code of a new profile; raises `Refusal`."""
    if not CODE.fullmatch(code):
        raise Refusal("profile_name", code=code[:40])
    return code


def check_days(rule: Mapping[str, Any], since: str, today: date) -> str:
    """The first day of a profile, as ISO text: today or later, and not after its last day; raises `Refusal`."""
    try:
        first = date.fromisoformat(since)
    except ValueError:
        raise Refusal("parameter_day", day=since[:40]) from None
    if first < today:
        raise Refusal("parameter_past", day=first, today=today)
    if rule.get("until") and last_day(rule["until"]) < first:
        raise Refusal("profile_over", day=first, until=rule["until"])
    return since


def rule_of(profile: DraftedProfile) -> dict[str, Any]:
    """The rule of a stored draft."""
    rule: dict[str, Any] = msgspec.json.decode(profile.rule)
    return rule


def carry_out(connection: Connection, sandbox: str, decision: Decision) -> None:
    """Carry out and answer a decision that is filed in this transaction. Refused if the profile was changed since it
    was seen, or if its first day has passed."""
    now = sandboxes.find(connection, sandbox).clock.now()
    try:
        reasons = _draft(connection, sandbox, decision, now) or ()
    except Refusal as refusal:
        reasons = (refusal_reason(refusal.words.zh, refusal.words.en),)
    answer_decisions(connection, sandbox, [DecisionAnswer(decision.id, refused=bool(reasons), reasons=reasons)], now)


def _draft(connection: Connection, sandbox: str, decision: Decision, now: int) -> tuple[Reason, ...]:
    values = decision.values
    is_new = "code" in values
    code = check_code(values["code"]) if is_new else decision.subject_id
    old = risk_profiles.find(connection, sandbox, code, lock=True)
    if is_new and old is not None:
        raise Refusal("profile_taken", code=code)
    if old is not None and decision.seen not in (0, old.version):
        return (Reason(SUBJECT_CHANGED, {"action": decision.action, "state": old.state}),)
    rule = check_rule(values["profile"])
    state = DRAFT
    if decision.action == PUTTING_IN_FORCE:
        check_days(rule, values["since"], day_of(now))
        _put_in_force(connection, sandbox, code, decision, rule, now)
        state = IN_FORCE
    text = msgspec.json.encode(rule).decode()
    drafted_by = old.by if old is not None and state == IN_FORCE else decision.by
    version = old.version + 1 if old is not None else 1
    risk_profiles.put(connection, sandbox, DraftedProfile(code, state, version, rule["title"], text, drafted_by, now))
    return ()


def _put_in_force(
    connection: Connection, sandbox: str, code: str, decision: Decision, rule: Mapping[str, Any], now: int
) -> None:
    filed = find_decision(connection, sandbox, decision.id)
    sandbox_values.add(
        connection,
        ValueChange(
            decision_id=decision.id,
            sandbox=sandbox,
            name=f"{SANDBOX_ONLY}{code}",
            since=decision.values["since"],
            value=sandbox_values.to_text(rule),
            by=decision.by,
            second=filed.second if filed else "",
            at=now,
        ),
    )


def text_of(profile: DraftedProfile) -> str:
    """The rule of a stored draft, as officers write it."""
    return write_text(rule_of(profile))
