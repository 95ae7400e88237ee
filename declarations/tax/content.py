"""Reads the net content of a piece of goods from the register, the model text (规格型号) or the declared unit.

Ambiguous texts, with two different contents, are ignored.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from declarations.money import SCALE, Scaled, scaled_from_text


class Content(NamedTuple):
    """The content of a declared unit: `amount` ml, g or pieces, scaled."""

    basis: str
    """"content" (ml or g) or "piece" (片, 张)."""
    amount: Scaled


_PIECES = frozenset({"020", "010"})
"""Declared units 片 and 张: the quantity counts pieces, regardless of their content."""
_MEASURES = {"096": 1, "036": 1, "095": 1000, "035": 1000}
"""Declared units 毫升, 克, 升, 千克 → their size in ml or g."""
_FACTORS = {"ml": 1, "毫升": 1, "g": 1, "克": 1, "l": 1000, "升": 1000, "kg": 1000, "千克": 1000, "公斤": 1000}
_SIZE = re.compile(
    r"(?<![\d.])(?:(?P<before>\d{1,4})\s*[a-z瓶支盒袋包罐套]?\s*[*×x]\s*)?"
    r"(?P<number>\d{1,7}(?:\.\d{1,5})?)\s*(?P<unit>毫升|千克|公斤|克|升|ml|kg|g|l|片|张)(?![a-z])"
    r"(?:\s*/?\s*[瓶支盒袋包罐]?\s*[*×x]\s*(?P<after>\d{1,4})(?![\d.]|\s*(?:毫升|千克|公斤|克|升|ml|kg|g|l|片|张)))?"
)


def content_of(register: str, model: str, unit: str) -> Content | None:
    """Return the content of one declared unit; None if it cannot be determined.

    `register` is the register's text ("30ml" or ""), `model` the line's gmodel, `unit` the declared unit's code.
    """
    if unit in _PIECES:
        return Content("piece", SCALE)
    content = read_content(register) if register else read_content(model)
    if content is None and unit in _MEASURES:
        return Content("content", _MEASURES[unit] * SCALE)
    return content


@lru_cache(maxsize=4096)
def read_content(text: str) -> Content | None:
    """Read the content in a text: "30ml", "面霜|50 克/瓶*2", "5片/盒"; None if it has none, or two different ones."""
    sizes = [_size_of(match) for match in _SIZE.finditer(text.lower())]
    # "25ml*5片" of masks are sold by the piece, so pieces have precedence
    candidates = {size for size in sizes if size.basis == "piece"} or set(sizes)
    if len(candidates) != 1:
        return None
    content = candidates.pop()
    return content if content.amount else None


def _size_of(match: re.Match[str]) -> Content:
    times = int(match["before"] or 1) * int(match["after"] or 1)
    if match["unit"] in ("片", "张"):
        return Content("piece", scaled_from_text(match["number"]) * times)
    return Content("content", scaled_from_text(match["number"]) * _FACTORS[match["unit"]] * times)
