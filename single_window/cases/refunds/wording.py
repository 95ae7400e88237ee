"""Reasons of refund in words: like all others, and with the rows of the rate table that they rest on."""

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
        """A reason with its dated values and rate rows; what is not known any more is named alone."""
        because = phrases.because(reason, self.law)
        return replace(
            because,
            bases=tuple(
                phrases.rate_row(identity, self.rates) if identity.startswith(phrases.RATES) else basis
                for identity, basis in zip(reason.parameters, because.bases, strict=True)
            ),
        )

    def all(self, reasons: Sequence[Reason]) -> tuple[Because, ...]:
        """Several reasons."""
        return tuple(map(self.because, reasons))

    def tested(self, condition: Condition) -> TestedConditionOut:
        """A condition with its outcome."""
        return TestedConditionOut(
            outcome=condition.outcome.value,
            outcome_words=phrases.phrase("refund_outcome", condition.outcome.value),
            because=self.because(condition.reason),
        )

    def rate(self, hs10: str, exported_on: str) -> RateRowOut | None:
        """The row of a code on a day (2026-11-20); None where there is none."""
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
