"""A recall names each of many thousand lists in which its goods were sold, no other list, and its trail has each once.

`python -m tools.bench recalled_lists` measures how long that takes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import Connection, insert, select

from single_window.cases.recalls.queries import find_recall
from single_window.cases.recalls.trail import trail, trail_sheet
from single_window.store.engine import writing
from single_window.store.tables import declaration, document
from tests.stories.recalled import SOLD, sold_in
from tests.stories.story import StoryRunner
from tests.stories.tracing import answer

MANY, OTHERS = 20_000, 80_000
"""Lists with goods of the lot, and lists of the same book without."""


@pytest.mark.long
def test_a_recall_of_a_lot_names_each_of_twenty_thousand_lists(story: StoryRunner) -> None:
    sold = sold_in(story)
    one, other = (int(str(story.column(trade, "id"))) for trade in sold.trades[:2])
    item = f'"{sold.batch["itemRecordNo"]}"'
    with writing(story.window.engine) as connection:
        _copy(connection, one, MANY, 10**12)
        _copy(connection, other, OTHERS, 2 * 10**12, held=lambda held: held.replace(item, '"other"'))
    taken = sold.notice()
    assert (taken.return_status, taken.fields["lists"]) == ("120", str(MANY + SOLD))
    assert lines_of_trail(story) == MANY + SOLD


@pytest.mark.long
def test_a_recall_of_an_item_number_names_each_of_twenty_thousand_lists(story: StoryRunner) -> None:
    trade = next(one for one in map(story.trade, count()) if one.document("inventory").lines[0]["gcode"] > "61")
    merchant = trade.parties.merchant
    story.send(trade)
    with writing(story.window.engine) as connection:
        _copy(connection, int(str(story.column(trade, "id"))), MANY, 10**12)
    head = {"ebcCode": merchant.code, "recallNo": "RC1", "goodsKind": "G", "hazard": "小零件", "remedy": "R"}
    head |= {"itemNo": trade.document("inventory").lines[0]["itemNo"], "startTime": "20261120110000"}
    taken = answer(story, merchant, "RecallNotice", head)
    assert (taken.fields["lists"], taken.fields["precision"]) == (str(MANY + 1), "sku+days")
    assert lines_of_trail(story) == MANY + 1


def lines_of_trail(story: StoryRunner) -> int:
    """The number of different lists that the sheet of the trail names, each of which stands there once."""
    sheet = "".join(story.read(lambda c, s: list(trail_sheet(trail(c, s, find_recall(c, s, "RC1"))))))
    rows = sheet.splitlines()[1:]
    assert len(set(rows)) == len(rows)
    return len(rows)


def _copy(
    connection: Connection, number: int, times: int, above: int, held: Callable[[str], str] = lambda held: held
) -> None:
    """Copy a list, with its document, so many times; `held`: changes what it has drawn."""
    first = connection.execute(select(declaration).where(declaration.c.id == number)).one()._mapping
    filed = connection.execute(select(document).where(document.c.id == first["document_id"])).one()._mapping
    own = {"held": held(first["held"])}
    rows = [
        {**first, **own, "id": new, "document_id": new, "key": f"{first['key']}-{new}", "invt_no": f"{new:018d}"}
        for new in range(above, above + times)
    ]
    connection.execute(insert(declaration), rows)
    connection.execute(insert(document), [{**filed, "id": row["id"], "key": row["key"]} for row in rows])
