"""The foreign exchange of a claim on a day: by pool and currency, and what that makes of its conditions.

A claim keeps its conditions as they were checked when it was filed; those about exchange have a day of their own, and
are judged again at the clock's day. In a lane that was shut, and of a claim that has ended, only what was pending is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import state as state_of
from declarations.money import Scaled, plain
from declarations.refund import lanes
from declarations.refund.conditions import Condition, ConditionOutcome
from declarations.refund.treatment import REFUND
from gateways.refund.eligibility import proof
from gateways.refund.exchange import overdue
from gateways.refund.repository import ExchangePool
from single_window.cases.refunds import queries
from single_window.cases.refunds.parts import ClaimExchangeOut
from single_window.store.gateways.refund.collected import collected
from single_window.store.records import from_json

Place = tuple[str, str]
"""A pool and a currency."""
PROVED = (lanes.COLLECTED, lanes.DEEMED)
ABOUT_EXCHANGE = (lanes.EXCHANGE_COLLECTED, lanes.EXCHANGE_CURRENCY)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange of a claim on a day: what it needs, what each place has, and in which state each is."""

    claim: Any
    today: date
    stands: bool
    """Whether the claim was taken in and has not ended."""
    needed: Mapping[Place, Scaled]
    """What the claim needs: of what is refunded."""
    states: Mapping[Place, str]
    """How each place stands, of all that the claim sold."""
    places: Mapping[str, Place]
    """The place of each item."""
    came: Mapping[Place, Scaled]
    used: Mapping[Place, Scaled]

    def pooled(self) -> tuple[ClaimExchangeOut, ...]:
        """The exchange behind the items that are refunded; what was never collected, too."""
        names = {name for name, _ in self.needed}
        return tuple(
            self._pooled(place) for place in sorted({*self.needed, *self.used, *self.came}) if place[0] in names
        )

    def _pooled(self, place: Place) -> ClaimExchangeOut:
        came, used, needed = self.came.get(place, 0), self.used.get(place, 0), self.needed.get(place, 0)
        enough = not needed or self.states[place] == lanes.COLLECTED
        return ClaimExchangeOut(
            pool=place[0],
            currency=place[1],
            collected=plain(came),
            used=plain(used),
            needed=plain(needed),
            enough=enough,
            overdue=self.overdue and not enough,
        )

    @property
    def overdue(self) -> bool:
        """True if it is short, and its term over."""
        return overdue(self.claim.exchange, self.claim.exchange_due, self.today)

    def judged(self, items: Collection[str], treatment: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
        """Conditions of items as they stand on the day."""
        kept = {condition.rule: condition for condition in conditions if condition.rule in ABOUT_EXCHANGE}
        due = kept.get(lanes.EXCHANGE_COLLECTED)
        if due is None:
            return tuple(conditions)
        live = self.stands and treatment == REFUND
        if not live and due.outcome is not ConditionOutcome.PENDING:
            return tuple(conditions)
        outcomes = dict(
            zip(ABOUT_EXCHANGE, self._outcomes(items, date.fromisoformat(due.values["until"]), live), strict=True)
        )
        return tuple(
            condition._replace(outcome=outcomes.get(condition.rule, condition.outcome)) for condition in conditions
        )

    def _outcomes(self, items: Collection[str], until: date, live: bool) -> tuple[ConditionOutcome, ConditionOutcome]:
        places = {self.places[item] for item in items if item in self.places}
        if live:
            places &= self.needed.keys()
            if not self.claim.exchange or not places:
                return ConditionOutcome.NOT_APPLICABLE, ConditionOutcome.NOT_APPLICABLE
        return lanes.exchange_outcomes({self.states[place] for place in places} or {lanes.DUE}, until, self.today)


def standing(connection: Connection, sandbox: str, claim: Any, exports: Sequence[Any], today: date) -> Exchange:
    """The exchange of a claim's row and its export lines."""
    sold: Counter[Place] = Counter()
    refunded: Counter[Place] = Counter()
    places = {row.item_no: (row.item_pool, row.currency) for row in exports if row.item_pool}
    for row in exports:
        if row.item_no in places:
            sold[places[row.item_no]] += row.fob
            if row.treatment == REFUND:
                refunded[places[row.item_no]] += row.fob
    stands = claim.state != "declared" and not state_of(claim.state, "refund_claim").ended
    needed = _claimed(claim, refunded) if stands else refunded
    names = sorted({name for name, _ in {**sold, **needed}})
    used = {(row.pool, row.currency): row.used for row in queries.pools(connection, sandbox, names)}
    came = collected(connection, sandbox, names)
    pools = {**sold, **needed}
    states = {
        place: claim.exchange
        if claim.exchange in PROVED and place in needed
        else proof(pools[place], place[1], _by_currency(place[0], came, used))
        for place in pools
    }
    return Exchange(
        claim=claim, today=today, stands=stands, needed=needed, states=states, places=places, came=came, used=used
    )


def _claimed(claim: Any, refunded: Mapping[Place, Scaled]) -> Mapping[Place, Scaled]:
    """The exchange that an accepted claim needs, by pool and currency: nothing if nothing of it was sold."""
    if not (claim.exchange and claim.pools):
        return refunded if claim.exchange else {}
    return {
        (name, currency): amount
        for text, amount in from_json(claim.pools).items()
        for name, _, currency in (text.partition("|"),)
    }


def _by_currency(name: str, came: Mapping[Place, Scaled], used: Mapping[Place, Scaled]) -> Mapping[str, ExchangePool]:
    return {
        currency: ExchangePool(name, currency, "", came.get((name, currency), 0), used.get((name, currency), 0))
        for of_name, currency in {*came, *used}
        if of_name == name
    }
