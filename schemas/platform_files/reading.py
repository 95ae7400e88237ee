"""Bytes to a platform file, with all that is wrong with it, each by its record and field.

Records end with `'`, fields are parted by `:` (confidence K); nothing releases these characters, so that no value has
them. Nothing is raised for what a sender can have caused; time and memory grow with the bytes, up to the limits below.
"""

from __future__ import annotations

import re
from typing import Any

from schemas.platform_files.checking import check_records
from schemas.platform_files.file import LATIN, FileRecord, PlatformFile
from schemas.platform_files.tables import HEAD, types
from schemas.wording import finding

PLATFORM_FILE_EDITION = "PLATFORM FILE"
MAX_BYTES, MAX_RECORDS = 4_000_000, 100_000
_BLANK = "\r\n \t"
_BEGINS = re.compile(rb"[\r\n \t]*00:[A-Z]{4,6}:")
_SHOWN = 20


def is_platform_file(data: bytes) -> bool:
    """Return True if bytes begin as a platform file does."""
    return _BEGINS.match(data[:100]) is not None


def read_platform_file(data: bytes) -> PlatformFile:
    """Return the platform file that bytes are, with `findings`; one without records if they are none at all."""
    read = PlatformFile()
    if len(data) > MAX_BYTES:
        _add(read, "too-large", size=len(data), cap=MAX_BYTES)
        return read
    text = data.decode(LATIN)
    kind = text.strip(_BLANK).split(":", 2)[1:2]
    if not is_platform_file(data) or kind[0] not in types():
        named = " ".join(f"{HEAD}:{name}:" for name in types())
        _add(read, "platform-file-none", path=f"/1:{HEAD}/messageType", line=1, found=text[:_SHOWN], expected=named)
        read.tail = text
        return read
    read.type = kind[0]
    _split(read, text)
    check_records(read)
    return read


def _split(read: PlatformFile, text: str) -> None:
    """Part a text into records, as they stand."""
    pieces = text.split("'", MAX_RECORDS)
    read.tail, line = pieces.pop(), 1
    for number, piece in enumerate(pieces, 1):
        raw = piece.lstrip(_BLANK)
        before = piece[: len(piece) - len(raw)]
        line += before.count("\n")
        read.records.append(FileRecord(number, line, before, raw, types()[read.type].get(raw.split(":", 1)[0])))
        line += raw.count("\n")
    if len(pieces) == MAX_RECORDS and "'" in read.tail:
        _add(read, "platform-file-too-many", most=MAX_RECORDS)
    elif read.tail.strip(_BLANK):
        _add(read, "platform-file-unterminated", line=line, found=read.tail.strip(_BLANK)[-_SHOWN:], expected="'")


def _add(read: PlatformFile, code: str, **values: Any) -> None:
    read.findings.append(finding(code, **values))
