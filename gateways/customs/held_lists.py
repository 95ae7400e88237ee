"""Lets the lists go on that waited because somebody held them, as soon as nobody does."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.customs import list_holds, risk_lane
from gateways.customs.repository import CustomsDesk, ReviewCause
from gateways.holds import Held
from gateways.topics.customs import HoldEnded, ListUnheld
from gateways.topics.facts import HoldLifted

LISTS_AT_ONCE = 500


def handle_lifted(facts: Sequence[HoldLifted], desk: CustomsDesk) -> None:
    """Look which lists may go on after holds were lifted."""
    handle_ended([HoldEnded(fact.kind, fact.key) for fact in facts], desk)


def handle_ended(ended: Sequence[HoldEnded], desk: CustomsDesk) -> None:
    """Look which lists may go on after holds have ended: one that was held itself, else all that wait, by id. Whether
    one is still held is looked at under its lock."""
    numbers = {int(hold.key) for hold in ended if hold.kind == Held.LIST}
    afters = [hold.after for hold in ended if hold.kind != Held.LIST]
    if afters:
        waiting = desk.repository.lists_in_review(ReviewCause.HELD, min(afters), LISTS_AT_ONCE)
        numbers.update(waiting)
        if len(waiting) == LISTS_AT_ONCE:
            desk.send(HoldEnded("", "", waiting[-1]))
    for number in sorted(numbers):
        desk.send(ListUnheld(number))


def handle_unheld(payloads: Sequence[ListUnheld], desk: CustomsDesk) -> None:
    """Let lists go on that wait in review because they were held, and that nobody holds any more."""
    declarations = desk.repository.declarations([payload.declaration_id for payload in payloads]).values()
    waiting = [one for one in declarations if (one.state, one.review_cause) == ("in_review", ReviewCause.HELD)]
    list_holds.read_together(waiting, desk)
    free = [declaration for declaration in waiting if not list_holds.holds_on(declaration, desk)]
    companies = desk.repository.companies(sorted({declaration.ebc_code for declaration in free})) if free else {}
    for declaration in free:
        risk_lane.go_on(declaration, companies, desk)
        desk.repository.put_declaration(declaration)
