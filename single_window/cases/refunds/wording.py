"""Reasons about refunds in words, including the rows of the rate table that they are based on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refund.conditions import Condition
from declarations.refund.rates import RefundRates
from single_window.cases.refunds.parts import RateRowOut, TestedConditionOut
from single_window.language import phrases
from single_window.language.phrases import Because


class Wording:
    """Puts reasons, conditions and rates into words by the law and the rates of a sandbox."""

    def __init__(self, law: Parameters, rates: RefundRates) -> None:
        self.law, self.rates = law, rates

    def because(self, reason: Reason) -> Because:
        """Return a reason in words with its dated values and rate rows; deleted ones appear by id only."""
        because = phrases.because(reason, self.law)
        return replace(
            because,
            bases=tuple(
                phrases.rate_row(identity, self.rates) if identity.startswith(phrases.RATES) else basis
                for identity, basis in zip(reason.parameter_ids, because.bases, strict=True)
            ),
        )

    def all(self, reasons: Sequence[Reason]) -> tuple[Because, ...]:
        """Return several reasons in words."""
        return tuple(map(self.because, reasons))

    def tested(self, condition: Condition) -> TestedConditionOut:
        """Return a condition in words, with its outcome."""
        return TestedConditionOut(
            outcome=condition.outcome.value,
            outcome_words=phrases.phrase("refund_outcome", condition.outcome.value),
            because=self.because(condition.reason),
        )

    def rate(self, hs10: str, exported_on: str) -> RateRowOut | None:
        """Return the rate of a goods code on a day (such as 2026-11-20); None if there is none."""
        try:
            row = self.rates.on(hs10, date.fromisoformat(exported_on))
        except (LookupError, ValueError):
            return None
        return RateRowOut.of(
            row,
            levy=f"{row.levy}",
            refund=f"{row.refund}",
            since=row.since.isoformat(),
            until=row.until.isoformat() if row.until else "",
        )
