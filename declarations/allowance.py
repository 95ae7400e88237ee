"""The use that one person has made of a year: a ledger of yuan, or of net kilograms for a capped group of goods.

Pure values: each step gives a new one, the store keeps the last. A list reserves when it is accepted, uses what it
reserved when it is released, frees it when it is rejected or cancelled, and gives back when goods return. What is
given back goes to the year of the acceptance (reading 20).
"""

from __future__ import annotations

from dataclasses import dataclass

from declarations.money import Scaled, plain


@dataclass(frozen=True, slots=True)
class Allowance:
    """The ledger of one identity and year; `group` "" counts yuan, otherwise net kg of a group such as "rice"."""

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
        """The amount that counts against a limit: reserved and used."""
        return self.reserved + self.used

    def reserve(self, amount: Scaled) -> Allowance:
        """A list was accepted."""
        return self._with(self.reserved + self._positive(amount), self.used)

    def use(self, amount: Scaled) -> Allowance:
        """A list was released: what it reserved is used."""
        return self._with(self._less(self.reserved, amount, "reserved"), self.used + amount)

    def free(self, amount: Scaled) -> Allowance:
        """A list was rejected or cancelled before release: its reservation ends."""
        return self._with(self._less(self.reserved, amount, "reserved"), self.used)

    def give_back(self, amount: Scaled) -> Allowance:
        """Goods of a released list came back: old dutiable value less the recomputed one."""
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
