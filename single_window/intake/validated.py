"""Results of validating messages. Amounts are scaled, days are ISO texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from declarations.money import Scaled

if TYPE_CHECKING:
    from single_window.intake.located import StagedFinding
    from single_window.intake.reading import Reading
    from single_window.receipts.rows import Receipt


class Against(StrEnum):
    """The documents with which those of an upload are compared: only each other, or stored ones as well."""

    UPLOAD = "upload"
    STORED = "stored"


class Repetition(NamedTuple):
    """The earlier message with the same transmission id or the same bytes."""

    message: int
    same_bytes: bool
    same_transmission: bool


class StoredUnderKey(NamedTuple):
    """The stored document with the same key; `message` None: an earlier document of the same message."""

    message: int | None
    state: str
    app_time: str
    same_content: bool


class CodeInWords(NamedTuple):
    """A code in a document with its meaning; `line` None: in the head; not `known`: not in the table on the day."""

    field: str
    line: int | None
    code: str
    table: str
    zh: str
    en: str
    known: bool


class PredictedTax(NamedTuple):
    """The tax of an import list, with the steps of its calculation."""

    day: str
    value: Scaled
    duty: Scaled
    consumption: Scaled
    vat: Scaled
    total: Scaled
    full_tax: bool
    used_this_year: Scaled
    working_zh: tuple[str, ...]
    working_en: tuple[str, ...]


class PredictedExport(NamedTuple):
    """Figures for an export list; `fob` None: its value cannot be computed; `compared`: it was compared with its order
    and waybill."""

    day: str
    fob: Scaled | None
    summarised: bool
    missing: tuple[str, ...]
    compared: bool
    parameters: tuple[str, ...]


@dataclass(slots=True)
class ValidatedDocument:
    """The validation of a document. `would`: what reception would do with it (insert, replace, …)."""

    position: int
    guid: str
    kind: str
    key: str
    order_no: str
    would: str
    stored: StoredUnderKey | None
    codes: Sequence[CodeInWords]
    tax: PredictedTax | None = None
    export: PredictedExport | None = None


@dataclass(slots=True)
class Validation:
    """The validation of a message."""

    type: str
    title_zh: str
    title_en: str
    edition: str
    sender: str
    transmission_id: str
    size: int
    count: int
    findings: list[StagedFinding] = field(default_factory=list)
    documents: list[ValidatedDocument] = field(default_factory=list)
    repeats: Repetition | None = None
    reading: Reading | None = None
    """The message as it would be admitted; None: of a format of others."""
    receipts: Sequence[Receipt] | None = None
    """What its sender would be answered in the sandbox; None: it was not filed on trial."""

    @property
    def valid(self) -> bool:
        """True if all findings are warnings, so that neither port nor customs would refuse the message."""
        return all(staged.finding.warning for staged in self.findings)
