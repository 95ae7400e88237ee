"""Results of validating messages, as values: amounts are scaled, days are texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from declarations.money import Scaled

if TYPE_CHECKING:
    from single_window.intake.located import StagedFinding


class Against(StrEnum):
    """The stored documents and declarations with which the documents of an upload are compared, besides each other."""

    UPLOAD = "upload"
    STORED = "stored"


class Repetition(NamedTuple):
    """The earlier message with the same transmission id or the same bytes."""

    message: int
    same_bytes: bool
    same_transmission: bool


class StoredUnderKey(NamedTuple):
    """The document that stands under the key of another; `message` None: an earlier one of the same message."""

    message: int | None
    state: str
    app_time: str
    same_content: bool


class CodeInWords(NamedTuple):
    """A code of a document in words; `line` None: of its head; not `known`: no table has it on the day."""

    field: str
    line: int | None
    code: str
    table: str
    zh: str
    en: str
    known: bool


class PredictedTax(NamedTuple):
    """The tax of a list of imports, with its working."""

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
    """The figures by which a list of exports is judged; `fob` None: its value cannot be computed."""

    day: str
    fob: Scaled | None
    summarised: bool
    missing: tuple[str, ...]
    compared: bool
    parameters: tuple[str, ...]


@dataclass(slots=True)
class ValidatedDocument:
    """A document: its key, what it would do, codes in words, and by what it would be judged."""

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
    """Everything about a message."""

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

    @property
    def valid(self) -> bool:
        """True if there is no finding for which port or customs would refuse it."""
        return all(staged.finding.warning for staged in self.findings)
