"""The goods register: our excerpt of tariff and positive list, by ten-digit code.

`confidence` is explained in `declarations.confidence`. Rows with C name the source of their consumption tax or remark,
although their ten-digit subdivisions and duty rates are examples; rows with I are plausible but unchecked.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from declarations.goods.register import CONSUMPTION, REMARKS, Goods, GoodsRegister
from declarations.goods.rows import parse_row, read_rows

__all__ = ["CONSUMPTION", "REMARKS", "Goods", "GoodsRegister", "load", "parse_row", "read"]


def read(path: Path) -> GoodsRegister:
    """Read a register from a CSV file; raises `BadRow`, naming file and line, for an invalid row."""
    return GoodsRegister(read_rows(path))


@cache
def load() -> GoodsRegister:
    """Return the package's register, read once per process."""
    return read(Path(__file__).parent / "register.csv")
