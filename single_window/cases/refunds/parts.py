"""What the explanation of a claim consists of: plain values for the command line, the pages and programs.

Amounts and quantities are texts in yuan, or in the currency or unit that stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from single_window.cases.declarations.parts import Answer, Happening, Next
from single_window.language.words import Because, Words

EXPLAINED = frozenset({"in_review", "asked", "to_repay", "rejected"})
"""States that need an explanation."""


@dataclass(frozen=True, slots=True)
class Head:
    """A claim: its numbers, its state, its amounts."""

    id: int
    key: str
    cop_no: str
    ebc_code: str
    ebc_name: str
    """As registered; empty for an unknown company."""
    state: str
    state_words: Words
    version: int
    """Grows with whatever happens to the claim."""
    kind: str
    kind_words: Words
    business: str
    period: str
    firm_class: int
    """The exporter's class, 1 to 4; 0 while it was not needed."""
    stage: str
    stage_words: Words
    lines: int
    filed_at: int
    decided_at: int
    paid_at: int
    provisional: bool
    """The end of its review rests on holidays that are not published yet."""
    overdue: bool
    """Its foreign exchange is short, and the term for collecting it is over: approving it needs a reason."""
    because: tuple[Because, ...]
    amounts: Mapping[str, str]
    """fob, refund, cost, credited, carry, domestic_vat, set_off, paid, recovered, in yuan."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """The row of the rate table behind an export line."""

    id: str
    levy: str
    refund: str
    since: str
    until: str
    flag: str
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Exported:
    """An export line: the claim's values, what customs knows of the item, what comes of it."""

    number: int
    link_no: str
    item_no: str
    gcode: str
    qty: str
    unit: str
    currency: str
    fob: str
    base: str
    refund: str
    cost: str
    repaid: str
    treatment: str
    treatment_words: Words
    sale_state: str
    known: bool
    """Whether customs knows the item."""
    trade_mode: str
    exported_on: str
    item_qty: str
    item_unit: str
    item_fob: str
    item_used: str
    item_returned: str
    item_currency: str
    item_gcode: str
    pool: str
    rate: RateRow | None

    @property
    def odd(self) -> bool:
        """Whether customs does not know the item, or has another goods code, unit or currency."""
        return (self.gcode, self.unit, self.currency) != (self.item_gcode, self.item_unit, self.item_currency)


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase line and the invoice line that it takes from; `left` of it is free for other claims."""

    number: int
    link_no: str
    gcode: str
    qty: str
    unit: str
    invoice_no: str
    invoice_line: int
    known: bool
    kind: str
    kind_words: Words
    usage: str
    issued_on: str
    seller_code: str
    seller_name: str
    contract_no: str
    invoice_qty: str
    amount: str
    tax_rate: str
    tax: str
    used: str
    left: str


@dataclass(frozen=True, slots=True)
class Pooled:
    """Foreign exchange that stands behind items: collected, used by claims, needed by this one."""

    pool: str
    currency: str
    collected: str
    used: str
    needed: str
    enough: bool
    overdue: bool
    """It is short, and the term for collecting it is over."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition of the law in words: satisfied, pending until its day has passed, failed or not_applicable."""

    outcome: str
    outcome_words: Words
    because: Because


@dataclass(frozen=True, slots=True)
class Treated:
    """Items that were treated alike, with every condition that was checked."""

    items: tuple[str, ...]
    treatment: str
    treatment_words: Words
    conditions: tuple[Tested, ...]

    @property
    def failed(self) -> int:
        """How many conditions failed."""
        return sum(condition.outcome == "failed" for condition in self.conditions)

    @property
    def pending(self) -> int:
        """How many conditions have a day that has not passed."""
        return sum(condition.outcome == "pending" for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Worked:
    """The formula of a link (empty: of the claim) with its numbers."""

    link_no: str
    steps: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount beside what it is made of; both are the same where the claim is in order."""

    name: str
    words: Words
    amount: str
    parts: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry in the exporter's account."""

    kind: str
    words: Words
    amount: str
    notice_no: str
    at: int
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A reconciliation or a repayment of the claim."""

    kind: str
    words: Words
    key: str
    state: str
    state_words: Words
    invt_no: str
    certificate_no: str
    amount: str
    filed_at: int
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day that matters to the claim; `open`: it is still to come and something depends on it."""

    name: str
    words: Words
    day: str
    open: bool
    provisional: bool
    about: str
    """The item that it is reckoned from; empty: the claim."""
    because: Because | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that led to what a claim is, and what comes next."""

    sandbox: str
    now: int
    claim: Head
    exports: tuple[Exported, ...]
    purchases: tuple[Bought, ...]
    exchange: tuple[Pooled, ...]
    treatments: tuple[Treated, ...]
    workings: tuple[Worked, ...]
    sums: tuple[Sum, ...]
    entries: tuple[Booked, ...]
    papers: tuple[Filed, ...]
    income_tax: tuple[Because, ...]
    """What the no-invoice lane deems as corporate income; empty for claims without it."""
    days: tuple[Day, ...]
    receipts: tuple[Answer, ...]
    timeline: tuple[Happening, ...]
    next: tuple[Next, ...]
    open_deliveries: int

    @property
    def standing(self) -> tuple[Because, ...]:
        """Why the claim stands where it does: what was found against it, else what its last step gave as its reason."""
        steps = [
            happening.because
            for happening in self.timeline
            if happening.kind == "refund_claim" and happening.state == self.claim.state and happening.because
        ]
        return self.claim.because or (steps[-1] if steps and self.claim.state in EXPLAINED else ())

    @property
    def next_day(self) -> Day | None:
        """The day that comes first of those that still lie ahead."""
        return min((day for day in self.days if day.open), key=lambda day: day.day, default=None)
