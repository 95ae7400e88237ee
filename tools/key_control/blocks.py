"""Block transfer: a large request in frames of a header of 128 characters and a chunk, pulled one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

HEADER = 128
MARK = "BLOCKTXT"
LARGEST = 8_000_000
"""The largest request in UTF-16 units."""
CHUNK = 120 * 1024
MAX_GROUPS = 2
"""Requests that one connection may be sending in blocks at a time."""
_HEADER = re.compile(r"BLOCKTXT([0-9A-F]{4})([0-9A-F]{4})(\d{16})(\d{8})(\d{4})(.{36})(\d{4})0{44}", re.DOTALL)
_TABLE = [0] * 256
for _byte in range(256):
    _value = _byte
    for _ in range(8):
        _value = (_value >> 1) ^ 0xA001 if _value & 1 else _value >> 1
    _TABLE[_byte] = _value


class BadFrame(ValueError):
    """A frame that is neither a call nor a block of one, or is too large. Permanent."""

    permanent = True


class RequestFrame(NamedTuple):
    """One frame of a large request."""

    total_check: str
    total_length: int
    total: int
    group: str
    number: int
    chunk: str
    sound: bool
    """Whether the chunk has the checksum and length given in its header."""


@dataclass(slots=True)
class Groups:
    """The requests that a connection is currently sending in blocks."""

    parts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, block: RequestFrame) -> str | None:
        """Add a valid block; gives the whole request after the last block, otherwise None. Raises `BadFrame`."""
        if block.number == 0:
            self.parts.pop(block.group, None)
            if len(self.parts) >= MAX_GROUPS:
                raise BadFrame(f"a connection sends at most {MAX_GROUPS} requests in blocks at a time")
            self.parts[block.group] = []
        parts = self.parts.get(block.group)
        if parts is None or len(parts) != block.number:
            raise BadFrame("the blocks of a request come in order, from 0 on")
        parts.append(block.chunk)
        if sum(map(length, parts)) > block.total_length:
            del self.parts[block.group]
            raise BadFrame("the blocks are longer than the request")
        if block.number + 1 < block.total:
            return None
        whole = "".join(self.parts.pop(block.group))
        if length(whole) != block.total_length or check(whole) != block.total_check:
            raise BadFrame("the request does not have the length and the check that its blocks say")
        return whole


def check(text: str) -> str:
    """CRC-16/MODBUS over the low byte of each UTF-16 unit, its bytes swapped, in four upper-case hexadecimal digits."""
    value = 0xFFFF
    for low in text.encode("utf-16-le", "surrogatepass")[::2]:
        value = (value >> 8) ^ _TABLE[(value ^ low) & 0xFF]
    return f"{(value & 0xFF) << 8 | value >> 8:04X}"


def length(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read(frame: str) -> RequestFrame:
    """Parse a frame as a block; raises `BadFrame`."""
    match = _HEADER.fullmatch(frame[:HEADER])
    if match is None:
        raise BadFrame("the header of a block has 128 characters: BLOCKTXT, checks, lengths, count, group, number")
    total_check, block_check, total, size, count, group, number = match.groups()
    if int(total) > LARGEST or length(chunk := frame[HEADER:]) > CHUNK or int(number) >= int(count):
        raise BadFrame(f"a request has at most {LARGEST} characters in blocks of {CHUNK}")
    sound = length(chunk) == int(size) and check(chunk) == block_check
    return RequestFrame(total_check, int(total), int(count), group, int(number), chunk, sound)


def split(request: str, group: str, size: int = CHUNK // 3) -> list[str]:
    """Split a large request into frames, as a client does."""
    chunks = [request[at : at + size] for at in range(0, len(request), size)] or [""]
    return [
        f"{MARK}{check(request)}{check(chunk)}{length(request):016d}{length(chunk):08d}{len(chunks):04d}"
        f"{group:0<36.36}{number:04d}{'0' * 44}{chunk}"
        for number, chunk in enumerate(chunks)
    ]
