"""Ways to spoil a platform file that is clean, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.platform_files.file import CHARSET, LATIN, FileRecord, PlatformFile
from schemas.platform_files.reading import read_platform_file
from schemas.platform_files.tables import FileField


class SpoiltFile(NamedTuple):
    """A spoilt file: what was done, the bytes, and the path of a finding that must be told (empty: any)."""

    done: str
    data: bytes
    path: str = ""


def spoilt_files(data: bytes) -> Iterator[SpoiltFile]:
    """Yield the ways in which a file is spoilt: cut, records dropped, doubled or changed, fields emptied or wrong."""
    read = read_platform_file(data)
    last = len(data.rstrip())
    yield from (SpoiltFile(f"cut at {length}", data[:length]) for length in range(last))
    for record in read.records:
        yield from _records(read, record)
        for place, field in enumerate(record.known.fields if record.known else (), 1):
            yield from _fields(read, record, place, field)


def _with(read: PlatformFile, changed: FileRecord, *raws: str) -> bytes:
    """The file with other records in the place of one."""
    texts = [f"{one.before}{raw}'" for one in read.records for raw in (raws if one is changed else (one.raw,))]
    return "".join([*texts, read.tail]).encode(LATIN)


def _records(read: PlatformFile, record: FileRecord) -> Iterator[SpoiltFile]:
    yield SpoiltFile(f"{record} dropped", _with(read, record))
    yield SpoiltFile(f"{record} twice", _with(read, record, record.raw, record.raw))
    yield SpoiltFile(f"{record} by letters", _with(read, record, "XX" + record.raw[2:]))
    yield SpoiltFile(f"control character in {record}", _with(read, record, record.raw + "\x01"), f"/{record}")
    yield SpoiltFile(f"no GB 18030 in {record}", _with(read, record, record.raw + "\xff"), f"/{record}")
    full = ":".join([*record.parts, *[""] * (len(record.known.fields) - len(record.values) if record.known else 0)])
    yield SpoiltFile(f"one field more in {record}", _with(read, record, f"{full}:X"), f"/{record}")


def _fields(read: PlatformFile, record: FileRecord, place: int, field: FileField) -> Iterator[SpoiltFile]:
    path = f"/{record}/{field.name}"
    wrong = {"too long": ("1" if field.kind == "9" else "A") * (field.length + 1)}
    if field.mandatory:
        wrong["empty"] = ""
    if field.kind == "9" or field.form:
        wrong |= {"in other characters": "岛", "with a sign": "-1", "in small letters": "x?"}
    if field.form in {"day", "minute"}:
        wrong["no day of the calendar"] = "20260230" + "0000" * (field.form == "minute")
    if field.form in {"imo", "un_imo", "container"}:
        old = record.values[place - 1]
        wrong["with another check digit"] = old[:-1] + str((int(old[-1]) + 1) % 10)
    for how, text in wrong.items():
        raw = text.encode(CHARSET).decode(LATIN)
        parts = [*record.parts, *[""] * (place + 1 - len(record.parts))]
        yield SpoiltFile(
            f"{path} {how}", _with(read, record, ":".join([*parts[:place], raw, *parts[place + 1 :]])), path
        )
