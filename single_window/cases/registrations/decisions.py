"""Files what an officer does with a registration: what can be refused at once is, the rest the registrar decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import typed
from gateways.decisions import Subject
from gateways.registration.officers import refusals
from single_window.accounts.people import Person
from single_window.cases.registrations.queries import enterprise_of, find, history
from single_window.context import Context
from single_window.frame.histories import HistoryLine
from single_window.language.refusal import NotPossible
from single_window.store.engine import reading
from single_window.work import decisions


class NoSuchCompany(LookupError):
    """A number that no company has."""

    permanent = True

    def __init__(self, sandbox: str, number: str) -> None:
        super().__init__(f"There is no company {number!r} in sandbox {sandbox!r}. See: single-window registration list")
        self.id = number


class FiledAct(NamedTuple):
    """An act that was filed: for which company, the id of the decision, and the last line of the history before."""

    code: str
    decision: int
    after: int


def act(context: Context, sandbox: str, number: str, action: str, who: Person, values: Mapping[str, str]) -> FiledAct:
    """File an officer's act on a company, named by its customs or credit code.

    `values`: reason, grade and since, or until. Raises `NoSuchCompany`, `NotPossible`; then nothing is filed. What the
    registrar finds against it later is the answer to the decision.
    """
    with reading(context.engine) as connection:
        company = find(connection, sandbox, number)
        enterprise = enterprise_of(connection, sandbox, company.code) if company is not None else None
        if company is None or enterprise is None:
            raise NoSuchCompany(sandbox, number)
        lines = history(connection, sandbox, company.code)
    values = {name: typed(text) for name, text in values.items()}
    if reasons := refusals(enterprise, action, values):
        raise NotPossible(reasons)
    reason = values.pop("reason", "")
    filed = decisions.file(
        context,
        sandbox,
        Subject.REGISTRATION,
        company.code,
        action,
        by=who,
        seen=enterprise.version,
        reason=reason,
        values=values,
    )
    return FiledAct(company.code, filed, lines[-1].id if lines else 0)


def noted(connection: Connection, sandbox: str, filed: FiledAct) -> Sequence[HistoryLine]:
    """What has been noted about the company since an act was filed."""
    return history(connection, sandbox, filed.code, filed.after)
