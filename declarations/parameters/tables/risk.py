"""The shape of a risk profile: criteria that choose lists, the share of them that is drawn, and what becomes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from declarations.parameters.tables.shape import TableShape


class RiskProfile(TableShape, frozen=True, kw_only=True):
    """A rule that draws a share of the lists that meet all of its criteria; an empty criterion is met by every list.

    `goods`: beginnings of goods codes, such as a chapter; of a line of goods both goods and origin must fit. Values are
    in yuan, from and to inclusive. `until`: the last day, as 2027-02-28; empty: until a later version begins."""

    title: str
    lane: Literal["inspect", "review"]
    share: Decimal
    goods: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    flow: Literal["", "I", "E"] = ""
    value_from: Decimal | None = None
    value_to: Decimal | None = None
    until: str = ""
