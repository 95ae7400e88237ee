"""The law that taxes rest on: that of a sandbox, with the goods and rates that it imported, or of the package."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from declarations import goods, parameters
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters
from single_window.store import goods_rows, sandboxes
from single_window.store.law_books import law_of


class Law(NamedTuple):
    """What taxes rest on: dated values, goods register, rounding policy ("": that of the day)."""

    parameters: Parameters
    goods: GoodsRegister
    rounding: str = ""


def package_law() -> Law:
    """The law that comes with the package."""
    return Law(parameters.load(), goods.load())


def sandbox_law(connection: Connection, sandbox: str) -> Law:
    """The law of a sandbox, with the goods and rates that it imported; raises `UnknownSandbox`."""
    rounding = sandboxes.find(connection, sandbox).options.rounding
    return Law(law_of(connection, sandbox), goods_rows.register(connection, sandbox, goods.load()), rounding)
