"""Changing the amount of a guarantee: a decision like any other, which a second person approves."""

from __future__ import annotations

from declarations.money import plain
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.store.engine import reading
from single_window.store.subjects import GUARANTEE
from single_window.work import decisions
from single_window.work.guarantee_changes import BadAmount, check, lodged

CHANGE = "change"
"""What is decided about a guarantee."""


def change(
    context: Context, sandbox: str, code: str, amount: str, *, by: Person, was: str = "", reason: str = ""
) -> int:
    """File, or propose, that a guarantee amounts to so much (yuan); gives the decision's id.

    `was`: the amount that was seen, as `plain` writes it; empty: any. Raises `BadAmount` for what is
    not possible, `rights.Lacking` for a person who may not change it, `Proposed` where a change waits already.
    """
    rights.demand_act(by, GUARANTEE, CHANGE)
    with reading(context.engine) as connection:
        current = lodged(connection, sandbox, code)
    check(current, code, amount)
    standing = plain(current.amount) if current else ""
    if was not in {"", standing}:
        raise BadAmount("guarantee_moved", code=code, amount=standing)
    # a proposal is about the amount of now: whatever changes it meanwhile makes it stale
    return decisions.file(
        context,
        sandbox,
        GUARANTEE,
        code,
        CHANGE,
        by=by,
        reason=reason,
        values={"amount": amount.strip(), "was": standing},
    )
