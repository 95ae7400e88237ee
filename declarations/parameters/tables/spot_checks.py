"""Shapes of the tables of spot checks."""

from __future__ import annotations

from decimal import Decimal

from declarations.parameters.tables.shape import TableShape


class ItemLimit(TableShape, frozen=True, kw_only=True):
    """An item to test: its standard and the most that is allowed, in a unit."""

    item: str
    standard: str
    most: Decimal
    unit: str


class TestedGoods(TableShape, frozen=True, kw_only=True):
    """A group of goods, by the first digits of their codes, and what is tested of them."""

    goods: str
    items: tuple[ItemLimit, ...]


class LimitsOfGoods(TableShape, frozen=True, kw_only=True):
    """Groups of goods with their items; the longest that fits a code counts."""

    groups: tuple[TestedGoods, ...]
