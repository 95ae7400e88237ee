"""What is packed comes back, from many threads at once, too."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.packing import BILLS, FACTS, MESSAGES, RECEIPTS, AlteredData, Packing, UnknownPacking
from tests.unit.schemas.golden import sample

ALL = (MESSAGES, FACTS, BILLS, RECEIPTS)


@pytest.mark.parametrize("packing", ALL)
@given(data=st.binary(max_size=5_000))
def test_what_was_packed_comes_back(packing: Packing, data: bytes) -> None:
    packed = packing.pack(data)
    assert packing.unpack(packed) == data
    assert packing.beginning(packed, 100) == (data[:100], len(data) > 100)


def test_a_message_that_nobody_learned_by_heart_needs_a_quarter_of_its_bytes() -> None:
    body = sample("CEB621Message")
    assert len(MESSAGES.pack(body)) < len(body) / 4 and len(MESSAGES.pack(body)) < 0.75 * len(zlib.compress(body))


def test_threads_pack_at_the_same_time() -> None:
    bodies = [sample("CEB311Message") * number for number in range(1, 9)] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda body: MESSAGES.unpack(MESSAGES.pack(body)), bodies)) == bodies


def test_what_a_later_release_packed_is_refused_by_name() -> None:
    with pytest.raises(UnknownPacking, match="dictionary 2 of messages"):
        MESSAGES.unpack(b"\x02whatever")
    with pytest.raises(AlteredData, match="no release has a dictionary 9"):
        MESSAGES.unpack(b"\x09whatever")


def test_no_bit_of_what_was_packed_changes_unnoticed() -> None:
    body = sample("CEB621Message")
    packed = MESSAGES.pack(body)
    for place in range(8 * len(packed)):
        altered = bytearray(packed)
        altered[place // 8] ^= 1 << place % 8
        for read in (MESSAGES.unpack, lambda data: MESSAGES.beginning(data, len(body))[0]):
            with suppress(AlteredData):
                assert read(bytes(altered)) == body


def test_what_claims_to_be_empty_is_altered() -> None:
    packed = MESSAGES.pack(sample("CEB621Message"))
    sizes = {0x40: 2, 0x80: 4}[packed[1] & 0xC0]
    with pytest.raises(AlteredData, match="claim to be empty"):
        MESSAGES.unpack(packed[:1] + bytes([packed[1] & 0x3F | 0x20, 0]) + packed[2 + sizes :])


def test_what_claims_more_bytes_than_anything_has_is_altered_and_memory_is_not_short() -> None:
    sizes = b"\xe0" + (2**40).to_bytes(8, "little")  # one segment whose size stands in eight bytes
    with pytest.raises(AlteredData):
        MESSAGES.unpack(b"\x01" + sizes + b"\x01\x00\x00")


@pytest.mark.parametrize("number", [0, *b"[{"])
def test_no_dictionary_has_the_number_of_json(number: int) -> None:
    with pytest.raises(ValueError, match="those of JSON"):
        Packing("messages", number)


@pytest.mark.parametrize("stored", [b'["GUID","1"]', b"{}"])
def test_json_is_read_as_it_is(stored: bytes) -> None:
    assert FACTS.unpack(stored) == stored
    assert FACTS.beginning(stored, 2) == (stored[:2], len(stored) > 2)
