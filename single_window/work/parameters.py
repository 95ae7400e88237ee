"""Changing a value of a sandbox: a decision like any other, which a second person approves."""

from __future__ import annotations

from collections.abc import Mapping

from declarations.calendar import day_of
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.store import sandbox_values
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.subjects import PARAMETER
from single_window.work import decisions
from single_window.work.parameter_changes import BadValue, check

CHANGE = "change"
"""What is decided about a parameter."""


def change(
    context: Context,
    sandbox: str,
    name: str,
    given: Mapping[str, str],
    since: str,
    *,
    by: Person,
    seen: int = 0,
    reason: str = "",
) -> int:
    """File, or propose, that a parameter has these numbers (texts by key) from a day on; gives the decision's id.

    `seen`: the version of the parameter that was seen; 0: any. Raises `BadValue` for what is not
    possible, `rights.Lacking` for a person who may not change it, `Proposed` where a change waits already.
    """
    rights.demand_act(by, PARAMETER, CHANGE)
    values = {"since": since.strip(), "value": {key: text.strip() for key, text in given.items()}}
    with reading(context.engine) as connection:
        check(law_of(connection, sandbox), name, values, day_of(context.now(sandbox)))
        standing = sandbox_values.version(connection, sandbox, name)
    if seen not in {0, standing}:
        raise BadValue("parameter_moved", parameter=name)
    # a proposal is about what is in force now: whatever changes it meanwhile makes it stale
    return decisions.file(context, sandbox, PARAMETER, name, CHANGE, by=by, seen=standing, reason=reason, values=values)
