"""What people decide: an officer of the bank about a report that waits, and in which class an enterprise is."""

from __future__ import annotations

from typing import NamedTuple

import structlog

from declarations.calendar import day_of
from declarations.money import Scaled
from declarations.reasons import typed
from gateways.decisions import Subject
from gateways.forex.acts import STEPS
from gateways.forex.repository import Report
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases.exchange.queries import enterprise, find
from single_window.context import Context
from single_window.store.engine import reading, writing
from single_window.store.gateways.forex import list_enterprises
from single_window.work import decisions

log = structlog.get_logger(__name__)
CLASSES = ("A", "B", "C")
_WAITS = "in_review"


class NoSuchReport(LookupError):
    """A number that no report of foreign exchange has."""

    permanent = True

    def __init__(self, sandbox: str, number: str) -> None:
        super().__init__(
            f"There is no report of foreign exchange {number!r} in sandbox {sandbox!r}. See: single-window forex list"
        )


class NotWaiting(Exception):
    """A report that needs no decision, or a refusal without its reason; the message says which."""

    permanent = True


class BadClass(ValueError):
    """A class that there is not, or a company's code that none can have."""

    permanent = True


class Filed(NamedTuple):
    """A decision that was filed: its id, and the report as it was."""

    decision: int
    report: Report


def act(
    context: Context, sandbox: str, number: str, action: str, who: Person, why: str = "", version: int = 0
) -> Filed:
    """File an officer's decision ("approve", "refuse") on a report that waits.
    `version`: the one that was seen (0: whichever it has).

    Raises `NoSuchReport` or `NotWaiting`; then nothing is filed. It is done when the window has worked.
    """
    context.sandbox(sandbox)
    with reading(context.engine) as connection:
        report = find(connection, sandbox, number)
    if report is None:
        raise NoSuchReport(sandbox, number)
    if action not in STEPS or report.state != _WAITS or version not in (0, report.version):
        raise NotWaiting(
            f"{report.cop_no} is {report.state}: an officer may not {action} it. "
            f"What is in_review may be decided: {', '.join(STEPS)}."
        )
    why = typed(why)
    if action == "refuse" and not why:
        raise NotWaiting('A refusal needs a reason: add --reason "…". The reporter reads it in the receipt.')
    return Filed(
        decisions.file(
            context, sandbox, Subject.FOREX_REPORT, report.id, action, by=who, seen=report.version, reason=why
        ),
        report,
    )


def set_class(
    context: Context, sandbox: str, code: str, forex_class: str, who: Person, quota: Scaled | None = None
) -> None:
    """Put an enterprise into a class of the directory; one that is not in it is listed from today. `quota`: US dollars
    a year for class B, None keeps what it has. Raises `BadClass`, or `Lacking` for a person without the right."""
    rights.demand_act(who, "forex_enterprise", "class")
    if forex_class not in CLASSES or not 0 < len(code) <= 18:
        raise BadClass(
            f"An enterprise has a code of up to 18 characters and one of the classes {', '.join(CLASSES)}, "
            f"not {code!r} and {forex_class!r}."
        )
    today = day_of(context.now(sandbox)).isoformat()
    with writing(context.engine) as connection:
        known = enterprise(connection, sandbox, code)
        since = known.since if known is not None and known.registered else today
        kept = (known.quota if known is not None else 0) if quota is None else quota
        list_enterprises(connection, sandbox, [(code, forex_class, 1, since, kept)], f"officer {who.name}")
    log.info("forex.class", sandbox=sandbox, enterprise=code, forex_class=forex_class, officer=who.name)
