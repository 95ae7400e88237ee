"""Answers about messages that are validated and not accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs

from declarations.money import amount_text
from schemas.wording import finding
from single_window.frame.findings import FindingOut, Findings
from single_window.frame.typed import Amount, Answer, ConcernedFieldOut
from single_window.intake.located import StagedFinding
from single_window.intake.validated import PredictedExport, ValidatedDocument, Validation
from single_window.language import statuses
from single_window.receipts.rows import Receipt, type_of


class StagedFindingOut(FindingOut, frozen=True, kw_only=True):
    """A finding of a validation, with the fields concerned."""

    stage: Annotated[str, Meta(description="form, port, customs or agency (an agency other than customs)")]
    fields: tuple[ConcernedFieldOut, ...]


class RepetitionOut(Answer, frozen=True, kw_only=True):
    """The earlier message with the same id or bytes."""

    message: Annotated[int, Meta(description="its id")]
    same_bytes: bool
    same_transmission: bool


class StoredUnderKeyOut(Answer, frozen=True, kw_only=True):
    """The stored document with the same key."""

    message: Annotated[
        int | None, Meta(description="the message it was in; null: an earlier document of the validated message")
    ]
    state: str
    app_time: str
    same_content: bool


class CodeOut(Answer, frozen=True, kw_only=True):
    """A code of a document and its meaning."""

    field: str
    line: Annotated[int | None, Meta(description="number of the goods line, from 1; null: the head")]
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
    total: Annotated[Amount, Meta(description="tax due")]
    full_tax: bool
    used_this_year: Annotated[Amount, Meta(description="used part of the buyer's yearly limit")]
    working_zh: tuple[str, ...]
    working_en: Annotated[
        tuple[str, ...], Meta(description="each formula with its numbers, each value with its source")
    ]


class PredictedExportOut(Answer, frozen=True, kw_only=True):
    """The figures for the decision on a list of exports on the sandbox's day."""

    day: str
    fob: Annotated[str | None, Meta(description="FOB value in yuan; null: it cannot be computed")]
    summarised: Annotated[bool, Meta(description="whether the list is declared in a summary")]
    missing: Annotated[tuple[str, ...], Meta(description="kinds of missing documents")]
    compared: Annotated[bool, Meta(description="whether order and waybill were available for comparison")]
    parameters: Annotated[tuple[str, ...], Meta(description="the dated values used")]


class ValidatedDocumentOut(Answer, frozen=True, kw_only=True):
    """A document of a validated message."""

    position: Annotated[int, Meta(description="number of the document in the message, from 1")]
    guid: str
    kind: str
    key: str
    order_no: str
    would: Annotated[str, Meta(description="insert, replace, delete, declare_staged, repeat, refuse")]
    stored: Annotated[StoredUnderKeyOut | None, Meta(description="null: no document has its key")]
    codes: Annotated[tuple[CodeOut, ...], Meta(description="at most 1,000 for an upload with errors")]
    tax: Annotated[PredictedTaxOut | None, Meta(description="for a list of imports, if it can be computed")]
    export: Annotated[PredictedExportOut | None, Meta(description="for a list of exports, if it can be decided")]


class ForetoldReceiptOut(Answer, frozen=True, kw_only=True):
    """A receipt that the sender of a message would get."""

    type: str
    kind: str
    key: str
    order_no: str
    status: str
    status_zh: str
    status_en: str
    info_zh: str
    info_en: str


class ValidationOut(Answer, frozen=True, kw_only=True):
    """The validation of a message."""

    valid: Annotated[bool, Meta(description="whether port and customs would accept it, as far as this message shows")]
    findings: tuple[StagedFindingOut, ...]  # before the documents, which are long
    type: str
    title_zh: str
    title_en: str
    edition: str
    sender: str
    transmission_id: str
    size: int
    count: Annotated[int, Meta(description="number of documents")]
    repeats: Annotated[
        RepetitionOut | None, Meta(description="the earlier message with the same id or bytes; null: none")
    ]
    receipts: Annotated[
        tuple[ForetoldReceiptOut, ...] | None,
        Meta(description="what the sender would be answered today in the sandbox; null: only the form was checked"),
    ]
    documents: tuple[ValidatedDocumentOut, ...]


class ValidationsOut(Answer, frozen=True, kw_only=True):
    """The validation of several messages."""

    valid: Annotated[bool, Meta(description="whether all are valid")]
    messages: tuple[ValidationOut, ...]
    findings: Annotated[
        Findings | UnsetType, Meta(description="about the file of which they are made; absent without any")
    ] = UNSET


MAX_UPLOAD_FINDINGS, MAX_ANSWER_BYTES = 1_000, 1_000_000
"""Limits of findings and bytes of the answer about an upload with errors."""


def validations_out(validations: Sequence[Validation]) -> list[ValidationOut]:
    """Return the answers about an upload's messages; with errors, findings and codes are cut to the limits."""
    whole = list(map(validation_out, validations))
    most = MAX_UPLOAD_FINDINGS
    answers = whole
    while not all(validation.valid for validation in validations):
        answers = [_cut(answer, most // len(whole)) for answer in whole]
        if most < len(whole) or sum(len(msgspec.json.encode(answer)) for answer in answers) <= MAX_ANSWER_BYTES:
            return answers
        most //= 2
    return answers


def _cut(answer: ValidationOut, most: int) -> ValidationOut:
    """Return the answer with at most `most` findings, the last of which reports the cut, and as many codes."""
    findings = answer.findings
    if len(findings) > most:
        surplus = StagedFindingOut.of(finding("too-many-findings", most=max(0, most - 1)), stage="form", fields=())
        # errors come before warnings, so that they are not cut first
        findings = (*sorted(findings, key=lambda each: each.warning)[: max(0, most - 1)], surplus)
    documents, room = [], most
    for document in answer.documents:
        documents.append(structs.replace(document, codes=document.codes[:room]))
        room -= len(documents[-1].codes)
    return structs.replace(answer, findings=findings, documents=tuple(documents))


def validation_out(validation: Validation) -> ValidationOut:
    """Return the answer about a validated message."""
    return ValidationOut.of(
        validation,
        findings=tuple(map(_finding, validation.findings)),
        repeats=RepetitionOut.of(validation.repeats) if validation.repeats is not None else None,
        receipts=None if validation.receipts is None else tuple(map(_receipt, validation.receipts)),
        documents=tuple(map(_document, validation.documents)),
    )


def _receipt(told: Receipt) -> ForetoldReceiptOut:
    status = statuses.return_status(told.return_status, told.kind)
    return ForetoldReceiptOut(
        type=type_of(told.code),
        kind=told.kind,
        key=told.key,
        order_no=told.order_no,
        status=told.return_status,
        status_zh=status.zh,
        status_en=status.en,
        info_zh=told.shown_in("zh"),
        info_en=told.shown_in("en"),
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
    return PredictedExportOut.of(export, fob=amount_text(export.fob) if export.fob is not None else None)
