"""A message type is complete: schemas of each edition, a sample that validates and survives, its receipt, its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.catalogue import by_code, entries, layout, names
from schemas.message_types import CEB, EDITIONS, MessageType
from schemas.reading import open_message, read
from schemas.writing import write
from tests.tables import each

SCHEMAS = Path(__file__).parents[2] / "schemas"
SHARED_TYPES = {"import-types.xsd", "export-types.xsd"}
UNSUITED = "792-2018"
"""2022-05 requires gseqno, which 2018 does not know: no document suits both."""
EVERY = [
    pytest.param(entry, edition, id=f"{entry.code}-{edition}") for entry in entries() for edition in entry.editions
]


@each(("entry", "edition"), [param for param in EVERY if param.id != UNSUITED])
def test_the_sample_validates_and_is_written_as_it_was_read(entry: MessageType, edition: str) -> None:
    opened = open_message((SCHEMAS / "samples" / f"{entry.root}.xml").read_bytes())
    message = read(opened, edition)
    assert opened.entry is entry and message.findings == () and message.blocks
    head, line = names(entry.code, edition)
    blocks = [
        (dict(zip(head, block.head, strict=True)), [dict(zip(line, row, strict=True)) for row in block.lines])
        for block in message.blocks
    ]
    body = write(
        entry.code,
        blocks,
        guid=message.guid,
        transfer=None if entry.receipt else message.transfer,
        subscribes=message.subscribes,
        signature="dummy" if entry.signature else None,
        edition=edition,
    )
    assert read(open_message(body), edition) == message


@each("entry", entries(), ids=lambda entry: entry.code)
def test_what_participants_send_has_a_receipt_that_carries_its_key(entry: MessageType) -> None:
    if entry.receipt:
        assert entry.answered_by is None
        return
    answer = by_code(entry.answered_by or "")
    assert answer.receipt
    carried = set(names(answer.code)[0])
    own = {"orderNo"} if entry.kind == "inventory" else set()
    assert set(entry.key) - own <= carried


@each(("entry", "edition"), EVERY)
def test_the_key_is_in_the_schema(entry: MessageType, edition: str) -> None:
    known = {field.name: field for field in layout(entry.code, edition).head}
    assert entry.key and set(entry.key) <= set(known)


def test_no_schema_and_no_sample_lies_about_without_an_entry() -> None:
    roots = {entry.root for entry in entries()}
    assert {path.stem for path in (SCHEMAS / "samples").iterdir()} == roots
    for edition in EDITIONS:
        standing = {path.name for path in (SCHEMAS / "ceb" / edition).iterdir()} - SHARED_TYPES
        assert standing == {
            f"{entry.root}.xsd" for entry in entries() if entry.namespace == CEB and edition in entry.editions
        }
    ours = {path.relative_to(SCHEMAS).as_posix() for path in (SCHEMAS / "gateway").glob("**/*.xsd")}
    assert ours == {entry.schema for entry in entries() if entry.schema}
