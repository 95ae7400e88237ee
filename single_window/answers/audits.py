"""Answers about audits, shared by the call, the command and clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import Engine

from declarations.money import amount_text
from single_window import auditing
from single_window.frame.typed import Answer
from single_window.store.engine import snapshot
from single_window_client import Audited

MAX_LEDGER_DIFFERENCES = 200
"""Limit of differences per ledger in an answer over HTTP."""


class DifferenceOut(Answer, frozen=True, kw_only=True):
    """A difference between a ledger and its sources."""

    key: Annotated[str, Meta(description="the subject; identity numbers are masked over HTTP")]
    what: str
    kept: str
    found: Annotated[str, Meta(description="the expected value")]


class LedgerOut(Answer, frozen=True, kw_only=True):
    """An audited ledger."""

    name: str
    zh: str
    en: str
    rows: int
    sums: Annotated[dict[str, str], Meta(description="totals of its rows, by name")]
    balanced: bool
    differences: list[DifferenceOut]
    more: Annotated[int, Meta(description="number of further differences")] = 0


class AuditOut(Answer, frozen=True, kw_only=True):
    """The result of an audit."""

    balanced: Annotated[bool, Meta(description="every ledger was audited and balances")]
    ledgers: list[LedgerOut]
    left: Annotated[list[str], Meta(description="ledgers that the call had no time for; request them in another call")]
    given_up: Annotated[
        list[str], Meta(description="ledgers that are too large for a call; audit them with the command on the data")
    ]


def audit_out(
    ledgers: Iterable[auditing.Ledger],
    left: Iterable[str] = (),
    given_up: Iterable[str] = (),
    most: int | None = None,
    masked: Callable[[str], str] = str,
) -> AuditOut:
    """Return the answer about audited ledgers, with at most `most` differences of each; `masked` masks their keys."""
    shown, rest, too_large = [_ledger(ledger, most, masked) for ledger in ledgers], list(left), list(given_up)
    balanced = not rest and not too_large and all(ledger.balanced for ledger in shown)
    return AuditOut(balanced=balanced, ledgers=shown, left=rest, given_up=too_large)


def _ledger(ledger: auditing.Ledger, most: int | None, masked: Callable[[str], str]) -> LedgerOut:
    named = ledger.differences[:most]
    return LedgerOut(
        name=ledger.name,
        zh=ledger.words.zh,
        en=ledger.words.en,
        rows=ledger.rows,
        sums={name: amount_text(amount) for name, amount in ledger.sums.items()},
        balanced=ledger.balanced,
        differences=[_difference(difference, masked) for difference in named],
        more=len(ledger.differences) - len(named),
    )


def _difference(found: auditing.LedgerDifference, masked: Callable[[str], str]) -> DifferenceOut:
    return DifferenceOut(
        key=masked(found.key), what=found.what, kept=amount_text(found.kept), found=amount_text(found.found)
    )


def audit_sandbox(engine: Engine, sandbox: str) -> Audited:
    """Audit every ledger of a sandbox in one database snapshot."""
    with snapshot(engine) as connection:
        answer = msgspec.to_builtins(audit_out(auditing.audit_ledgers(connection, sandbox)))
    return Audited(tuple(answer["ledgers"]))
