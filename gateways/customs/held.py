"""Holds of an accepted list until it ends: allowance, caps, stock, payment data, a guarantee's value."""

from __future__ import annotations

from msgspec import Struct


class HeldAllowance(Struct, array_like=True):
    """The part of a buyer's yearly allowance that a list has reserved or used."""

    identity: str
    year: int
    value: int
    """Scaled."""
    state: str
    """"reserved" or "used"."""


class HeldCap(Struct, array_like=True):
    """The quantity that a list counts against a yearly cap of its buyer."""

    group: str
    quantity: int


class HeldStock(Struct, array_like=True):
    """The quantity that a line of a list has drawn from an account book."""

    ems_no: str
    item_record_no: str
    quantity: int
    gnum: int


class HeldPaymentData(Struct):
    """The request for the payment data of a list."""

    session_id: str
    wrong: str = ""
    """Code of the refusal of the last upload; empty: none was refused."""
    settled: bool = False


class HeldValue(Struct, array_like=True):
    """The value of a list that an officer determined anew: method, and scaled prices of declared units by line."""

    method: str
    prices: dict[str, int]


class Reservations(Struct, omit_defaults=True):
    """The reservations of a declaration, stored as JSON; released if it is rejected or withdrawn. False if empty."""

    allowance: HeldAllowance | None = None
    caps: list[HeldCap] = []
    stock: list[HeldStock] = []
    queried: bool = False
    """True once doubts about its assessment have put it in review."""
    decision: int = 0
    """Id of a decision to conclude it, which is answered when tax has answered; 0: none."""
    payment_data: HeldPaymentData | None = None
    """The request for payment data, if the sandbox requires them."""
    redetermined: HeldValue | None = None
    """Its value as an officer determined it, if he did."""
    cosmetics: dict[str, bool] = {}
    """Line number → whether an officer found cosmetics without a readable net content high-end."""

    def __bool__(self) -> bool:
        """True if anything is reserved."""
        return self != _NOTHING

    @property
    def book_keys(self) -> set[tuple[str, str]]:
        """The lines of account books, as (book, item record), from which stock was drawn."""
        return {(drawn.ems_no, drawn.item_record_no) for drawn in self.stock}


_NOTHING = Reservations()
