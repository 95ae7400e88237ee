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
    """Goods: the first digits of their code (two to ten), or their company's code and its number of them,
    `3702960000|A-17`."""
    DRAWN = "drawn"
    """Goods of which a plan draws lists by lot: the first digits of their code. It holds none; its reason has the
    `rate`, the `origin` and what is `raised`."""
    LOT = "lot"
    """A lot: the account book and the number of the goods in it, `T4227W000001|1`."""
    COMPANY = "company"
    """A company: its customs code. All lists that name it wait."""
    THROUGH = "through"
    """A list that may go on although somebody holds it: its declaration's id; `by`: whose hold does not stop it."""
    CASE = "case"
    """A subject of decisions: its id. Its deadlines wait."""
    EVIDENCE = "evidence"
    """Goods of which a sample failed, and which may be tested again: a list or a lot, by its key above. Nobody sends
    them back, destroys them or books them out; lists do not wait for it."""


ON_LISTS = frozenset({Held.LIST, Held.GOODS, Held.LOT, Held.COMPANY})
"""Kinds for which lists wait at customs."""


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
