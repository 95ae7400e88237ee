"""Lets the lists go on that waited because somebody held them, as soon as nobody does."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.customs import list_holds, risk_lane
from gateways.customs.repository import CustomsDesk, ReviewCause
from gateways.topics.customs import HoldEnded, ListUnheld
from gateways.topics.facts import HoldLifted

LISTS_AT_ONCE = 500


def handle_lifted(facts: Sequence[HoldLifted], desk: CustomsDesk) -> None:
    """Look which lists may go on after holds were lifted."""
    handle_ended([HoldEnded(fact.kind, fact.key) for fact in facts], desk)


def handle_ended(ended: Sequence[HoldEnded], desk: CustomsDesk) -> None:
    """Look which lists may go on after holds have ended: those whose reasons name what was held, by id. Whether one is
    still held is looked at under its lock."""
    for hold in dict.fromkeys(ended):
        about = list_holds.held_key(hold.kind, hold.key)
        waiting = desk.repository.lists_in_review(ReviewCause.HELD, about, hold.after, LISTS_AT_ONCE)
        for number in waiting:
            desk.schedule(desk.now, ListUnheld(number))  # a deadline waits for the officer who has the list in hand
        if len(waiting) == LISTS_AT_ONCE:
            desk.send(hold._replace(after=waiting[-1]))


def handle_unheld(payloads: Sequence[ListUnheld], desk: CustomsDesk) -> None:
    """Let lists go on that wait in review because they were held, if nobody holds them any more; else they wait for
    those who do."""
    declarations = desk.repository.declarations([payload.declaration_id for payload in payloads]).values()
    waiting = [one for one in declarations if (one.state, one.review_cause) == ("in_review", ReviewCause.HELD)]
    list_holds.read_together(waiting, desk)
    held = {one.id: reasons for one in waiting if (reasons := list_holds.reasons_to_wait(one, desk))}
    free = [declaration for declaration in waiting if declaration.id not in held]
    companies = desk.repository.companies(sorted({declaration.ebc_code for declaration in free})) if free else {}
    for declaration in waiting:
        if declaration.id in held:  # by others, perhaps since it waits: they are whom it waits for now
            declaration.reasons = tuple(held[declaration.id])
        else:
            risk_lane.go_on(declaration, companies, desk)
        desk.repository.put_declaration(declaration)
