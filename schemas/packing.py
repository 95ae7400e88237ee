"""Compresses short data of one kind with a trained dictionary (Zstandard, RFC 8878).

A message of one document shrinks to a tenth; without a dictionary to a half. The first byte of packed data is the
number of the dictionary: a dictionary in use is never changed or removed, a better one gets the next number (`python -m
tests.dictionaries` makes them). JSON that is stored as it is, for the database to search in it, is read as it is.

What was packed has a checksum, so that no bit of it changes unnoticed on a disk; data of releases before have none.

Each message is packed by itself, not in a stream of many, because it must be readable and removable alone. The database
cannot search in what is packed: notes that name parcels stay plain.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import local
from typing import Final

import zstandard
from zstandard import FORMAT_ZSTD1_MAGICLESS, ZstdCompressionDict, ZstdCompressionParameters, ZstdCompressor, ZstdError

LEVEL = 1
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
MOST_BYTES = 2**31
"""More than anything that is packed has: data that claim so many are altered, and memory is not short."""
_EMPTY_BYTES = 10
"""Bytes of no data, packed: the frame that claims to hold none is not read further, and its checksum not compared."""
_PLAIN: Final = b"[{"
"""First bytes of JSON."""
FIRST_TAKEN: Final = min(_PLAIN)
FOLDER: Final = files(__package__) / "dictionaries"


class AlteredData(Exception):
    """Raised for data that are not what was packed: the disk has altered them."""


class UnknownPacking(Exception):
    """Raised for data that were packed by a later release."""

    permanent = True


@cache
def _dictionary(name: str, number: int) -> ZstdCompressionDict:
    try:
        return ZstdCompressionDict((FOLDER / f"{name}-{number}.zdict").read_bytes())
    except FileNotFoundError:
        raise UnknownPacking(
            f"There is no dictionary {number} of {name} in this release: its bytes were packed by a later one."
        ) from None


class Packing:
    """Packs and unpacks data of one kind, `name`, with its dictionary of this number. Thread-safe."""

    def __init__(self, name: str, number: int = 1) -> None:
        if not 0 < number < FIRST_TAKEN:
            raise ValueError(f"dictionary {number}: the first bytes from {FIRST_TAKEN} on are those of JSON")
        self._name, self._number, self._tag = name, number, bytes([number])
        self._thread_local = local()

    def pack(self, data: bytes) -> bytes:
        """Compress data."""
        return self._tag + self._compressor().compress(data)

    def unpack(self, packed: bytes) -> bytes:
        """Decompress data that this or an earlier release has packed; JSON is returned as it is."""
        if packed[0] in _PLAIN:
            return packed
        try:
            data = self._decompressor(packed[0]).decompress(memoryview(packed)[1:])
        except ZstdError as error:
            raise self._altered(error) from error
        except MemoryError as error:
            if zstandard.frame_content_size(_MAGIC + packed[1:]) > MOST_BYTES:
                raise self._altered(error) from error
            raise
        if not data and len(packed) > _EMPTY_BYTES:
            raise self._altered("they claim to be empty")
        return data

    def beginning(self, packed: bytes, max_bytes: int) -> tuple[bytes, bool]:
        """Return at most `max_bytes` bytes of the data, and True if more follow; only these bytes are decompressed, and
        the checksum is compared if none follow."""
        if packed[0] in _PLAIN:
            return packed[:max_bytes], len(packed) > max_bytes
        try:
            with self._decompressor(packed[0]).stream_reader(BytesIO(packed[1:])) as reader:
                beginning, has_more = reader.read(max_bytes), bool(reader.read(1))
        except ZstdError as error:
            raise self._altered(error) from error
        # what is read in parts is not compared with its size, and may end early
        return (beginning, True) if has_more else (self.unpack(packed), False)

    def _altered(self, error: Exception | str) -> AlteredData:
        return AlteredData(f"packed {self._name} are not what was stored ({error})")

    def _compressor(self) -> ZstdCompressor:
        """This thread's compressor, which is not thread-safe."""
        compressor: ZstdCompressor | None = getattr(self._thread_local, "compressor", None)
        if compressor is None:
            chosen = ZstdCompressionParameters.from_level(
                LEVEL, format=FORMAT_ZSTD1_MAGICLESS, write_dict_id=0, write_checksum=1, write_content_size=1
            )
            compressor = ZstdCompressor(dict_data=_dictionary(self._name, self._number), compression_params=chosen)
            self._thread_local.compressor = compressor
        return compressor

    def _decompressor(self, number: int) -> zstandard.ZstdDecompressor:
        made: dict[int, zstandard.ZstdDecompressor] = self._thread_local.__dict__.setdefault("decompressors", {})
        if number not in made:
            if not 0 < number <= self._number + 1:  # the number itself is altered: releases add one at a time
                raise self._altered(f"no release has a dictionary {number}")
            made[number] = zstandard.ZstdDecompressor(
                dict_data=_dictionary(self._name, number), format=FORMAT_ZSTD1_MAGICLESS
            )
        return made[number]


MESSAGES = Packing("messages")
"""Messages as received, in the archive."""
FACTS = Packing("facts")
"""The facts of a document, as JSON."""
BILLS = Packing("bills")
"""The assessment or the fields of a tax bill, as JSON."""
RECEIPTS = Packing("receipts")
"""The contents of a group of receipts, as MessagePack."""
