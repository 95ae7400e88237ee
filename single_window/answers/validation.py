"""Answers about messages that are only tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, structs

from declarations.money import plain
from schemas.wording import finding
from single_window.frame.findings import FindingOut
from single_window.frame.typed import Amount, Answer, ConcernedFieldOut
from single_window.intake.located import StagedFinding
from single_window.intake.validated import PredictedExport, ValidatedDocument, Validation


class StagedFindingOut(FindingOut, frozen=True, kw_only=True):
    """A finding of a validation, with every field concerned."""

    stage: Annotated[str, Meta(description="form, port or customs")]
    fields: tuple[ConcernedFieldOut, ...]


class RepetitionOut(Answer, frozen=True, kw_only=True):
    """The earlier message with the same id or bytes."""

    message: Annotated[int, Meta(description="its id")]
    same_bytes: bool
    same_transmission: bool


class StoredUnderKeyOut(Answer, frozen=True, kw_only=True):
    """The document that stands under the key of another."""

    message: Annotated[int | None, Meta(description="that brought it; null: the one that is tried, further up")]
    state: str
    app_time: str
    same_content: bool


class CodeOut(Answer, frozen=True, kw_only=True):
    """A code of a document in words."""

    field: str
    line: Annotated[int | None, Meta(description="which line of goods, from 1; null: the head")]
    code: str
    table: str
    zh: str
    en: str
    known: Annotated[bool, Meta(description="false: the table has no such code on the sandbox's day")]


class PredictedTaxOut(Answer, frozen=True, kw_only=True):
    """The tax of a list as of the sandbox's day; amounts in yuan."""

    day: str
    value: Amount
    duty: Amount
    consumption: Amount
    vat: Amount
    total: Annotated[Amount, Meta(description="what is due")]
    full_tax: bool
    used_this_year: Annotated[Amount, Meta(description="of the buyer's yearly limit")]
    working_zh: tuple[str, ...]
    working_en: Annotated[
        tuple[str, ...], Meta(description="each formula with its numbers, each value with its source")
    ]


class PredictedExportOut(Answer, frozen=True, kw_only=True):
    """The figures by which a list of exports is judged on the sandbox's day."""

    day: str
    fob: Annotated[str | None, Meta(description="FOB value in yuan; null: it cannot be computed")]
    summarised: Annotated[bool, Meta(description="whether it is declared in a summary")]
    missing: Annotated[tuple[str, ...], Meta(description="kinds of documents that are not there")]
    compared: Annotated[bool, Meta(description="whether order and waybill were there to be compared with")]
    parameters: Annotated[tuple[str, ...], Meta(description="the dated values used")]


class ValidatedDocumentOut(Answer, frozen=True, kw_only=True):
    """A document of a message that is tried."""

    position: Annotated[int, Meta(description="which document of the message, from 1")]
    guid: str
    kind: str
    key: str
    order_no: str
    would: Annotated[str, Meta(description="insert, replace, delete, declare_staged, repeat, refuse")]
    stored: Annotated[StoredUnderKeyOut | None, Meta(description="null: nothing has its key")]
    codes: Annotated[tuple[CodeOut, ...], Meta(description="of an upload with faults at most 1,000")]
    tax: Annotated[PredictedTaxOut | None, Meta(description="of a list of imports, where it can be computed")]
    export: Annotated[PredictedExportOut | None, Meta(description="of a list of exports, where it can be judged")]


class ValidationOut(Answer, frozen=True, kw_only=True):
    """Everything about a message."""

    valid: Annotated[bool, Meta(description="whether port and customs would take it, as far as one message can tell")]
    findings: tuple[StagedFindingOut, ...]  # before the documents, which are long
    type: str
    title_zh: str
    title_en: str
    edition: str
    sender: str
    transmission_id: str
    size: int
    count: Annotated[int, Meta(description="documents in it")]
    repeats: Annotated[
        RepetitionOut | None, Meta(description="the earlier message with the same id or bytes; null: there is none")
    ]
    documents: tuple[ValidatedDocumentOut, ...]


class ValidationsOut(Answer, frozen=True, kw_only=True):
    """Everything about several messages."""

    valid: Annotated[bool, Meta(description="whether all of them are")]
    messages: tuple[ValidationOut, ...]


MOST_FINDINGS, MOST_BYTES = 1_000, 1_000_000
"""Findings that are given of one upload with faults, and bytes that the answer about it has."""


def validations_out(validations: Sequence[Validation]) -> list[ValidationOut]:
    """The messages of an upload; of one with faults no more findings and codes than the answer has room for."""
    whole = list(map(validation_out, validations))
    most = MOST_FINDINGS
    answers = whole
    while not all(validation.valid for validation in validations):
        answers = [_cut(answer, most // len(whole)) for answer in whole]
        if most < len(whole) or sum(len(msgspec.json.encode(answer)) for answer in answers) <= MOST_BYTES:
            return answers
        most //= 2
    return answers


def _cut(answer: ValidationOut, most: int) -> ValidationOut:
    """The answer with so many findings at most, of which the last reports that there are more, and as many codes."""
    findings = answer.findings
    if len(findings) > most:
        surplus = StagedFindingOut.of(finding("too-many-findings", most=max(0, most - 1)), stage="form", fields=())
        # what refuses a message is not hidden behind remarks
        findings = (*sorted(findings, key=lambda each: each.warning)[: max(0, most - 1)], surplus)
    documents, room = [], most
    for document in answer.documents:
        documents.append(structs.replace(document, codes=document.codes[:room]))
        room -= len(documents[-1].codes)
    return structs.replace(answer, findings=findings, documents=tuple(documents))


def validation_out(validation: Validation) -> ValidationOut:
    """A message that was tried."""
    return ValidationOut.of(
        validation,
        findings=tuple(map(_finding, validation.findings)),
        repeats=RepetitionOut.of(validation.repeats) if validation.repeats is not None else None,
        documents=tuple(map(_document, validation.documents)),
    )


def _finding(staged: StagedFinding) -> StagedFindingOut:
    return StagedFindingOut.of(
        staged.finding, stage=staged.stage, fields=tuple(map(ConcernedFieldOut.of, staged.fields))
    )


def _document(document: ValidatedDocument) -> ValidatedDocumentOut:
    return ValidatedDocumentOut.of(
        document,
        stored=StoredUnderKeyOut.of(document.stored) if document.stored is not None else None,
        codes=tuple(map(CodeOut.of, document.codes)),
        tax=PredictedTaxOut.of(document.tax) if document.tax is not None else None,
        export=_export(document.export) if document.export is not None else None,
    )


def _export(export: PredictedExport) -> PredictedExportOut:
    return PredictedExportOut.of(export, fob=plain(export.fob) if export.fob is not None else None)
