"""Answers about declarations, with the documents of their orders, and about transport notes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from declarations.money import amount_text
from single_window.cases.declarations.note_parts import NoteStory
from single_window.cases.declarations.undeclared_document import UndeclaredDocument
from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Amount, Answer, CaseOut, Instant, NextBefore, Reasons, local
from single_window.language import phrases
from single_window.language.words import Words

DECLARATIONS = 50
"""Maximum number of declarations in an answer about a number."""
MINUTE_LENGTH = len("2026-11-20 08:00")
"""Characters of a time up to its minutes."""


class TaxOut(Answer, frozen=True, kw_only=True):
    """The latest tax bill of a declaration; amounts in yuan, once it is assessed."""

    state: str
    tax_no: str
    value: str | UnsetType = UNSET
    duty: str | UnsetType = UNSET
    consumption: str | UnsetType = UNSET
    vat: str | UnsetType = UNSET
    total: str | UnsetType = UNSET


class DocumentOut(Answer, frozen=True, kw_only=True):
    """A document, with the state that the responsible agency has given it."""

    kind: str
    key: str
    order_no: str
    state: str
    app_time: str
    message_id: int
    state_zh: str
    state_en: str


class DeclarationOut(CaseOut, frozen=True, kw_only=True):
    """A list, of an import or an export."""

    LIFECYCLE: ClassVar[str] = "declaration"
    id: int
    flow: Annotated[str, Meta(description="I: import, E: export")]
    cop_no: str
    pre_no: str
    invt_no: str
    order_no: str
    bill_no: str
    batch_no: str
    statistics_flag: Annotated[str, Meta(description="for an export: A simplified, B full")]
    ebc_code: str
    agent_code: str
    customs_code: str
    trade_mode: str
    lane: str
    detention: str
    kind: Annotated[str, Meta(description="inventory, export_inventory")]
    logistics_no: str
    state: str
    state_zh: str
    state_en: str
    value: Annotated[Amount, Meta(description="yuan: dutiable value of an import, FOB value of an export")]
    full_tax: bool
    received_at: Annotated[Instant, Meta(description="when the message with its newest version was received")]
    accepted_at: Instant
    arrived_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    tax: Annotated[TaxOut | None, Meta(description="for an import")]


class DeclarationsOut(Answer, frozen=True, kw_only=True):
    """The declarations that have a number."""

    number: str
    declarations: tuple[DeclarationOut, ...]
    documents: tuple[DocumentOut, ...]
    undeclared: Annotated[
        tuple[UndeclaredDocument, ...],
        Meta(description="what the port refused or only staged, with place and remedy"),
    ] = ()
    given: Annotated[
        tuple[str, ...] | UnsetType, Meta(description="with wait_for: the requested statuses that were received")
    ] = UNSET
    settled: Annotated[
        bool | UnsetType,
        Meta(description="with wait_for: no work is pending; only the clock or a person can change the state"),
    ] = UNSET


class DeclarationsPageOut(Answer, frozen=True, kw_only=True):
    """Declarations, newest first."""

    declarations: tuple[DeclarationOut, ...]
    next: NextBefore


class NotesOut(Answer, frozen=True, kw_only=True):
    """Transport notes with a number: received and missing parts, parcels with the state of their lists."""

    number: str
    notes: tuple[NoteStory, ...]


def _value(declared: DeclarationOut) -> str:
    return declared.value if declared.value != amount_text(0) else ""


DECLARATION_KIND = CaseKind(
    noun="declaration",
    command="declaration",
    path="/declarations",
    missing="no-such-declaration",
    case_type=DeclarationOut,
    page_type=DeclarationsPageOut,
    shown_type=DeclarationsOut,
    columns=(
        Column(Words("订单", "order"), lambda declared: declared.order_no or declared.cop_no or declared.id),
        Column(Words("清单", "list"), lambda declared: declared.invt_no or declared.pre_no),
        Column(Words("企业内部编号", "copNo"), lambda declared: declared.cop_no, "command"),
        Column(Words("进出口", "flow"), lambda declared: phrases.flow(declared.flow)),
        Column(Words("监管方式", "mode"), lambda declared: declared.trade_mode, "tradeMode"),
        STATE_COLUMN,
        Column(Words("价值", "value"), _value, "number"),
        Column(Words("批次", "batch"), lambda declared: declared.batch_no),
        Column(Words("收到", "received"), lambda declared: local(declared.received_at)[:MINUTE_LENGTH], "time"),
    ),
    filters=("flow", "state", "batch", "bill_no"),
)
