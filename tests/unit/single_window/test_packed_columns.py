"""A column of texts in bytes holds few bytes and gives the text that was stored, whichever way it was written."""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary, insert, select, text, type_coerce, update

from single_window.store.bulk import insert_rows, update_rows
from single_window.store.content_hashes import HexDigits, is_content_hash, of_content
from single_window.store.engine import open_engine, reading, writing
from single_window.store.prepared import fetch_all
from single_window.store.tables import message, tax_bill
from tests.databases import ON_BOTH, write_by

FIELDS = '{"assureCode":"3702981MQ2","ebcCode":"3702960D59","logisticsCode":"37029119MB","customsCode":"4240"}'
CHANGED = FIELDS.replace("4240", "4227")
KEYS = ("declaration_id", "sequence")
READ = select(tax_bill.c.fields, tax_bill.c.assessment)
STORED = select(type_coerce(tax_bill.c.fields, LargeBinary))

pytestmark = ON_BOTH


@pytest.fixture
def engine(address: str):
    opened = open_engine(address)
    yield opened
    opened.dispose()


def in_bulk(connection) -> None:
    insert_rows(connection, tax_bill, (*KEYS, "sandbox", "fields"), [(1, 0, "main", FIELDS)])


def by_sqlalchemy(connection) -> None:
    connection.execute(insert(tax_bill).values(declaration_id=1, sequence=0, sandbox="main", fields=FIELDS))


def changed_in_bulk(connection) -> None:
    insert_rows(connection, tax_bill, (*KEYS, "sandbox", "fields"), [(1, 0, "main", CHANGED)])
    update_rows(connection, tax_bill, KEYS, ("fields",), [(FIELDS, 1, 0)])


def changed_by_sqlalchemy(connection) -> None:
    insert_rows(connection, tax_bill, (*KEYS, "sandbox", "fields"), [(1, 0, "main", CHANGED)])
    connection.execute(update(tax_bill).where(tax_bill.c.fields == CHANGED).values(fields=FIELDS))


@pytest.mark.parametrize("write", [in_bulk, by_sqlalchemy, changed_in_bulk, changed_by_sqlalchemy])
def test_what_was_written_comes_back_in_few_bytes(engine, write) -> None:
    write_by(engine, write)
    with reading(engine) as connection:
        assert connection.execute(READ).all() == [(FIELDS, "")]
        assert [tuple(row) for row in fetch_all(connection, READ, {})] == [(FIELDS, "")]
        (stored,) = connection.execute(STORED).scalars()
    assert len(bytes(stored)) < len(FIELDS) / 2


def test_what_an_earlier_program_stored_unpacked_is_read(engine) -> None:
    with writing(engine) as connection:
        in_bulk(connection)
        connection.execute(text("UPDATE tax_bill SET fields = :bytes"), {"bytes": b'{"ebcCode":"1"}'})
    with reading(engine) as connection:
        assert connection.execute(READ).all() == [('{"ebcCode":"1"}', "")]


HASH = "00ff" * 16
OTHER = HASH[:12] + "1" * 52


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        (HASH, [1]),
        (HASH.upper(), [1]),
        (OTHER, [2]),
        (HASH[:-1] + "e", []),
    ],
)
def test_a_message_is_found_by_the_digits_of_its_hash(engine, searched: str, found: list[int]) -> None:
    with writing(engine) as connection:
        named = ("id", "sandbox", "transmission_id", "content_hash")
        insert_rows(connection, message, named, [(1, "main", "a", HASH), (2, "main", "b", OTHER)])
    with reading(engine) as connection:
        assert connection.execute(select(message.c.id).where(of_content(searched))).scalars().all() == found


@pytest.mark.parametrize("text", [HASH[:12], HASH + "0", "00 ff" * 16, "订单" * 32, "g" * 64, ""])
def test_other_texts_are_no_content_hashes(text: str) -> None:
    assert is_content_hash(HASH) and not is_content_hash(text)


def test_a_hash_takes_a_byte_for_two_digits_and_has_its_digits_in_sql_too(engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, message, ("id", "sandbox", "content_hash"), [(1, "main", HASH), (2, "other", "")])
    read = select(message.c.content_hash, HexDigits(message.c.content_hash)).order_by(message.c.id)
    with reading(engine) as connection:
        assert connection.execute(read).all() == [(HASH, HASH), ("", "")]
        assert [tuple(row) for row in fetch_all(connection, read, {})] == [(HASH, HASH), ("", "")]
        stored = connection.execute(select(type_coerce(message.c.content_hash, LargeBinary))).scalars().all()
    assert sorted(len(value) for value in stored) == [0, 32]
