"""Changes of a sandbox's dated values: checked before they are proposed or filed, carried out in the commit that files
them.

Parameters belong to no gateway, so these decisions are not delivered to one (ADR 39).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.parameters import Parameters, UnknownParameter
from declarations.parameters.changing import AMOUNT_KEY, BadChange, change_value
from declarations.parameters.values import Content
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import SUBJECT_CHANGED
from gateways.records import DecisionAnswer
from gateways.topics.shared import Decision
from single_window.language.refusal import Refusal
from single_window.store import sandbox_values, sandboxes, tables
from single_window.store.bulk import on_sqlite
from single_window.store.decisions import answer_decisions, find_decision
from single_window.store.law_books import law_of
from single_window.store.sandbox_values import ValueChange

DAY_PASSED = "16005"
"""Reason of a refusal: the first day of the new value has passed."""


def _first_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("parameter_day", day=text[:40]) from None


def check(parameters: Parameters, name: str, values: Mapping[str, Any], today: date) -> Content:
    """The resulting value of a change in the sandbox's law book; raises `Refusal`.

    `values`: `since` (ISO day) and `value` (key → number as text; the key is `AMOUNT_KEY` for a single number).
    """
    since = _first_day(str(values.get("since", "")))
    if since < today:
        raise Refusal("parameter_past", day=since, today=today)
    try:
        return change_value(parameters.parameter(name), values["value"], since)
    except UnknownParameter:
        raise Refusal("parameter_unknown", parameter=name[:100]) from None
    except BadChange as bad:
        raise Refusal(f"parameter_{bad.complaint}", **bad.values) from None


def parse_value(text: str) -> dict[str, str]:
    """Parse a text such as "0.05" or "ordinary=0.05 dishonest=0.9" into the `value` of `check`."""
    pairs = [part.partition("=") for part in text.replace(",", " ").split()]
    return {(key if equals else AMOUNT_KEY): (number if equals else key) for key, equals, number in pairs}


def carry_out(connection: Connection, sandbox: str, decision: Decision) -> None:
    """Carry out and answer a decision that is filed in this transaction. Refused if the parameter was changed since it
    was seen, or its first day has passed."""
    chosen = select(tables.sandbox.c.name).where(tables.sandbox.c.name == sandbox)
    if not on_sqlite(connection):
        # lock the sandbox, because two concurrent changes would get the same version
        connection.execute(chosen.with_for_update())
    now = sandboxes.find(connection, sandbox).clock.now()
    reasons = _refusal(connection, sandbox, decision, day_of(now)) or _apply(connection, sandbox, decision, now)
    answer_decisions(connection, sandbox, [DecisionAnswer(decision.id, refused=bool(reasons), reasons=reasons)], now)


def _apply(connection: Connection, sandbox: str, decision: Decision, now: int) -> tuple[Reason, ...]:
    """Insert the value; returns reasons if it is invalid, because the built-in law changed since the proposal."""
    try:
        content = check(law_of(connection, sandbox), decision.subject_id, decision.values, day_of(now))
    except Refusal as refusal:
        return (refusal_reason(refusal.words.zh, refusal.words.en),)
    filed = find_decision(connection, sandbox, decision.id)
    sandbox_values.add(
        connection,
        ValueChange(
            decision_id=decision.id,
            sandbox=sandbox,
            name=decision.subject_id,
            since=decision.values["since"],
            value=sandbox_values.to_text(content),
            by=decision.by,
            second=filed.second if filed else "",
            at=now,
        ),
    )
    return ()


def _refusal(connection: Connection, sandbox: str, decision: Decision, today: date) -> tuple[Reason, ...]:
    name, since = decision.subject_id, decision.values["since"]
    if decision.seen and decision.seen != sandbox_values.version(connection, sandbox, name):
        state = sandbox_values.newest(connection, sandbox, [name]).get(name, "")
        return (Reason(SUBJECT_CHANGED, {"action": decision.action, "state": state}),)
    if since < today.isoformat():
        return (Reason(DAY_PASSED, {"action": decision.action, "day": since, "today": today.isoformat()}),)
    return ()
