"""The goods register: our excerpt of tariff and positive list, what rules need to know about a ten-digit code.

`confidence` says how far to trust a row (`declarations.confidence`): rows with C name the source of their consumption
tax or remark (ten-digit subdivisions and duty rates are examples even there), rows with I are plausible and unchecked
throughout.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from declarations.goods.register import CONSUMPTION, REMARKS, Goods, GoodsRegister
from declarations.goods.rows import parse_row, read_rows

__all__ = ["CONSUMPTION", "REMARKS", "Goods", "GoodsRegister", "load", "parse_row", "read"]


def read(path: Path) -> GoodsRegister:
    """A register from a CSV file; raises `BadRow`, naming file and line, for anything not exactly right."""
    return GoodsRegister(read_rows(path))


@cache
def load() -> GoodsRegister:
    """The register that comes with the package, read once per process."""
    return read(Path(__file__).parent / "register.csv")
