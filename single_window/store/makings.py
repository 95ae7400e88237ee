"""Makings of receipts: the words and the form of the program that wrote them, kept once and named by groups.

A later program renders a receipt with what it was given with, so that it stays the same to its byte. Never commits.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import zstandard
from sqlalchemy import Connection, Engine, select

from schemas import receipt_texts
from schemas.receipt_texts import Vocabulary
from single_window.store.bulk import upsert_rows
from single_window.store.engine import read_once, writes
from single_window.store.tables import receipt_making

FORM = 2
"""How messages of receipts are built, beside their words, by this program; any change that shows gets the next number.

1: until revision 0028. 2: a DxpMsgSv as middleware of the port reads it."""
_LEVEL = 12
"""Zstandard's: 180 KB of words become 38 KB in 20 ms."""
_COLUMNS = ("number", "form", "digest", "words")


class Making(NamedTuple):
    """The form (by number) and the words with which a receipt is made."""

    form: int
    vocabulary: Vocabulary


_numbers: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()
_makings: WeakKeyDictionary[Engine, dict[int, Making]] = WeakKeyDictionary()
"""What was read of a database, of committed rows only: others stay as they are for ever."""


@cache
def today() -> Making:
    """The making of this program's receipts."""
    return Making(FORM, receipt_texts.current())


def number_of_today(connection: Connection) -> int:
    """The number of this program's making in a database, inside a transaction that writes; a new one is kept."""
    known = _numbers.get(connection.engine)
    return _kept(connection) if known is None else known


def _kept(connection: Connection) -> int:
    number = connection.execute(
        select(receipt_making.c.number).where(receipt_making.c.form == FORM, receipt_making.c.digest == _digest())
    ).scalar()
    # a savepoint may take back the row that this transaction wrote, so that it is looked for until a later one finds it
    written: set[int] = read_once(connection, "receipt_making", set)
    if number is None:
        # of its content, so that two processes that keep the same at once write the same row
        number = int(hashlib.sha256(f"{FORM} {_digest()}".encode()).hexdigest()[:7], 16) + 1
        upsert_rows(connection, receipt_making, _COLUMNS, [(number, FORM, _digest(), _packed())])
        written.add(number)
    elif writes(connection) and number not in written:
        _numbers[connection.engine] = number  # committed by an earlier transaction
    return int(number)


def of(connection: Connection, number: int) -> Making:
    """The making of this number; raises `LookupError` if the database does not have it."""
    makings = _makings.setdefault(connection.engine, {})
    if (known := makings.get(number)) is not None:
        return known
    columns = (receipt_making.c.form, receipt_making.c.digest, receipt_making.c.words)
    row = connection.execute(select(*columns).where(receipt_making.c.number == number)).one_or_none()
    if row is None:
        raise LookupError(f"the database does not keep what receipts of making {number} were given with")
    making = Making(row.form, _vocabulary(row.digest, bytes(row.words)))
    if not writes(connection):
        makings[number] = making
    return making


@cache
def _packed() -> bytes:
    return zstandard.ZstdCompressor(level=_LEVEL).compress(receipt_texts.source())


@cache
def _digest() -> str:
    return digest_of(receipt_texts.source())


def digest_of(words: bytes) -> str:
    """By what a file of words is known."""
    return hashlib.sha256(words).hexdigest()


def forget(engine: Engine) -> None:
    """Drop what was cached of a database whose rows were deleted or replaced."""
    _numbers.pop(engine, None)
    _makings.pop(engine, None)


_vocabularies: dict[str, Vocabulary] = {}


def _vocabulary(digest: str, packed: bytes) -> Vocabulary:
    """The words of a digest, read once a process."""
    if digest == _digest():
        return receipt_texts.current()
    if digest not in _vocabularies:
        _vocabularies[digest] = Vocabulary(zstandard.ZstdDecompressor().decompress(packed))
    return _vocabularies[digest]
