"""The explanation of a claim and its parts, for API, pages and commands.

Amounts and quantities are texts, in yuan or in the currency or unit of the same record.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.cases.declarations.next_parts import NextStepOut
from single_window.cases.declarations.parts import GivenReceiptOut, HappeningOut
from single_window.frame.typed import Amount, Answer, Instant
from single_window.language.phrases import Because
from single_window.language.words import Words

EXPLAINED = frozenset({"in_review", "asked", "to_repay", "rejected"})
"""States for which the reasons of the last step are shown."""


class ClaimHeadOut(Answer, frozen=True, kw_only=True):
    """A claim: its numbers, its state, its amounts."""

    id: int
    key: str
    cop_no: str
    ebc_code: str
    ebc_name: Annotated[str, Meta(description="as registered; empty for an unknown company")]
    state: str
    state_words: Words
    version: Annotated[int, Meta(description="incremented by every change of the claim")]
    kind: str
    kind_words: Words
    business: str
    period: str
    firm_class: Annotated[int, Meta(description="the exporter's class, 1 to 4; 0: not needed so far")]
    stage: str
    stage_words: Words
    lines: int
    filed_at: Instant
    decided_at: Instant
    paid_at: Instant
    provisional: Annotated[
        bool, Meta(description="the end of its review may change, because holidays are not published yet")
    ]
    overdue: Annotated[
        bool, Meta(description="too little foreign exchange was collected in time: approving needs a reason")
    ]
    because: tuple[Because, ...]
    amounts: Annotated[
        dict[str, str],
        Meta(description="fob, refund, cost, credited, carry, domestic_vat, set_off, paid, recovered, in yuan"),
    ]


class RateRowOut(Answer, frozen=True, kw_only=True):
    """The row of the rate table that applies to an export line."""

    id: str
    levy: str
    refund: str
    since: str
    until: str
    flag: str
    confidence: str
    source: str


class ClaimedExportOut(Answer, frozen=True, kw_only=True):
    """An export line: the claim's values, customs' data of the item, the result."""

    number: int
    link_no: str
    item_no: str
    gcode: str
    qty: Amount
    unit: str
    currency: str
    fob: Amount
    base: Amount
    refund: Amount
    cost: Amount
    repaid: Amount
    treatment: str
    treatment_words: Words
    sale_state: str
    known: Annotated[bool, Meta(description="whether customs knows the item")]
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
    rate: RateRowOut | None

    @property
    def odd(self) -> bool:
        """True if customs does not know the item, or has another goods code, unit or currency."""
        return (self.gcode, self.unit, self.currency) != (self.item_gcode, self.item_unit, self.item_currency)


class ClaimedPurchaseOut(Answer, frozen=True, kw_only=True):
    """A purchase line and the invoice line that it uses; the quantity `left` is free for other claims."""

    number: int
    link_no: str
    gcode: str
    qty: Amount
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


class ClaimExchangeOut(Answer, frozen=True, kw_only=True):
    """Foreign exchange for items: collected, used by claims, needed by this claim."""

    pool: str
    currency: str
    collected: str
    used: str
    needed: str
    enough: bool
    overdue: Annotated[bool, Meta(description="too little was collected, and the deadline has passed")]


class TestedConditionOut(Answer, frozen=True, kw_only=True):
    """A condition of the law. `outcome`: satisfied, pending (its deadline is open), failed, not_checked (nothing here
    tells whether it holds) or not_applicable."""

    outcome: str
    outcome_words: Words
    because: Because


class TreatmentOut(Answer, frozen=True, kw_only=True):
    """Items with the same treatment, and the conditions checked for it."""

    items: tuple[str, ...]
    treatment: str
    treatment_words: Words
    conditions: tuple[TestedConditionOut, ...]

    @property
    def failed(self) -> int:
        """The number of conditions that failed."""
        return sum(condition.outcome == "failed" for condition in self.conditions)

    @property
    def pending(self) -> int:
        """The number of conditions whose deadline is open."""
        return sum(condition.outcome == "pending" for condition in self.conditions)


class FormulaOut(Answer, frozen=True, kw_only=True):
    """The formula for a link number (empty: for the claim) with its numbers."""

    link_no: str
    steps: tuple[Because, ...]


class ClaimSumOut(Answer, frozen=True, kw_only=True):
    """An amount and the sum of its parts, which should be equal."""

    name: str
    words: Words
    amount: str
    parts: str
    agrees: bool


class AccountEntryOut(Answer, frozen=True, kw_only=True):
    """An entry in the exporter's account."""

    kind: str
    words: Words
    amount: Amount
    notice_no: str
    at: Instant
    because: tuple[Because, ...]


class ClaimPaperOut(Answer, frozen=True, kw_only=True):
    """A reconciliation or a repayment of the claim."""

    kind: str
    words: Words
    key: str
    state: str
    state_words: Words
    invt_no: str
    certificate_no: str
    amount: Amount
    filed_at: Instant
    because: tuple[Because, ...]


class ClaimDayOut(Answer, frozen=True, kw_only=True):
    """A deadline of the claim; `open`: it has not passed and still has an effect."""

    name: str
    words: Words
    day: str
    open: bool
    provisional: bool
    about: Annotated[str, Meta(description="the item that it is calculated from; empty: the claim")]
    because: Because | None


class ExplanationOut(Answer, frozen=True, kw_only=True):
    """The complete explanation of a claim, and its next steps and deadlines."""

    sandbox: str
    now: Instant
    claim: ClaimHeadOut
    exports: tuple[ClaimedExportOut, ...]
    purchases: tuple[ClaimedPurchaseOut, ...]
    exchange: tuple[ClaimExchangeOut, ...]
    treatments: tuple[TreatmentOut, ...]
    workings: tuple[FormulaOut, ...]
    sums: tuple[ClaimSumOut, ...]
    entries: tuple[AccountEntryOut, ...]
    papers: tuple[ClaimPaperOut, ...]
    income_tax: Annotated[
        tuple[Because, ...], Meta(description="the corporate income deemed for exports without invoice")
    ]
    days: tuple[ClaimDayOut, ...]
    receipts: tuple[GivenReceiptOut, ...]
    timeline: tuple[HappeningOut, ...]
    next: tuple[NextStepOut, ...]
    open_deliveries: Annotated[int, Meta(description="number of the sandbox's pending deliveries")]
    next_day: Annotated[ClaimDayOut | None, Meta(description="the next open deadline")]

    @property
    def standing(self) -> tuple[Because, ...]:
        """Return the reasons for the claim's state: those stored with it, else those of its last step."""
        steps = [
            happening.because
            for happening in self.timeline
            if happening.kind == "refund_claim" and happening.state == self.claim.state and happening.because
        ]
        return self.claim.because or (steps[-1] if steps and self.claim.state in EXPLAINED else ())
