"""Decisions about foreign exchange: of an officer of the bank about a report that waits, and of the class of an
enterprise."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.money import Scaled
from gateways.forex.acts import DECISION_STEPS
from gateways.forex.repository import ListedEnterprise
from gateways.topics.facts import CreditEventHappened
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases.exchange.queries import enterprise, find_report
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Subject, act_of
from single_window.language.phrases import state as state_words
from single_window.language.words import Words
from single_window.refused import Refused, demand_found
from single_window.store import facts
from single_window.store.engine import writing
from single_window.store.gateways.forex import list_enterprises

log = structlog.get_logger(__name__)
CLASSES = ("A", "B", "C")
LOWEST = "C"
KIND = "forex_report"
WAITS = "in_review"


class BadClass(Refused):
    """A class that there is not, or a company's code that none can have."""

    def __init__(self, text: Words) -> None:
        super().__init__("wrong-parameter", text.en, name="code", reason=text, path="code")


def acts(state: str) -> Sequence[Act]:
    """The acts of a bank's officer that are possible in a state of a report."""
    steps = {step.action: step for step in allowed_transitions(state, OFFICER, KIND) if state == WAITS}
    return [
        act_of(steps[step], action)._replace(needs=(REASON,) if action == "refuse" else ())
        for action, step in DECISION_STEPS.items()
        if step in steps
    ]


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    report = demand_found(find_report(connection, sandbox, number), number, sandbox)
    return Subject(
        KIND, report.id, report.cop_no, report.state, state_words(report.state, KIND), report.version, report
    )


REPORT_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("收支申报", "report of exchange"),
    find=_find,
    by_id=_find,
    acts=lambda connection, sandbox, subject: acts(subject.state),
    steps=DECISION_STEPS,
    bulk=("approve", "refuse", "ask"),
)


def _demand_valid(code: str, forex_class: str) -> None:
    if forex_class not in CLASSES or not 0 < len(code) <= 18:
        known, given = ", ".join(CLASSES), f"{code!r} {forex_class!r}"
        en = f"An enterprise has a code of up to 18 characters and one of the classes {known}, not {given}."
        raise BadClass(Words(f"企业代码至多18个字符，类别为{known}之一，而不是{given}", en))


def class_events(
    known: ListedEnterprise | None, code: str, forex_class: str, today: str
) -> Sequence[CreditEventHappened]:
    """Return the credit event of an enterprise that enters class C, or leaves it; empty: neither."""
    before = known.forex_class if known is not None else ""
    if LOWEST not in {before, forex_class} or before == forex_class:
        return ()
    cured = "" if forex_class == LOWEST else today
    return (
        CreditEventHappened(
            code,
            "301",
            degree="G",
            agency="forex",
            event_no=f"{code}-C",
            occurred=today,
            decided=today,
            final=today,
            cured=cured,
        ),
    )


def set_class(
    context: Context, sandbox: str, code: str, forex_class: str, who: Person, quota: Scaled | None = None
) -> None:
    """Put an enterprise into a class of the directory; one that is not in it is listed from today. `quota`: US dollars
    a year for class B, None keeps what it has. Raises `BadClass`, or `Lacking` for a person without the right."""
    rights.demand_act(who, "forex_enterprise", "class")
    _demand_valid(code, forex_class)
    today = day_of(context.now(sandbox)).isoformat()
    with writing(context.engine) as connection:
        known = enterprise(connection, sandbox, code)
        since = known.since if known is not None and known.registered else today
        kept = (known.quota if known is not None else 0) if quota is None else quota
        list_enterprises(connection, sandbox, [(code, forex_class, 1, since, kept)], f"officer {who.name}")
        facts.publish(connection, context.numbering, sandbox, class_events(known, code, forex_class, today))
    context.wake()
    log.info("forex.class", sandbox=sandbox, enterprise=code, forex_class=forex_class, officer=who.name)
