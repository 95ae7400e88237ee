"""Makings of receipts: the vocabulary and the format version with which a program version renders receipts.

Each receipt group refers to its making, so that later versions render the same bytes. Never commits.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

import zstandard
from sqlalchemy import Connection, Engine, select

from schemas import receipt_texts
from schemas.packing import AlteredData
from schemas.receipt_texts import Vocabulary
from single_window.store.bulk import upsert_rows
from single_window.store.engine import read_once, writes
from single_window.store.tables import receipt_making

FORM = 3
"""The format version of this program's receipt messages; increment it with any visible change, and render earlier ones
as before."""
BILLS_AS_CAPTURED = NODES_BY_FLOW = 3
"""From this format version on, a tax bill is as captured ones are, alone in its message with order and waybill number;
enveloped receipts of exports come from customs' node for exports."""
_LEVEL = 12
"""Zstandard compression level: compresses the 180 KB vocabulary to 38 KB in 20 ms."""
_COLUMNS = ("number", "form", "digest", "words")


class Making(NamedTuple):
    """The format version and the vocabulary with which a receipt is rendered."""

    form: int
    vocabulary: Vocabulary


_numbers: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()
_makings: WeakKeyDictionary[Engine, dict[int, Making]] = WeakKeyDictionary()
"""Caches per database, of committed rows only; such rows never change."""


@cache
def current_making() -> Making:
    """The making of this program version."""
    return Making(FORM, receipt_texts.current())


def current_number(connection: Connection) -> int:
    """The number of this program's making in a database; inserts it if missing, so call it in a writing transaction."""
    cached = _numbers.get(connection.engine)
    return _stored_number(connection) if cached is None else cached


def _stored_number(connection: Connection) -> int:
    number = connection.execute(
        select(receipt_making.c.number).where(receipt_making.c.form == FORM, receipt_making.c.digest == _digest())
    ).scalar()
    # do not cache a number that this transaction inserted, because a rollback to a savepoint may remove the row
    written: set[int] = read_once(connection, "receipt_making", set)
    if number is None:
        # a hash of the content, so that two processes that insert at once write the same row
        number = int(hashlib.sha256(f"{FORM} {_digest()}".encode()).hexdigest()[:7], 16) + 1
        upsert_rows(connection, receipt_making, _COLUMNS, [(number, FORM, _digest(), _packed())])
        written.add(number)
    elif writes(connection) and number not in written:
        _numbers[connection.engine] = number
    return int(number)


def of(connection: Connection, number: int) -> Making:
    """The making with this number; raises `LookupError` if the database does not have it."""
    makings = _makings.setdefault(connection.engine, {})
    if (cached := makings.get(number)) is not None:
        return cached
    columns = (receipt_making.c.form, receipt_making.c.digest, receipt_making.c.words)
    row = connection.execute(select(*columns).where(receipt_making.c.number == number)).one_or_none()
    if row is None:
        raise LookupError(f"the database has no receipt making {number}")
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
    """The SHA-256 of a vocabulary file, as hexadecimal digits."""
    return hashlib.sha256(words).hexdigest()


def forget(engine: Engine) -> None:
    """Clear the caches of a database whose rows were deleted or replaced."""
    _numbers.pop(engine, None)
    _makings.pop(engine, None)


_vocabularies: dict[str, Vocabulary] = {}


def _vocabulary(digest: str, packed: bytes) -> Vocabulary:
    """The vocabulary with a digest, decompressed once per process."""
    if digest == _digest():
        return receipt_texts.current()
    if digest not in _vocabularies:
        _vocabularies[digest] = Vocabulary(_unpacked(digest, packed))
    return _vocabularies[digest]


def _unpacked(digest: str, packed: bytes) -> bytes:
    try:
        words = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise AlteredData(f"the words of receipts are not what was stored ({error})") from error
    if digest_of(words) != digest:
        raise AlteredData("the words of receipts are not what was stored")
    return words
