"""The buyer's identity (rules 1.1): who may pay for him, and whose number is another person's.

The e-commerce enterprise, or its agent, verifies the buyer's identity; where it cannot, the buyer must be the payer
(海关总署公告2018年第194号). The stub of the identity register compares two fields, name and number.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from declarations.documents import Inventory, Order
from declarations.reasons import Reason

OTHER_NAME = "14202"


class Identification(StrEnum):
    """The way in which buyers are identified in a sandbox."""

    PAYER = "payer"
    """Buyers are not verified: the buyer must be the payer."""
    REGISTRY = "registry"
    """The register's two fields decide; who is not in it must be the payer."""


class Identity(NamedTuple):
    """The register's statement about a buyer: `verified`, or why his list is refused; or neither: it has not got
    him."""

    verified: bool
    reasons: tuple[Reason, ...] = ()


UNVERIFIED = Identity(False)


def identify(order: Order, inventory: Inventory, names: Mapping[str, str]) -> Identity:
    """Look the buyer of a trade up in the register (identity number to name).

    Number and name as the list and the order give them must be those of one person (14202); a number that the register
    does not have is not verified, and that is no reason to refuse.
    """
    for number, name in ((inventory.buyer_id_number, inventory.buyer_name), (order.buyer_id_number, order.buyer_name)):
        known = names.get(number.upper())
        if known is None:
            return UNVERIFIED
        if known != name:
            return Identity(False, (Reason(OTHER_NAME, {"declared": name}),))
    return Identity(True)
