"""The foreign exchange of a claim on a day, by pool and currency, and the effect on the claim's conditions.

The stored conditions of a claim are those checked when it was filed. The conditions about exchange have a later
deadline and are checked again for the current day. In a treatment other than refund, or after the claim has ended, only
pending conditions are checked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import state_of
from declarations.money import Scaled, amount_text
from declarations.refund import treatment_conditions, treatment_facts
from declarations.refund.conditions import Condition, ConditionOutcome
from declarations.refund.treatment import REFUND
from gateways.refund.eligibility import exchange_state_of
from gateways.refund.exchange import is_exchange_overdue
from gateways.refund.repository import ExchangePool
from single_window.cases.refunds import queries
from single_window.cases.refunds.parts import ClaimExchangeOut
from single_window.store.gateways.refund.collected import collected_amounts
from single_window.store.records import from_json

PoolKey = tuple[str, str]
"""(pool, currency)."""
PROVED = (treatment_facts.COLLECTED, treatment_facts.DEEMED)
ABOUT_EXCHANGE = (treatment_conditions.EXCHANGE_COLLECTED, treatment_conditions.EXCHANGE_CURRENCY)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange of a claim on a day: for each pool and currency the needed and collected amounts, and the state."""

    claim: Any
    today: date
    active: bool
    """Whether the claim was accepted and has not ended."""
    needed: Mapping[PoolKey, Scaled]
    """The amounts that the claim needs for its refunded items."""
    states: Mapping[PoolKey, str]
    """The state for each pool and currency, for all items of the claim."""
    keys: Mapping[str, PoolKey]
    """Item number -> pool and currency."""
    received: Mapping[PoolKey, Scaled]
    used: Mapping[PoolKey, Scaled]

    def pooled(self) -> tuple[ClaimExchangeOut, ...]:
        """Return the exchange for the refunded items, including uncollected amounts."""
        names = {name for name, _ in self.needed}
        return tuple(self._pooled(key) for key in sorted({*self.needed, *self.used, *self.received}) if key[0] in names)

    def _pooled(self, key: PoolKey) -> ClaimExchangeOut:
        received, used, needed = self.received.get(key, 0), self.used.get(key, 0), self.needed.get(key, 0)
        enough = not needed or self.states[key] == treatment_facts.COLLECTED
        return ClaimExchangeOut(
            pool=key[0],
            currency=key[1],
            collected=amount_text(received),
            used=amount_text(used),
            needed=amount_text(needed),
            enough=enough,
            overdue=self.overdue and not enough,
        )

    @property
    def overdue(self) -> bool:
        """True if the collected amount is insufficient and the deadline has passed."""
        return is_exchange_overdue(self.claim.exchange, self.claim.exchange_due, self.today)

    def judged(self, items: Collection[str], treatment: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
        """Return the conditions of items with their outcomes on the day."""
        kept = {condition.rule: condition for condition in conditions if condition.rule in ABOUT_EXCHANGE}
        due = kept.get(treatment_conditions.EXCHANGE_COLLECTED)
        if due is None:
            return tuple(conditions)
        live = self.active and treatment == REFUND
        if not live and due.outcome is not ConditionOutcome.PENDING:
            return tuple(conditions)
        outcomes = dict(
            zip(ABOUT_EXCHANGE, self._outcomes(items, date.fromisoformat(due.values["until"]), live), strict=True)
        )
        return tuple(
            condition._replace(outcome=outcomes.get(condition.rule, condition.outcome)) for condition in conditions
        )

    def _outcomes(self, items: Collection[str], until: date, live: bool) -> tuple[ConditionOutcome, ConditionOutcome]:
        keys = {self.keys[item] for item in items if item in self.keys}
        if live:
            keys &= self.needed.keys()
            if not self.claim.exchange or not keys:
                return ConditionOutcome.NOT_APPLICABLE, ConditionOutcome.NOT_APPLICABLE
        return treatment_conditions.exchange_outcomes(
            {self.states[key] for key in keys} or {treatment_facts.DUE}, until, self.today
        )


def exchange_of(connection: Connection, sandbox: str, claim: Any, exports: Sequence[Any], today: date) -> Exchange:
    """Return the exchange for a claim's row and its export lines."""
    sold: Counter[PoolKey] = Counter()
    refunded: Counter[PoolKey] = Counter()
    keys = {row.item_no: (row.item_pool, row.currency) for row in exports if row.item_pool}
    for row in exports:
        if row.item_no in keys:
            sold[keys[row.item_no]] += row.fob
            if row.treatment == REFUND:
                refunded[keys[row.item_no]] += row.fob
    active = claim.state != "declared" and not state_of(claim.state, "refund_claim").ended
    needed = _exchange_needed(claim, refunded) if active else refunded
    names = sorted({name for name, _ in {**sold, **needed}})
    used = {(row.pool, row.currency): row.used for row in queries.pools(connection, sandbox, names)}
    received = collected_amounts(connection, sandbox, names)
    pools = {**sold, **needed}
    states = {
        key: claim.exchange
        if claim.exchange in PROVED and key in needed
        else exchange_state_of(pools[key], key[1], _by_currency(key[0], received, used))
        for key in pools
    }
    return Exchange(
        claim=claim, today=today, active=active, needed=needed, states=states, keys=keys, received=received, used=used
    )


def _exchange_needed(claim: Any, refunded: Mapping[PoolKey, Scaled]) -> Mapping[PoolKey, Scaled]:
    """Return the exchange that an accepted claim needs, by pool and currency; empty if none of its goods were sold."""
    if not (claim.exchange and claim.pools):
        return refunded if claim.exchange else {}
    return {
        (name, currency): amount
        for text, amount in from_json(claim.pools).items()
        for name, _, currency in (text.partition("|"),)
    }


def _by_currency(
    name: str, received: Mapping[PoolKey, Scaled], used: Mapping[PoolKey, Scaled]
) -> Mapping[str, ExchangePool]:
    return {
        currency: ExchangePool(name, currency, "", received.get((name, currency), 0), used.get((name, currency), 0))
        for of_name, currency in {*received, *used}
        if of_name == name
    }
