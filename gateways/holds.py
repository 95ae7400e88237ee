"""Holds: a list, goods, a lot, a company or a case must wait, for a reason, until the hold is lifted.

A hold about a case of another gateway is placed by that gateway, which gets a payload about it: so hold and case
change together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from declarations.reasons import Reason


class Held(StrEnum):
    """Kinds of what is held, each with its key."""

    LIST = "list"
    """A list: its declaration's id."""
    GOODS = "goods"
    """Goods of a code or of a trader's number."""
    LOT = "lot"
    """A lot of the account book."""
    COMPANY = "company"
    """A company: its code."""
    CASE = "case"
    """A subject of decisions: its id. Its deadlines wait."""


class Hold(NamedTuple):
    """A hold: `by` names who placed it (an agency, a laboratory, an approval), at most once for a key; `until` is the
    instant at which it ends by itself, 0: never."""

    kind: Held
    key: str
    by: str
    reason: Reason
    since: int
    until: int = 0


class LiftedHold(NamedTuple):
    """The hold that is lifted: what it is about, and who placed it."""

    kind: Held
    key: str
    by: str
