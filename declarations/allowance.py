"""A person's allowance of a year: amounts in yuan, or net kilograms of a capped group of goods.

Immutable: each step returns a new value. A list reserves an amount when it is accepted, uses it when it is released,
frees it when it is rejected or cancelled, and gives it back when goods return; always in the year of acceptance
(reading 20).
"""

from __future__ import annotations

from dataclasses import dataclass

from declarations.money import Scaled, plain


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
        return self._with(self.reserved + self._positive(amount), self.used)

    def use(self, amount: Scaled) -> Allowance:
        """Turn the reservation of a released list into used allowance."""
        return self._with(self._less(self.reserved, amount, "reserved"), self.used + amount)

    def free(self, amount: Scaled) -> Allowance:
        """Free the reservation of a list rejected or cancelled before release."""
        return self._with(self._less(self.reserved, amount, "reserved"), self.used)

    def give_back(self, amount: Scaled) -> Allowance:
        """Give back used allowance for returned goods: the old dutiable value minus the recalculated one."""
        return self._with(self.reserved, self._less(self.used, amount, "used"))

    def _with(self, reserved: Scaled, used: Scaled) -> Allowance:
        return Allowance(self.identity, self.year, reserved, used, self.group)

    def _less(self, held: Scaled, amount: Scaled, subject: str) -> Scaled:
        if self._positive(amount) > held:
            raise ValueError(
                f"{self.identity} {self.year} {self.group}: {plain(amount)} is more than the {plain(held)} {subject}"
            )
        return held - amount

    def _positive(self, amount: Scaled) -> Scaled:
        if amount < 0:
            raise ValueError(f"{self.identity} {self.year} {self.group}: an amount below zero ({plain(amount)})")
        return amount
