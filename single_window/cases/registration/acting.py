"""Files what an officer does with a registration: what can be told at once is, the rest the registrar decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason, typed
from gateways.decisions import Subject
from gateways.registration.officers import against
from schemas import receipt_texts
from single_window.accounts.people import Person
from single_window.cases.histories import HistoryLine
from single_window.cases.registration.looking import enterprise_of, found, history
from single_window.context import Context
from single_window.store.engine import reading
from single_window.work import decisions


class NoSuchCompany(LookupError):
    """A number that no company has."""

    permanent = True

    def __init__(self, sandbox: str, number: str) -> None:
        super().__init__(f"There is no company {number!r} in sandbox {sandbox!r}. See: single-window registration list")
        self.id = number


class NotPossible(Exception):
    """The registration does not let this be done now; carries the reasons."""

    permanent = True

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(receipt_texts.words(one.rule, one.values, "en") for one in reasons))
        self.reasons = tuple(reasons)


class Asked(NamedTuple):
    """What was asked for: of which company, the id of the decision, and the last line of the history before."""

    code: str
    decision: int
    after: int


def act(context: Context, sandbox: str, number: str, action: str, who: Person, values: Mapping[str, str]) -> Asked:
    """File an officer's act on a company, named by its customs or credit code.

    `values`: reason, grade and since, or until. Raises `NoSuchCompany`, `NotPossible`; then nothing is filed. What the
    registrar finds against it later is the answer to the decision.
    """
    with reading(context.engine) as connection:
        company = found(connection, sandbox, number)
        one = enterprise_of(connection, sandbox, company.code) if company is not None else None
        if company is None or one is None:
            raise NoSuchCompany(sandbox, number)
        told = history(connection, sandbox, company.code)
    values = {name: typed(text) for name, text in values.items()}
    if reasons := against(one, action, values):
        raise NotPossible(reasons)
    reason = values.pop("reason", "")
    filed = decisions.file(
        context,
        sandbox,
        Subject.REGISTRATION,
        company.code,
        action,
        by=who,
        seen=one.version,
        reason=reason,
        values=values,
    )
    return Asked(company.code, filed, told[-1].id if told else 0)


def noted(connection: Connection, sandbox: str, asked: Asked) -> Sequence[HistoryLine]:
    """What has been noted about the company since something was asked for."""
    return history(connection, sandbox, asked.code, asked.after)
