"""The tables of this folder: records of a type of file, in their order, and the fields of records by position."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ANY = "*"
"""Stands for all types in `fields.csv`, and for all records in the column `after`."""
HEAD, END = "00", "99"


class FileField(NamedTuple):
    """A field of a record. `kind`: X any characters, 9 digits; `length`: characters at most; `form`: a narrower form,
    or the codes that it may have."""

    name: str
    kind: str
    length: int
    mandatory: bool
    form: str
    zh: str
    en: str
    confidence: str


class Record(NamedTuple):
    """A record of a type of file. `after`: the records that it may follow; empty: it is the first."""

    id: str
    after: tuple[str, ...]
    mandatory: bool
    zh: str
    en: str
    fields: tuple[FileField, ...]


@cache
def types() -> Mapping[str, Mapping[str, Record]]:
    """Return the records of each type of file, by their ids."""
    found: dict[str, dict[str, Record]] = {}
    for row in _rows("records.csv"):
        record = Record(
            row["record"],
            tuple(row["after"].split()),
            row["mandatory"] == "Y",
            row["zh"],
            row["en"],
            _fields().get((row["type"], row["record"])) or _fields()[ANY, row["record"]],
        )
        found.setdefault(row["type"], {})[record.id] = record
    return MappingProxyType({kind: MappingProxyType(records) for kind, records in found.items()})


@cache
def _fields() -> Mapping[tuple[str, str], tuple[FileField, ...]]:
    found: dict[tuple[str, str], list[FileField]] = {}
    for row in _rows("fields.csv"):
        fields = found.setdefault((row["type"], row["record"]), [])
        assert int(row["place"]) == len(fields) + 1, row
        fields.append(
            FileField(
                name=row["name"],
                kind=row["kind"],
                length=int(row["length"]),
                mandatory=row["mandatory"] == "Y",
                form=row["form"],
                zh=row["zh"],
                en=row["en"],
                confidence=row["confidence"],
            )
        )
    return {key: tuple(fields) for key, fields in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
