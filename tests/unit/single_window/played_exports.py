"""A few exports played into a data folder: one of each end, an import that shares an order number, notes in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copytree

from single_window.cases import acts
from tests.databases import kept_folder, window_in
from tests.officers import TESTER
from tests.stories.exporting import Sale, invt_no, note, refund, tally
from tests.stories.story import Teller

SANDBOX = "story"
NAMES = ("left", "released", "rejected", "reviewed", "waiting", "asked")
"""Exports by what became of them."""


@dataclass(frozen=True)
class PlayedExports:
    """The folder, the sale of each kind, the order number that an import and an export share."""

    data: Path
    sales: dict[str, Sale]
    shared: str
    undeclared: str
    """An order number under which an import and an export have an order each, and nothing else."""
    refund_no: str = "TH6"


def play(data: Path) -> PlayedExports:
    """A folder in which they have been played: a copy of the first one; its window is closed."""
    played = _played()
    copytree(played.data, data, dirs_exist_ok=True)
    return replace(played, data=data)


@cache
def _played() -> PlayedExports:
    data = kept_folder()
    window = window_in(data)
    try:
        teller = Teller(window, SANDBOX)
        sales = {name: Sale(number) for number, name in enumerate(NAMES, 1)}
        trade = teller.trade()
        teller.send(trade)
        shared = Sale(9, changes={kind: {"orderNo": trade.id} for kind in ("export_order", "export_inventory")})
        teller.submit(*shared.messages())
        alone = teller.trade(1)
        teller.send(alone, "order")
        teller.submit(Sale(10, changes={"export_order": {"orderNo": alone.id}}).message("export_order"))
        for name in ("left", "released", "reviewed", "waiting", "asked"):
            teller.submit(*sales[name].messages())
        teller.submit(
            *sales["rejected"].messages("export_order", "export_waybill"),
            sales["rejected"].message("export_inventory", packNo="2"),
        )
        acts.act(window, SANDBOX, invt_no(teller, sales["reviewed"]), "review", "抽查", TESTER)
        window.settle()
        gone = [sales["left"], sales["released"], sales["asked"]]
        teller.submit(
            note("consolidation", gone, "ZD1"),
            note("arrival_note", gone, "YD1"),
            note("departure_note", [sales["left"]], "LJ1"),
            note("arrival_note", [sales["waiting"]], "YD2", 1, 3),
        )
        teller.submit(refund(sales["left"], invt_no(teller, sales["left"]), "TH1"))
        teller.pass_time(days=2)
        teller.submit(tally("TH1"), refund(sales["asked"], invt_no(teller, sales["asked"]), "TH6"))
        return PlayedExports(data, sales, trade.id, alone.id)
    finally:
        window.close()
