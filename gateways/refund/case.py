"""A claim while it is decided: the claim, its document, its evidence, and the result of each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from declarations.documents import RefundClaim, RefundClaimLine
from declarations.money import Scaled
from declarations.reasons import Reason
from declarations.refund.classes import RefundClass, ReviewDays
from declarations.refund.conditions import Condition
from declarations.refund.matching import LinkedLines
from declarations.refund.treatment import Treatment
from gateways.refund.evidence import EXPORT, ClaimEvidence
from gateways.refund.repository import Claim, ExporterStanding, Item, RefundAccount, RefundDesk, RefundRepository


class TreatmentGroup(NamedTuple):
    """Items with the same treatment."""

    items: list[str]
    treatment: Treatment


class TaxedPart(NamedTuple):
    """An item whose lists are taxed on some of their days and exempt on others, by the amounts of its lists."""

    taxed: Scaled
    total: Scaled


@dataclass(slots=True)
class Eligibility:
    """The result before amounts: reasons to refuse the claim, or its links and the treatment of each item."""

    reasons: list[Reason] = field(default_factory=list)
    links: tuple[LinkedLines, ...] = ()
    groups: list[TreatmentGroup] = field(default_factory=list)
    treatments: dict[str, Treatment] = field(default_factory=dict)
    taxed_parts: dict[str, TaxedPart] = field(default_factory=dict)
    """Items of lists of several days that are taxed only in part."""
    exchange: str = ""
    """The worst exchange state of its items: collected, due or other_currency; empty: no item needs exchange."""
    exchange_due: str = ""
    assumed_conditions: tuple[Condition, ...] = ()

    def kind_of(self, link: LinkedLines) -> str:
        """Return the kind of treatment of a link's exports, which is the same for all of them."""
        return self.treatments[link.exports[0].item_no].kind


@dataclass(slots=True)
class LineShare:
    """The share of an export line in the amounts of its link, in whole fen."""

    fob_rmb: Scaled = 0
    base: Scaled = 0
    refund: Scaled = 0
    cost: Scaled = 0
    rate: Scaled = 0
    """The rate of the refund; 0: there is none."""


@dataclass(slots=True)
class Calculation:
    """The amounts of a claim in whole fen; `shares` of its export lines by number; `working`: the steps by link."""

    fob: Scaled = 0
    refund: Scaled = 0
    credited: Scaled = 0
    carry: Scaled = 0
    cost: Scaled = 0
    domestic_vat: Scaled = 0
    shares: dict[int, LineShare] = field(default_factory=dict)
    working: list[tuple[str, list[Reason]]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


@dataclass(slots=True)
class ClaimCase:
    """A claim with its document, its evidence, and the result of each step.

    A step receives the case, reads the results of earlier steps, and returns its own; `deciding_claims` alone assigns
    them.
    """

    claim: Claim
    facts: RefundClaim
    evidence: ClaimEvidence
    desk: RefundDesk
    items: Mapping[str, Item] = field(init=False)
    """The claimant's exported items that the claim names, by number."""
    refund_class: RefundClass = field(init=False)
    review: ReviewDays = field(init=False)
    eligibility: Eligibility = field(default_factory=Eligibility)
    calculation: Calculation = field(default_factory=Calculation)

    def __post_init__(self) -> None:
        """Select the claimant's items from the evidence."""
        self.items = {
            line.item_no: item
            for line in self.export_lines()
            if (item := self.evidence.items.get(line.item_no)) is not None and item.ebc_code == self.facts.ebc_code
        }

    @property
    def account(self) -> RefundAccount:
        """The claimant's refund account."""
        return self.evidence.accounts[self.facts.ebc_code]

    @property
    def standing(self) -> ExporterStanding:
        """The claimant's registrations."""
        return self.evidence.standings[self.facts.ebc_code]

    @property
    def repository(self) -> RefundRepository:
        """The desk's repository."""
        return self.desk.repository

    def export_lines(self) -> Iterator[RefundClaimLine]:
        """Its lines of exports."""
        return (line for line in self.facts.lines if line.part == EXPORT)

    def purchase_lines(self) -> Iterator[RefundClaimLine]:
        """Its lines of purchase papers."""
        return (line for line in self.facts.lines if line.part != EXPORT)
