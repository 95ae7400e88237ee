"""Recalls for stories: parcels of a lot are sold, their merchant announces recalls and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from declarations.calendar import stamp14
from declarations.money import amount_text, scaled_from_text
from simulators.imports.trade import ImportTrade
from single_window.cases.recalls.queries import RECALL_CASES, find_recall
from single_window.cases.recalls.trail import TrailLine, trail
from single_window.receipts.rows import Receipt
from single_window.wiring import Window
from tests.stories.story import StoryRunner
from tests.stories.tracing import AGENT, GTIN, answer, bonded_food, book_item

SOLD = 3
"""Parcels of the lot that are sold before it is recalled."""


class Sold(NamedTuple):
    """Three sold parcels of a lot with a batch, and whose they are."""

    story: StoryRunner
    trades: Sequence[ImportTrade]
    merchant: Any
    batch: Mapping[str, str]

    @property
    def quantity(self) -> int:
        """The quantity in all parcels, scaled."""
        return sum(scaled_from_text(trade.document("inventory").lines[0]["qty"]) for trade in self.trades)

    def notice(self, **changes: str) -> Receipt:
        """The merchant announces a recall of food of class 1."""
        head = {
            "ebcCode": self.merchant.code,
            "recallNo": "RC1",
            "goodsKind": "F",
            "recallClass": "1",
            "recallAgent": AGENT,
            "gtin": GTIN,
            "hazard": "沙门氏菌阳性",
            "remedy": "R",
            "startTime": stamp14(self.story.window.now(self.story.sandbox)),
            **changes,
        }
        return answer(self.story, self.merchant, "RecallNotice", {name: text for name, text in head.items() if text})

    def progress(self, seq: int, *lines: Mapping[str, str], recall: str = "RC1", **sums: str) -> Receipt:
        """The merchant reports; sums that are not given are 0."""
        head = {
            "ebcCode": self.merchant.code,
            "recallNo": recall,
            "seq": str(seq),
            "asOf": stamp14(self.story.window.now(self.story.sandbox)),
            **{"told": "0", "back": "0", "destroyed": "0", "refunded": "0"},
            **sums,
        }
        return answer(self.story, self.merchant, "RecallProgress", head, lines)

    def shown(self, number: str = "RC1") -> Any:
        """The recall as it is shown."""
        return self.story.read(RECALL_CASES.show, number)

    def shown_record(self, number: str = "RC1") -> Any:
        """The row of the recall, with its version."""
        return self.story.read(find_recall, number)

    def states(self, number: str = "RC1") -> list[str]:
        """The states of the lines of the trail."""
        return [line.state for line in trail_of(self.story, number)]


def same_lot(story: StoryRunner, like: ImportTrade) -> list[ImportTrade]:
    """Trades whose only line draws on the same item of the book."""
    line = like.document("inventory").lines[0]
    found = []
    for number in range(2_000):
        trade = story.trade(number, mode="1210")
        lines = trade.document("inventory").lines
        if len(lines) == 1 and lines[0]["itemRecordNo"] == line["itemRecordNo"]:
            found.append(trade)
        if len(found) > SOLD:
            break
    return found


def sold_in(story: StoryRunner, lot: str = "L1") -> Sold:
    """Three parcels of a lot are sold; the lot has a batch."""
    first = bonded_food(story)
    item, merchant = book_item(story, first), first.parties.merchant
    batch = {
        "ebcCode": merchant.code,
        "copNo": "TB1",
        "goodsKind": "F",
        "gtin": GTIN,
        "lot": lot,
        "emsNo": item.ems_no,
        "itemRecordNo": item.item_record_no,
        "origin": "410",
        "producedDay": "20261001",
        "expiryDay": "20281001",
        "qty": amount_text(item.filed),
        "unit": item.unit,
        "recallAgent": AGENT,
    }
    assert answer(story, merchant, "TraceBatch", batch).return_status == "120"
    trades = same_lot(story, first)
    for trade in trades[:SOLD]:
        story.send(trade)
        assert story.statuses(trade)[-1] in {"800", "899"}
    return Sold(story, trades[:SOLD], merchant, batch)


def trail_of(story: StoryRunner, number: str) -> list[TrailLine]:
    """The trail of a recall."""
    return story.read(lambda connection, name: list(trail(connection, name, find_recall(connection, name, number))))


def recalls_of_acts(window: Window) -> dict[str, dict[str, tuple[str, ...]]]:
    """By sandbox: the recall on which each act of officers is possible, and the acts that come before it."""
    sold = sold_in(StoryRunner(window, "recalls"))
    for number in ("RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9"):
        assert sold.notice(recallNo=number).return_status == "120"
    for number in ("RC1", "RC9"):
        told = amount_text(sold.quantity)
        assert sold.progress(1, recall=number, told=told, closed="Y").return_status == "399"
    sold.story.pass_time(hours=25)
    return {
        "recalls": {
            "close_recall": ("RC1", "free_stock"),
            "free_stock": ("RC2",),
            "book_out_stock": ("RC3",),
            "suspend_seller": ("RC4",),
            "quash_recall": ("RC5",),
            "ask": ("RC6",),
            "remind": ("RC7", "ask"),
            "withdraw": ("RC8", "ask"),
            "reopen_recall": ("RC9",),
        }
    }
