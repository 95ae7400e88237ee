"""The demands on goods that are traced: their number, their dates, who recalls them."""

from __future__ import annotations

from datetime import date

from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import Chapters
from schemas.identifiers import is_valid_credit_code

FOOD = "F"
REQUIRED = "required"
LOT, SKU_AND_DAYS = "lot", "sku+days"
"""How precisely goods are traced: by the lot that lists draw on, or by their item number and days."""
_IN_WORDS = {LOT: ("批次", "lot"), SKU_AND_DAYS: ("货号和日期", "item number and days")}


def precision_words(precision: str) -> dict[str, str]:
    """Return how precisely goods are traced as values of a reason, in both languages."""
    return dict(zip(("precision_zh", "precision_en"), _IN_WORDS[precision], strict=True))


def is_food(kind: str, gcode: str, day: date, law: Parameters) -> bool:
    """True if goods are food, as their company says or as the code says that a book has of them."""
    if kind == FOOD:
        return True
    return gcode[:2] in law.on("traceability.food_chapters", day).table_as(Chapters).chapters


def lacks_agent(agent: str, day: date, law: Parameters) -> bool:
    """True if food needs a domestic firm on a day that recalls it, and this code is none of one: only firms that are
    registered in the country have a unified social credit code."""
    return law.on("traceability.recall_agent", day).text == REQUIRED and not is_valid_credit_code(agent)
