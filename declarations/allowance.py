"""A person's allowance of a year: amounts in yuan, or net kilograms of a capped group of goods.

Immutable: each step returns a new value. A list reserves an amount when it is accepted, uses it when it is released,
frees it when it is rejected or cancelled, and gives it back when goods return; always in the year of acceptance
(reading 20).
"""

from __future__ import annotations

from dataclasses import dataclass

from declarations.money import Scaled, amount_text


@dataclass(frozen=True, slots=True)
class Allowance:
    """The amounts of one identity and year: in yuan if `group` is "", else net kg of a group such as "rice"."""

    identity: str
    year: int
    reserved: Scaled = 0
    used: Scaled = 0
    group: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """Identity, year, group."""
        return self.identity, self.year, self.group

    @property
    def taken(self) -> Scaled:
        """The amount that counts against a limit: reserved plus used."""
        return self.reserved + self.used

    def reserve(self, amount: Scaled) -> Allowance:
        """Reserve an amount for an accepted list."""
        return self._with_amounts(self.reserved + self._check_positive(amount), self.used)

    def use(self, amount: Scaled) -> Allowance:
        """Turn the reservation of a released list into used allowance."""
        return self._with_amounts(self._subtract(self.reserved, amount, "reserved"), self.used + amount)

    def free(self, amount: Scaled) -> Allowance:
        """Free the reservation of a list rejected or cancelled before release."""
        return self._with_amounts(self._subtract(self.reserved, amount, "reserved"), self.used)

    def give_back(self, amount: Scaled) -> Allowance:
        """Give back used allowance for returned goods: the old dutiable value minus the recalculated one."""
        return self._with_amounts(self.reserved, self._subtract(self.used, amount, "used"))

    def _with_amounts(self, reserved: Scaled, used: Scaled) -> Allowance:
        return Allowance(self.identity, self.year, reserved, used, self.group)

    def _subtract(self, balance: Scaled, amount: Scaled, balance_name: str) -> Scaled:
        if self._check_positive(amount) > balance:
            raise ValueError(
                f"{self.identity} {self.year} {self.group}: "
                f"{amount_text(amount)} is more than the {amount_text(balance)} {balance_name}"
            )
        return balance - amount

    def _check_positive(self, amount: Scaled) -> Scaled:
        if amount < 0:
            raise ValueError(f"{self.identity} {self.year} {self.group}: an amount below zero ({amount_text(amount)})")
        return amount
