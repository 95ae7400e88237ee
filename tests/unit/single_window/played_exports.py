"""A few exports played into a data folder: one of each end, an import that shares an order number, notes in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copytree

from tests.databases import kept_folder, window_in
from tests.officers import TESTER, act
from tests.stories.exporting import Sale, invt_no, note, refund, tally
from tests.stories.story import StoryRunner

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
        story = StoryRunner(window, SANDBOX)
        sales = {name: Sale(number) for number, name in enumerate(NAMES, 1)}
        trade = story.trade()
        story.send(trade)
        shared = Sale(9, changes={kind: {"orderNo": trade.id} for kind in ("export_order", "export_inventory")})
        story.submit(*shared.messages())
        alone = story.trade(1)
        story.send(alone, "order")
        story.submit(Sale(10, changes={"export_order": {"orderNo": alone.id}}).message("export_order"))
        for name in ("left", "released", "reviewed", "waiting", "asked"):
            story.submit(*sales[name].messages())
        story.submit(
            *sales["rejected"].messages("export_order", "export_waybill"),
            sales["rejected"].message("export_inventory", packNo="2"),
        )
        act(window, SANDBOX, invt_no(story, sales["reviewed"]), "review", "抽查", TESTER, as_declared=True)
        window.settle()
        gone = [sales["left"], sales["released"], sales["asked"]]
        story.submit(
            note("consolidation", gone, "ZD1"),
            note("arrival_note", gone, "YD1"),
            note("departure_note", [sales["left"]], "LJ1"),
            note("arrival_note", [sales["waiting"]], "YD2", 1, 3),
        )
        story.submit(refund(sales["left"], invt_no(story, sales["left"]), "TH1"))
        story.pass_time(days=2)
        story.submit(tally("TH1"), refund(sales["asked"], invt_no(story, sales["asked"]), "TH6"))
        return PlayedExports(data, sales, trade.id, alone.id)
    finally:
        window.close()
