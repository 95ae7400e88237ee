"""Changing a value of a sandbox: a decision like any other, which a second person approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.parameters import UnknownParameter
from declarations.parameters.changing import AMOUNT_KEY, SANDBOX_ONLY
from single_window.frame.decision_kinds import Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store import sandbox_values, sandboxes
from single_window.store.law_books import law_of
from single_window.store.subjects import PARAMETER
from single_window.work.parameter_changes import check

CHANGE = "change"
"""The only action about a parameter."""
AS_IN_LAW = "as_in_law"
"""The state of a parameter of which a sandbox has no value of its own."""


def _find(connection: Connection, sandbox: str, name: str) -> Subject:
    try:
        parameter = law_of(connection, sandbox).parameter("" if name.startswith(SANDBOX_ONLY) else name)
    except UnknownParameter:
        raise NotFound(name, sandbox) from None
    own = sandbox_values.newest(connection, sandbox, [name]).get(name, "")
    state = Words(own, own) if own else phrases.phrase("label", AS_IN_LAW)
    version = sandbox_values.version(connection, sandbox, name)
    return Subject(PARAMETER, name, name, own or AS_IN_LAW, state, version, parameter)


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    return [Act(CHANGE, phrases.phrase("other_act", CHANGE), needs=("value", "since"))]


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The numbers of the parameter (texts by key) and the day from which they hold."""
    alone = requested.values.get("amount")
    value = {AMOUNT_KEY: alone} if alone else requested.values.get("value") or {}
    values = {
        "since": str(requested.values.get("since", "")).strip(),
        "value": {str(key): str(number).strip() for key, number in value.items()},
    }
    today = day_of(sandboxes.find(connection, sandbox).clock.now())
    check(law_of(connection, sandbox), str(subject.id), values, today)
    return values


PARAMETER_DECISION = DecisionKind(
    subject=PARAMETER,
    noun=Words("参数", "parameter"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    takes=("amount", "since", "value"),
)
