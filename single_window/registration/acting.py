"""Files what an officer does with a registration: what can be told at once is, the rest the registrar decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from declarations.reasons import Reason, typed
from gateways.registration.officers import against
from schemas import receipt_texts
from single_window.clock import system_now
from single_window.numbering import ROWS
from single_window.registration.looking import Told, enterprise_of, found, history
from single_window.store.answers import write_sends
from single_window.store.engine import reading, writing
from single_window.wiring import Window

log = structlog.get_logger(__name__)
REFUSED = "action_refused"


class NoSuchCompany(LookupError):
    """A number that no company has."""

    permanent = True

    def __init__(self, sandbox: str, number: str) -> None:
        super().__init__(f"There is no company {number!r} in sandbox {sandbox!r}. See: single-window registration list")
        self.number = number


class NotPossible(Exception):
    """The registration does not let this be done now; carries the reasons."""

    permanent = True

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(receipt_texts.words(one.rule, one.values, "en") for one in reasons))
        self.reasons = tuple(reasons)


class Asked(NamedTuple):
    """What was asked for: of which company, and the last line of its history before."""

    code: str
    after: int


def act(window: Window, sandbox: str, number: str, action: str, who: str, values: Mapping[str, str]) -> Asked:
    """File an officer's act on a company, named by its customs or credit code.

    `values`: reason, grade and since, or until. Raises `NoSuchCompany`, `NotPossible`; then nothing is filed. What the
    registrar finds against it later is in the history (`said`).
    """
    with reading(window.engine) as connection:
        company = found(connection, sandbox, number)
        one = enterprise_of(connection, sandbox, company.code) if company is not None else None
        if company is None or one is None:
            raise NoSuchCompany(sandbox, number)
        told = history(connection, sandbox, company.code)
    values = {name: typed(text) for name, text in values.items()}
    if reasons := against(one, action, values):
        raise NotPossible(reasons)
    window.numbering.ensure(ROWS, "row", 1)
    with writing(window.engine) as connection:
        write_sends(connection, window.numbering, sandbox,
                    {"registration.acted": [[company.code, action, typed(who), values]]}, system_now())
    window.wake()
    log.info("registration.acted", sandbox=sandbox, code=company.code, action=action, who=who)
    return Asked(company.code, told[-1].number if told else 0)


def said(connection: Connection, sandbox: str, asked: Asked) -> tuple[Sequence[Told], tuple[Reason, ...]]:
    """What has been noted since something was asked for, and why it was not done (empty: it was, or not heard yet)."""
    told = history(connection, sandbox, asked.code, asked.after)
    return told, tuple(reason for line in told if line.event == REFUSED for reason in line.reasons)
