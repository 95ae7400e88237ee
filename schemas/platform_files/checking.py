"""Checks the records of a platform file: which there must be, where they stand, their fields, and their number."""

from __future__ import annotations

import re
from typing import Any

from schemas.platform_files.file import CHARSET, LATIN, FileRecord, PlatformFile
from schemas.platform_files.forms import expected, fits
from schemas.platform_files.tables import ANY, END, FileField, types
from schemas.wording import finding

MAX_FINDINGS = 1_000
UNREAD = "platform-file-unread"
"""What is only remarked on: a record that the tables do not have."""
_LONGEST_TOTAL = 6
"""Digits of a total; a longer one is too long for its field, and told as that."""
_ID = re.compile(r"[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_records(read: PlatformFile) -> None:
    """Add to a file's findings what is wrong with its records, in their order, up to a number."""
    before = ""
    for record in read.records:
        if len(read.findings) >= MAX_FINDINGS:
            read.findings[MAX_FINDINGS - 1 :] = [finding("too-many-findings", most=MAX_FINDINGS - 1)]
            return
        _check_place(read, record, before)
        _check_fields(read, record)
        if record.known:
            before = record.id
    _check_whole(read)


def _check_place(read: PlatformFile, record: FileRecord, before: str) -> None:
    known = record.known
    if known is None:
        code = UNREAD if _ID.fullmatch(record.id) else "platform-file-record"
        _at(read, code, record, found=record.id)
    elif before == END or not (before in known.after or (before and ANY in known.after) or not (before or known.after)):
        wanted = " ".join(known.after).replace(ANY, "…")
        _at(read, "platform-file-place", record, found=record.id, expected=wanted or "1", before=before or "–")


def _check_fields(read: PlatformFile, record: FileRecord) -> None:
    if _CONTROL.search(record.raw):
        _at(read, "platform-file-character", record, found=record.raw)
    try:
        record.raw.encode(LATIN).decode(CHARSET)
    except UnicodeDecodeError:
        _at(read, "platform-file-encoding", record, found=record.raw, expected="GB 18030")
    if record.known is None:
        return
    fields, values = record.known.fields, record.values
    if len(values) > len(fields):
        _at(read, "platform-file-fields", record, most=len(fields), count=len(values), found=values[len(fields)])
    for place, known in enumerate(fields):
        _check_field(read, record, known, values[place] if place < len(values) else "")


def _check_field(read: PlatformFile, record: FileRecord, known: FileField, text: str) -> None:
    if not text.strip():
        if known.mandatory:
            _at(read, "platform-file-required", record, known, expected=expected(known))
    elif len(text) > known.length:
        _at(read, "platform-file-length", record, known, found=text, expected=expected(known), length=len(text))
    elif not fits(text, known):
        _at(read, "platform-file-value", record, known, found=text, expected=expected(known))


def _check_whole(read: PlatformFile) -> None:
    present = {record.id for record in read.records}
    for known in types()[read.type].values():
        if known.mandatory and known.id not in present:
            zh, en = {"name": known.zh}, {"name": known.en}
            told = finding("platform-file-missing", path=f"/{known.id}", expected=known.id, zh=zh, en=en)
            read.findings.append(told)
    _check_total(read, END, "records", len(read.records))
    _check_total(read, "20", "containers", sum(record.id == "50" for record in read.records))


def _check_total(read: PlatformFile, of: str, name: str, counted: int) -> None:
    for record in read.named(of):
        told = record.get(name)
        if len(told) <= _LONGEST_TOTAL and told.isascii() and told.isdigit() and int(told) != counted:
            _at(read, "platform-file-total", record, found=told, expected=str(counted))


def _at(read: PlatformFile, code: str, record: FileRecord, known: FileField | None = None, **values: Any) -> None:
    """Add a finding about a record, or about a field of it."""
    path = f"/{record}" + (f"/{known.name}" if known else "")
    zh, en = {"name": known.zh if known else ""}, {"name": known.en if known else ""}
    told = finding(code, path=path, line=record.line, zh=zh, en=en, record=record.id, **values)
    read.findings.append(told._replace(warning=code == UNREAD))
