"""Contents of receipts stand in the row of their group; one that is changed or removed leaves its neighbours alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from single_window.store import migrate, receipt_contents
from single_window.store.engine import open_engine, reading, writing
from single_window.store.gateway_results import write_receipts
from single_window.store.mailbox_numbers import place
from single_window.store.numbering import ROWS, Numbering
from single_window.store.receipt_contents import MOST, ReceiptContent, content_at
from single_window.store.tables import receipt, receipt_group
from single_window.store.written import WrittenCounts
from tests.databases import empty_database, fetch, write_by

BOX, OTHER = "DXPENT0000000001", "DXPENT0000000002"
CHANGED = ReceiptContent("1800", "", '{"copNo":"***"}')


@pytest.fixture
def engine(dialect: str, tmp_path: Path) -> Iterator[Engine]:
    with empty_database(dialect, tmp_path) as address:
        migrate.prepare(address)
        opened = open_engine(address)
        yield opened
        opened.dispose()


def draft(number: int, mailboxes: str = BOX) -> ReceiptDraft:
    return ReceiptDraft(
        mailboxes=mailboxes,
        code="622",
        order_no=f"D{number}",
        kind="inventory",
        key=f"E|D{number}",
        return_status="120",
        return_time=number,
        reason=Reason("1800", {}),
        fields={"copNo": f"L{number}"},
    )


def written(engine: Engine, *drafts: ReceiptDraft) -> WrittenCounts:
    numbering = Numbering(engine)
    numbering.ensure(ROWS, "row", 100)
    with writing(engine) as connection:
        groups = write_receipts(connection, numbering, "main", drafts, now=1)
        return WrittenCounts("main", groups=groups, firsts=place(connection, groups))


def said(engine: Engine) -> dict[str, str]:
    """Order number → fields of every receipt that is there."""
    with reading(engine) as connection:
        rows = connection.execute(select(receipt.c.order_no, receipt.c.group_id, receipt.c.position)).all()
        return {row.order_no: content.fields for row, content in receipt_contents.with_contents(connection, rows)}


def group_of(engine: Engine, number: int) -> int:
    return fetch(engine, select(receipt.c.group_id).where(receipt.c.order_no == f"D{number}")).scalar_one()


def test_each_receipt_says_what_was_written_of_it(engine: Engine) -> None:
    written(engine, *map(draft, range(5)))
    assert said(engine) == {f"D{number}": f'{{"copNo":"L{number}"}}' for number in range(5)}


def test_many_receipts_of_a_step_stand_in_groups_that_follow_each_other(engine: Engine) -> None:
    counts = written(engine, *map(draft, range(2 * MOST + 1)), draft(999, OTHER))
    assert [(group.mailbox, group.count) for group in counts.groups] == [(BOX, MOST), (BOX, MOST), (BOX, 1), (OTHER, 1)]
    assert list(counts.receipts) == [f"{BOX}:1-{2 * MOST + 1}", f"{OTHER}:1"]
    assert len(said(engine)) == 2 * MOST + 2


def test_one_that_is_changed_leaves_its_neighbours_alone(engine: Engine) -> None:
    written(engine, *map(draft, range(3)))
    write_by(engine, receipt_contents.change, {group_of(engine, 1): {1: CHANGED}})
    assert said(engine) == {"D0": '{"copNo":"L0"}', "D1": CHANGED.fields, "D2": '{"copNo":"L2"}'}


def test_one_that_is_removed_is_gone_from_the_row_of_its_group_too(engine: Engine) -> None:
    written(engine, *map(draft, range(3)))
    with writing(engine) as connection:
        assert receipt_contents.remove(connection, [receipt.c.order_no == "D1"]) == 1
        assert receipt_contents.remove(connection, [receipt.c.order_no == "D1"]) == 0
        (packed,) = connection.execute(select(receipt_group.c.contents)).scalars()
    assert said(engine) == {"D0": '{"copNo":"L0"}', "D2": '{"copNo":"L2"}'}
    contents = receipt_contents.unpack(packed)
    assert [bytes(content) == receipt_contents.encode(None) for content in contents] == [False, True, False]
    with pytest.raises(LookupError, match="no content of a receipt at 1"):
        content_at(contents, 1)
    with pytest.raises(LookupError, match="no content of a receipt at 3"):
        content_at(contents, 3)
