"""Verifies the buyer's identity (rules 1.1) against a simulated identity register of numbers and names.

The e-commerce enterprise or its agent verifies the buyer's identity; if it cannot, the buyer must be the payer
(海关总署公告2018年第194号).
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
    """Name and number are verified by the register; a buyer who is not in it must be the payer."""


class Identity(NamedTuple):
    """The result for a buyer: `verified`, or reasons to refuse the list; neither if the register does not know the
    buyer."""

    verified: bool
    reasons: tuple[Reason, ...] = ()


UNVERIFIED = Identity(False)


def identify(order: Order, inventory: Inventory, names: Mapping[str, str]) -> Identity:
    """Look up the buyer of a trade in the register (`names` by identity number).

    A number registered under another name is a reason to refuse the list (14202). A number that is not registered is
    not verified, which is no reason to refuse.
    """
    for number, name in ((inventory.buyer_id_number, inventory.buyer_name), (order.buyer_id_number, order.buyer_name)):
        known = names.get(number.upper())
        if known is None:
            return UNVERIFIED
        if known != name:
            return Identity(False, (Reason(OTHER_NAME, {"declared": name}),))
    return Identity(True)
