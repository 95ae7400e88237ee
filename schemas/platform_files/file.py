"""A platform file as it was read: its records with their fields, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.findings import Finding
from schemas.platform_files.tables import END, HEAD, Record

LATIN = "latin-1"
"""Every byte is a character of its own: what was read is written again to the byte."""
CHARSET = "gb18030"


@dataclass(slots=True)
class FileRecord:
    """A record. `number`: from 1; `line`: of the file, from 1; `before`: blanks and line ends before it."""

    number: int
    line: int
    before: str
    raw: str
    known: Record | None = None

    @property
    def id(self) -> str:
        """Its two digits."""
        return self.parts[0]

    @property
    def parts(self) -> list[str]:
        """Its id and fields, as bytes in Latin-1."""
        return self.raw.split(":")

    @property
    def values(self) -> list[str]:
        """Its fields as text; what is no GB 18030 is replaced."""
        return [part.encode(LATIN).decode(CHARSET, "replace") for part in self.parts[1:]]

    def get(self, name: str) -> str:
        """Return the field of a name; empty if the record has none."""
        names = [one.name for one in self.known.fields] if self.known else []
        values = self.values
        place = names.index(name) if name in names else len(values)
        return values[place].strip() if place < len(values) else ""

    def __str__(self) -> str:
        return f"{self.number}:{self.id}"


@dataclass(slots=True)
class PlatformFile:
    """A file. `tail`: what stands behind its last record; `type` is empty if it is none that is known."""

    type: str = ""
    records: list[FileRecord] = field(default_factory=list)
    tail: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def head(self) -> FileRecord | None:
        """Its first record, if that is a head."""
        return self.records[0] if self.records and self.records[0].id == HEAD else None

    @property
    def refused(self) -> bool:
        """True if something is wrong with it, and not only remarked on."""
        return any(not finding.warning for finding in self.findings)

    def named(self, record: str) -> Iterator[FileRecord]:
        """Yield the records of an id, in their order."""
        return (one for one in self.records if one.id == record)

    @property
    def ended(self) -> bool:
        """True if its last record is the end."""
        return bool(self.records) and self.records[-1].id == END


def write(read: PlatformFile) -> bytes:
    """Return the bytes of a file that was read; `write(read_platform_file(data)) == data`."""
    return "".join([*(f"{one.before}{one.raw}'" for one in read.records), read.tail]).encode(LATIN)
